#include "handoff/roster/hours.h"
#include "handoff/roster/japan_time.h"

#include <algorithm>

namespace tsunagi::handoff {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

const std::vector<Slot>& slots_of(const OpeningHours& hours, sys_days day)
{
    static const std::vector<Slot> closed;
    const std::chrono::year_month_day date{day};
    const auto exception = std::ranges::find(hours.exceptions, date, &OpeningHours::Exception::day);
    if (exception != hours.exceptions.end()) return exception->slots;
    if (hours.closed_on_public_holidays && public_holiday(date)) return closed;
    return hours.weekly[std::chrono::weekday{day}.c_encoding()];
}

/// When a slot that contains `now` ends; nothing when none does.
std::optional<TimePoint> slot_end(const OpeningHours& hours, TimePoint now)
{
    const auto local = to_japan_time(now);
    for (const auto& slot : slots_of(hours, local.day))
        if (slot.from_minute <= local.minute && local.minute < slot.to_minute)
            return from_japan_time(local.day, slot.to_minute);
    return std::nullopt;
}

/// The first beginning of a slot on `day` after `now`.
std::optional<TimePoint> first_slot_after(const OpeningHours& hours, sys_days day, TimePoint now)
{
    std::optional<TimePoint> first;
    for (const auto& slot : slots_of(hours, day)) {
        const auto from = from_japan_time(day, slot.from_minute);
        if (slot.from_minute < slot.to_minute && from > now && (!first || from < *first)) first = from;
    }
    return first;
}

}  // namespace

bool is_open(const OpeningHours& hours, TimePoint now) { return slot_end(hours, now).has_value(); }

std::optional<TimePoint> next_opening(const OpeningHours& hours, TimePoint now)
{
    if (is_open(hours, now)) return now;
    const auto today = to_japan_time(now).day;
    for (auto day = today; day <= today + opening_horizon; day += days{1})
        if (const auto opening = first_slot_after(hours, day, now); opening && *opening <= now + opening_horizon)
            return opening;
    return std::nullopt;
}

std::optional<TimePoint> closes_at(const OpeningHours& hours, TimePoint now)
{
    auto end = slot_end(hours, now);
    while (end && *end <= now + opening_horizon) {
        const auto later = slot_end(hours, *end);
        if (!later) return end;
        end = later;
    }
    return std::nullopt;
}

}  // namespace tsunagi::handoff
