#pragma once
#include "handoff/roster/hours.h"
#include "server/config/yaml.h"

#include <array>
#include <optional>
#include <string_view>

namespace tsunagi::config {

/// Weekdays as configuration and the console's API write them, in the order std::chrono::weekday counts.
inline constexpr std::array<const char*, 7> day_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

/// Minutes of `HH:MM`, up to 24:00.
std::optional<int> minutes_of(std::string_view clock);

/// Reads opening hours (`weekly`, `public_holidays`, `exceptions`). What is malformed, reversed or overlapping becomes
/// a problem and is left out: a desk is rather closed than open by mistake.
handoff::OpeningHours read_hours(const Value& hours, Problems& problems);

} // namespace tsunagi::config
