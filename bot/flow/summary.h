#pragma once
#include "bot/conversation/conversation.h"
#include "bot/flow/flow.h"

#include <string>

namespace tsunagi::bot {

/// What the person told so far, read back to her as one message: the answers that have a title, in the order given, in
/// her language and her words. With nothing to read back only `after` remains.
std::string summary_text(const Summary& summary, const Conversation& conversation, const Playbook& playbook);

}  // namespace tsunagi::bot
