#pragma once
#include "bot/conversation/conversation.h"
#include "bot/flow/flow.h"

#include <string>

namespace tsunagi::bot {

/// What the person told so far, read back to her as one message: the answers that have a title, in the order given, in
/// her language and her words. With nothing to read back only `after` remains.
std::string summary_text(const Summary& summary, const Conversation& conversation, const Playbook& playbook);

/// Takes `words`, which she has unsent, out of a text that summary_text made: 「…」 stands where they stood. Only a whole
/// answer is taken out, so that a short word does not tear holes into other lines. True when there was one.
bool take_out_of_summary(std::string& text, const std::string& words);

}  // namespace tsunagi::bot
