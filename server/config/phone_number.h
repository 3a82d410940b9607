#pragma once
#include "server/config/yaml.h"

#include <optional>
#include <string>
#include <string_view>

namespace tsunagi::config {

/// The first thing in `text` that somebody would dial: a Japanese number (0120-…, 03-…, 090-…), an international one
/// (+81 …), a short one (#8000, 110番, "call 119"); digits and hyphens of any width and kind, also kanji digits. Dates,
/// times, amounts and postal codes are none. Returns it with ASCII digits, for the problem's text.
///
/// Numbers change, and a wrong one harms: they stand in config/hotlines alone, where each has a source and a date.
std::optional<std::string> find_phone_number(std::string_view text);

/// Tells every phone number in the strings below `root`, but not below a key `tests`, where people may write anything.
void find_phone_numbers(const Value& root, Problems& problems);

} // namespace tsunagi::config
