#include "handoff/queue/risk_commands.h"

#include "bot/base/text.h"
#include "bot/flow/words.h"
#include "handoff/queue/hold.h"
#include "handoff/queue/place.h"

#include <algorithm>
#include <utility>

namespace tsunagi::handoff {
namespace {

bool may_judge(const Counselor& counselor, const bot::Conversation& conversation)
{
    if (counselor.desk != conversation.desk) return false;
    const auto& holder = conversation.holder;
    if (!holder.is_counselor() || holder.counselor == counselor.id) return true;
    return leads(counselor.role);
}

std::optional<Refusal> refused(const Counselor& counselor, const bot::Conversation& conversation, const std::string& reason)
{
    if (!may_judge(counselor, conversation)) return Refusal::not_holder;
    if (fold_for_matching(reason).empty()) return Refusal::reason_missing;
    if (utf16_length(reason) > reason_units_max) return Refusal::text_too_long;
    return std::nullopt;
}

/// What danger gave, danger takes: a priority somebody asked for otherwise stays.
void follow_level(bot::Conversation& next, std::uint8_t level_before)
{
    if (!next.handoff) return;
    auto& priority = next.handoff->priority;
    const auto given = priority_of_risk(level_before);
    const auto due = priority_of_risk(next.risk_level);
    if (priority == given || due > priority) priority = due;
}

std::optional<Refusal> refused_hours(const std::vector<bot::ContactHours>& hours)
{
    constexpr int minutes_a_day = 24 * 60;
    constexpr unsigned all_days = 0b111'1111;
    if (hours.size() > bot::contact_hours_max) return Refusal::hours_too_many;
    for (const auto& row : hours) {
        if (row.weekdays == 0 || row.weekdays > all_days) return Refusal::hours_without_day;
        const bool is_time = row.from_minute >= 0 && row.from_minute < minutes_a_day && row.to_minute > 0 && row.to_minute <= minutes_a_day;
        if (!is_time || row.from_minute == row.to_minute) return Refusal::hours_without_length;
    }
    return std::nullopt;
}

}  // namespace

void judge(bot::Decision& decision, const Counselor& counselor, const Judged& judged, TimePoint now)
{
    auto& next = decision.next;
    const auto before = std::exchange(next.risk_level, std::min(judged.level, risk_level_max));
    if (next.risk_level > before) {
        next.risk.raised_at = now;
        next.risk.answered_at.reset();
    }
    next.risk.told_level = std::min(next.risk.told_level, next.risk_level);  // heard again, it is answered again
    if (next.risk_level == 0) next.risk_categories.clear();
    follow_level(next, before);
    log_by(decision, counselor, "event.risk_set",
           {{"name", counselor.name}, {"from", std::to_string(before)}, {"to", std::to_string(next.risk_level)}, {"reason", judged.reason}},
           now);
    if (next.risk_level > before) next.heard_seq = decision.log.back().seq;
}

Outcome set_risk(const bot::Conversation& conversation, const Counselor& counselor, std::uint8_t level,
                 const std::string& reason, TimePoint now, std::uint64_t seen_seq)
{
    if (const auto refusal = refused(counselor, conversation, reason)) return *refusal;
    if (level < conversation.risk_level && said_since(conversation, seen_seq)) return Refusal::written_since;

    auto decision = change(conversation);
    judge(decision, counselor, {level, reason}, now);
    return decision;
}

Result<Dismissed, Refusal> dismiss_mark(const bot::Conversation& conversation, const bot::Entry& entry,
                                        const Counselor& counselor, const std::string& reason, TimePoint now)
{
    if (const auto refusal = refused(counselor, conversation, reason)) return *refusal;
    if (!entry.risk || !entry.risk->dismissed_by.empty()) return Refusal::no_such_mark;

    Dismissed dismissed{change(conversation), *entry.risk};
    dismissed.mark.dismissed_by = counselor.name;
    dismissed.mark.dismissed_reason = reason;
    log_by(dismissed.decision, counselor, "event.risk_dismissed",
           {{"name", counselor.name}, {"reason", reason}, {"seq", std::to_string(entry.seq)}}, now);
    return dismissed;
}

Outcome end_disguise(const bot::Conversation& conversation, const Counselor& counselor, const std::string& reason,
                     TimePoint now, std::uint64_t seen_seq)
{
    if (const auto refusal = refused(counselor, conversation, reason)) return *refusal;
    if (said_since(conversation, seen_seq)) return Refusal::written_since;

    auto decision = change(conversation);
    decision.next.risk.disguised = false;
    decision.next.risk.screen = bot::ScreenSafety::unknown;
    log_by(decision, counselor, "event.disguise_ended", {{"name", counselor.name}, {"reason", reason}}, now);
    return decision;
}

Outcome set_safe_contact(const bot::Conversation& conversation, const Counselor& counselor, const bot::SafeContact& contact,
                         TimePoint now)
{
    if (!may_judge(counselor, conversation)) return Refusal::not_holder;
    for (const auto* field : {&contact.when, &contact.safe_word, &contact.if_other_answers})
        if (utf16_length(*field) > contact_field_units_max) return Refusal::text_too_long;
    // 「🍎」 would be kept, shown as agreed, and never be heard (bot/safety/hearing.h compares keys).
    if (!contact.safe_word.empty() && bot::match_key(contact.safe_word).empty()) return Refusal::safe_word_empty;
    if (const auto refusal = refused_hours(contact.hours)) return *refusal;

    auto decision = change(conversation);
    decision.next.safe_contact = contact;
    log_by(decision, counselor, "event.safe_contact", {{"name", counselor.name}}, now);
    return decision;
}

}  // namespace tsunagi::handoff
