#include "handoff/queue/may_begin.h"

#include "bot/safety/hearing.h"
#include "handoff/roster/hours.h"
#include "handoff/roster/japan_time.h"

#include <cstdint>

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

/// `now` by day, the coming morning at night.
TimePoint by_day(TimePoint now)
{
    const auto local = to_japan_time(now);
    if (local.minute < night_ends_minute) return from_japan_time(local.day, night_ends_minute);
    if (local.minute >= night_begins_minute) return from_japan_time(local.day + std::chrono::days{1}, night_ends_minute);
    return now;
}

LatePush in_her_hours(std::optional<TimePoint> allowed, const Delayed& delayed, TimePoint now)
{
    if (allowed && *allowed == now) return {};
    const bool is_too_long = allowed && *allowed - delayed.decided_at > late_push_waits_max;
    if (!allowed || is_too_long) return {.what = LatePush::What::ends, .until = {}, .why = "send.failed.her_hours"};
    return {.what = LatePush::What::waits, .until = *allowed, .why = waits_for_her_hours};
}

/// Whether she wrote her safe word, and staff have not ended that, after `delayed` was decided.
bool is_from_before_safe_word(const bot::RiskState& risk, const Delayed& delayed) { return risk.disguised && delayed.seq < risk.safe_word_seq; }

LatePush late_ring(const bot::Conversation& conversation, const Delayed& delayed, TimePoint now)
{
    const bool opens = now - delayed.decided_at < ring_link_life;
    const bool may_ring = now - conversation.last_inbound_at <= answers_within || may_begin_at(conversation.safe_contact, now) == now;
    const bool arrives = !conversation.blocked_at;  // LINE says 200 for who blocked us, too, and it would count as rung
    if (opens && may_ring && arrives && !is_from_before_safe_word(conversation.risk, delayed)) return {};
    return {.what = LatePush::What::anew, .until = {}, .why = ""};
}

}  // namespace

std::optional<TimePoint> may_begin_at(const bot::SafeContact& contact, TimePoint now)
{
    if (contact.hours.empty()) return now;
    return next_opening(week_of(contact.hours), now);
}

std::optional<TimePoint> unasked_at(const bot::Conversation& conversation, TimePoint now)
{
    const auto hers = may_begin_at(conversation.safe_contact, now);
    auto moment = hers;
    for (int looks = 0; moment && looks < 2 * 7; ++looks) {  // within a week every row of hers has come
        const auto day = by_day(*moment);
        if (day == *moment) return moment;
        moment = may_begin_at(conversation.safe_contact, day);
    }
    return hers;
}

bool may_be_written_to(const bot::Conversation& conversation)
{
    return conversation.reachable && !conversation.led_elsewhere && !bot::is_private(conversation);
}

LatePush late_push(const bot::Conversation& conversation, const Delayed& delayed, TimePoint now)
{
    const auto late = now - delayed.decided_at;
    if (late < just_decided) return {};
    if (delayed.is_ring && !delayed.may_be_out) return late_ring(conversation, delayed, now);
    const auto& risk = conversation.risk;
    const bool is_watched = delayed.is_ring ? is_from_before_safe_word(risk, delayed)
                                            : risk.screen == bot::ScreenSafety::watched && delayed.seq < risk.watched_seq;
    if (is_watched) return {.what = LatePush::What::ends, .until = {}, .why = "send.failed.watched"};
    const bool is_unasked = delayed.begun_by_us && !delayed.by_human && !delayed.is_ring;
    if (is_unasked && !may_be_written_to(conversation)) return {.what = LatePush::What::ends, .until = {}, .why = "send.failed.unasked"};
    if (now - conversation.last_inbound_at <= answers_within) return {};
    if (is_unasked) return in_her_hours(unasked_at(conversation, now), delayed, now);
    const bool was_outside = may_begin_at(conversation.safe_contact, delayed.decided_at) != delayed.decided_at;
    if (was_outside && late <= answers_within) return {};
    return in_her_hours(may_begin_at(conversation.safe_contact, now), delayed, now);
}

bool is_outside_her_hours(const bot::Conversation& conversation, const bot::Send& send, TimePoint now)
{
    if (!send.begun_by_us || now - conversation.last_inbound_at <= answers_within) return false;
    return may_begin_at(conversation.safe_contact, now) != now;
}

}  // namespace tsunagi::handoff
