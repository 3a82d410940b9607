#pragma once
#include "bot/flow/walk.h"

#include <optional>
#include <string_view>

namespace tsunagi::bot {

// What she may ask for whatever question waits, beside a human: another language, and to look something up. The menu under a chat on LINE
// says these very words, and whoever types them gets the same.

/// Follows such a wish, when `text`, what she typed (its key besides: the caller has it), is nothing else. False: nothing was said, the question that waits hears it.
/// A language is named as on the flow's own button or by its other words there; the question is asked again in it. Looking something up sets the flow aside: what
/// she writes next goes to the guide (asked.h).
bool follow_any_time(Walk& walk, std::string_view text, std::string_view key);

/// The language that `text` names in this way, whoever holds the conversation.
std::optional<Language> language_named(std::string_view text, const Playbook& playbook);

/// The language that `inbound` chooses, by a button or by its name, and that is all it says.
std::optional<Language> language_chosen(const Inbound& inbound, const Playbook& playbook);

}  // namespace tsunagi::bot
