#include "handoff/roster/new_year.h"

#include "handoff/roster/japan_time.h"

#include <algorithm>

namespace tsunagi::handoff {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

bool is_around_new_year(sys_days day)
{
    const std::chrono::year_month_day date{day};
    return (date.month() == std::chrono::December && date.day() >= std::chrono::day{29}) ||
           (date.month() == std::chrono::January && date.day() <= std::chrono::day{3});
}

bool opens_on(const OpeningHours& hours, sys_days day)
{
    const auto opening = next_opening(hours, from_japan_time(day, 0));
    return opening && *opening < from_japan_time(day + days{1}, 0);
}

}  // namespace

std::optional<sys_days> unplanned_new_year(const OpeningHours& hours, sys_days today)
{
    auto planned = today - days{1};
    for (const auto& exception : hours.exceptions) planned = std::max(planned, sys_days{exception.day});
    for (auto day = planned + days{1}; day <= today + opening_horizon; day += days{1})
        if (is_around_new_year(day) && opens_on(hours, day)) return day;
    return std::nullopt;
}

}  // namespace tsunagi::handoff
