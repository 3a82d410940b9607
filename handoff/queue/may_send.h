#pragma once
#include "bot/conversation/decision.h"

namespace tsunagi::handoff {

/// Whether `send` may go out to a conversation held as `conversation` is: the bot never speaks while a counselor holds
/// it (asks.md 13). What a counselor writes is `by_human`, and so are the words that come with her command and tell
/// the person who she is talking with now.
///
/// server/desk asks with the conversation as it is about to be committed, for every Send, whoever made the Decision.
inline bool may_send(const bot::Conversation& conversation, const bot::Send& send)
{
    return send.by_human || !conversation.holder.is_counselor();
}

}  // namespace tsunagi::handoff
