#pragma once
#include "bot/conversation/message.h"
#include "bot/flow/walk.h"

namespace tsunagi::bot {

/// Whether the bot answers to `inbound` at all. What is no message (blocking, unsending, an event we do not know) gets
/// no answer, nor do the further pictures of one set: she is not told five times that a bot sees no pictures. The first to arrive
/// is answered, for they come in any order, one may never come, and old phones do not number them (facts.md 39).
bool calls_for_answer(const Conversation& before, const Inbound& inbound);

/// Answers one event from the person while the bot holds the conversation: begins a flow when none runs, else takes it
/// as the answer to the question that waits.
void listen(Walk& walk, const Inbound& inbound);

}  // namespace tsunagi::bot
