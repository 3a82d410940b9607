#pragma once
#include "handoff/roster/hours.h"

#include <chrono>
#include <optional>

namespace tsunagi::handoff {

/// The first of the days around New Year (29 December to 3 January, 年末年始) up to 60 days after `today` on which the desk would open only because
/// nobody has written yet when it is closed: they lie behind the last of its `exceptions`. Public offices close then, and 1 January alone is a holiday.
std::optional<std::chrono::sys_days> unplanned_new_year(const OpeningHours& hours, std::chrono::sys_days today);

}  // namespace tsunagi::handoff
