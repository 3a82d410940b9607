#pragma once
#include "bot/conversation/conversation.h"
#include "bot/flow/flow.h"

#include <string_view>

namespace tsunagi::bot {

/// The answer of this name; nothing when it was not given.
const Answer* find_answer(const Conversation& conversation, std::string_view name);

/// Keeps an answer. One of the same name is replaced where it stands, so that a correction does not change the order
/// of a summary. Nothing is kept without a name.
void keep_answer(Conversation& conversation, Answer answer);

/// Forgets the answer of this name.
void drop_answer(Conversation& conversation, std::string_view name);

/// Forgets what came from a message that the person has taken back.
void drop_answers_of_message(Conversation& conversation, const std::string& message_id);

/// Whether the answers meet a branch's or a score's condition (flow.h).
bool holds(const Condition& condition, const Conversation& conversation);

/// The stage that a score gives: that of the highest `from` reached by the sum of its points. Empty below all of them.
std::string stage_of(const Score& score, const Conversation& conversation);

}  // namespace tsunagi::bot
