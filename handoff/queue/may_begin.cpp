#include "handoff/queue/may_begin.h"

#include "handoff/roster/hours.h"

namespace tsunagi::handoff {
namespace {

constexpr int minutes_a_day = 24 * 60;

/// Her hours as a week of slots, none of which passes midnight. A public holiday is a day like any other: it is her home.
OpeningHours week_of(const std::vector<bot::ContactHours>& hours)
{
    OpeningHours week;
    week.closed_on_public_holidays = false;
    for (const auto& row : hours)
        for (std::size_t day = 0; day < week.weekly.size(); ++day) {
            if ((row.weekdays >> day & 1U) == 0) continue;
            if (row.from_minute < row.to_minute) {
                week.weekly[day].push_back({row.from_minute, row.to_minute});
                continue;
            }
            week.weekly[day].push_back({row.from_minute, minutes_a_day});
            week.weekly[(day + 1) % week.weekly.size()].push_back({0, row.to_minute});
        }
    return week;
}

}  // namespace

std::optional<TimePoint> may_begin_at(const bot::SafeContact& contact, TimePoint now)
{
    if (contact.hours.empty()) return now;
    return next_opening(week_of(contact.hours), now);
}

bool is_outside_her_hours(const bot::Conversation& conversation, const bot::Send& send, TimePoint now)
{
    if (!send.begun_by_us || now - conversation.last_inbound_at <= answers_within) return false;
    return may_begin_at(conversation.safe_contact, now) != now;
}

}  // namespace tsunagi::handoff
