#pragma once
#include "bot/conversation/message.h"
#include "server/api/words.h"

#include <string>

namespace tsunagi::api {

// She answers with buttons in her own language; staff read what stands on them in theirs. Found again in the desk's present
// flows by the choice's id, so that nothing more is kept. Pure; empty when the flows know no such choice (any more), or when it
// says the same as what she saw.

/// Of an answer the bot keeps: one choice, or several joined by `list.separator`.
std::string label_for_staff(const bot::Answer& answer, const bot::Language& hers, const Words& words);

/// Of a button she tapped; `shown` is what stood on it for her.
std::string label_for_staff(const bot::PostbackReceived& tapped, const std::string& shown, const Words& words);

}  // namespace tsunagi::api
