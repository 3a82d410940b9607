#include "handoff/queue/wake.h"

#include "bot/safety/hearing.h"
#include "handoff/queue/danger.h"
#include "handoff/queue/enter.h"
#include "handoff/queue/hold.h"
#include "handoff/queue/may_begin.h"
#include "handoff/queue/place.h"
#include "handoff/queue/tell.h"

#include <algorithm>

namespace tsunagi::handoff {
namespace {

using std::chrono::minutes;

bool bot_waits_for_answer(const bot::Conversation& conversation)
{
    return conversation.holder.is_bot() && conversation.position.running();
}

/// Danger that a human has still to answer.
bool danger_waits(const bot::Conversation& conversation)
{
    const auto& holder = conversation.holder;
    return conversation.risk_level >= bot::emergency_level && !conversation.risk.answered_at &&
           (holder.is_queue() || holder.is_counselor());
}

/// Whether danger waits from here on and is to be looked at: not in the queue when staff have just been called, for they find it there; always
/// with a counselor, who may leave it unanswered, and from whom nobody but a supervisor could take it.
bool danger_begins_to_wait(const bot::Conversation& before, const bot::Decision& decision)
{
    const auto& next = decision.next;
    const bool is_taken = next.holder.is_counselor() && next.holder.counselor != before.holder.counselor;
    const bool begins = danger_waits(next) && (!danger_waits(before) || next.risk.raised_at != before.risk.raised_at || is_taken);
    const auto calls = [](const bot::Effect& effect) { return std::holds_alternative<bot::AlarmStaff>(effect); };
    return begins && (next.holder.is_counselor() || std::ranges::none_of(decision.effects, calls));
}

class Waking {
public:
    Waking(bot::Decision& decision, const bot::Playbook& playbook, const DeskView& desk, const WakeRules& rules, TimePoint now)
        : decision_(decision), playbook_(playbook), desk_(desk), rules_(rules), now_(now)
    {
    }

    void bot_idle()
    {
        auto& next = decision_.next;
        if (!bot_waits_for_answer(next) || rules_.bot_idle == minutes{0}) return;
        const auto due = next.last_inbound_at + rules_.bot_idle;
        if (next.idle_reminders == 0 && now_ < due) return again(timer_bot_idle, due);
        if (next.idle_reminders >= idle_reminders_max || !may_be_written_to(next)) {
            stop_flow(next);
            bot::log_event(decision_, "event.flow_idle", {}, now_);
            return;
        }
        const auto allowed = unasked_at(next, now_);
        if (!allowed || *allowed - now_ > reminder_waits_max) {
            stop_flow(next);
            bot::log_event(decision_, "event.flow_idle_hours", {}, now_);
            return;
        }
        if (*allowed > now_) return again(timer_bot_idle, *allowed);
        ++next.idle_reminders;
        tell_unasked(decision_, playbook_, "timer.bot_idle", {}, now_);
        again(timer_bot_idle, now_ + rules_.bot_idle);
    }

    void counselor_idle()
    {
        auto& next = decision_.next;
        if (!next.holder.is_counselor() || rules_.counselor_idle == minutes{0}) return;
        if (is_left_unanswered()) return put_back_in_line();  // also who goes on writing
        const auto due = next.last_activity_at + rules_.counselor_idle;
        if (now_ < due) return again(timer_counselor_idle, due);
        if (next.idle_reminders < idle_reminders_max) {
            ++next.idle_reminders;
            bot::log_event(decision_, "event.counselor_idle",
                           {{"name", next.holder.counselor_name}, {"minutes", std::to_string(rules_.counselor_idle.count())}}, now_);
        }
        again(timer_counselor_idle, now_ + rules_.counselor_idle);
    }

    void queue_notice()
    {
        auto& next = decision_.next;
        if (!next.holder.is_queue() || !next.handoff || rules_.queue_notice == minutes{0}) return;
        if (next.handoff->notices >= queue_notices_max || !may_be_written_to(next)) return;
        if (!is_open(desk_.hours, now_)) {
            if (const auto opening = next_opening(desk_.hours, now_)) again(timer_queue_notice, *opening + rules_.queue_notice);
            return;
        }
        const auto allowed = unasked_at(next, now_);
        if (!next.safe_contact.hours.empty() && (!allowed || !is_open(desk_.hours, *allowed))) {
            bot::log_event(decision_, "event.queue_notice_hours", {}, now_);  // they never meet the desk's: it would say so for ever
            return;
        }
        if (*allowed > now_) return again(timer_queue_notice, *allowed);
        ++next.handoff->notices;
        const auto place = place_in_line(desk_, next.handoff->priority);
        tell_unasked(decision_, playbook_, desk_.on_duty > 0 ? "timer.queue_notice" : "timer.queue_notice.nobody",
                     {{"place", std::to_string(place)}}, now_);
        if (next.handoff->notices < queue_notices_max) again(timer_queue_notice, now_ + rules_.queue_notice);
    }

    void danger()
    {
        auto& next = decision_.next;
        if (!danger_waits(next)) return;
        if (next.holder.is_counselor() && holder_is_away(next, desk_, now_)) {
            take_from_absent_holder(decision_, now_);
            if (rules_.queue_notice > minutes{0}) again(timer_queue_notice, now_ + rules_.queue_notice);
        }
        if (!nobody_is_there(next, desk_, now_)) return again(timer_danger, now_ + danger_look_interval);
        decision_.effects.emplace_back(bot::AlarmStaff{next.risk_level});
        // Who stays on after closing, or was called, may still answer; should she leave it, others are called.
        if (next.holder.is_counselor()) again(timer_danger, now_ + stays_after_closing);
    }

    void not_sent()
    {
        auto& next = decision_.next;
        if (!next.holder.is_bot() && !next.holder.is_closed()) return;
        next.outcome.clear();
        enter_queue_silently(decision_, {.reason = reason_not_sent, .skills = {}, .priority = bot::Priority::soon}, now_);
        if (danger_waits(next)) again(timer_danger, now_ + danger_look_interval);
    }

private:
    /// Nobody but a supervisor could take her from a counselor who is not there, and no console tells of what she writes. A colleague
    /// who has just opened the desk, or is at lunch, is given the time to come.
    bool is_left_unanswered() const
    {
        const auto& held = decision_.next;
        const bool was_open_all_along = is_open(desk_.hours, now_) && is_open(desk_.hours, now_ - left_unanswered_max);
        const auto since = held.unanswered_since > held.staff_acted_at ? held.unanswered_since : held.last_inbound_at;
        const bool waits = since > held.staff_acted_at && now_ - since >= left_unanswered_max;
        return was_open_all_along && waits && holder_is_away(held, desk_, now_);
    }

    void put_back_in_line()
    {
        auto& next = decision_.next;
        bot::log_event(decision_, "event.left_unanswered", {{"from", next.holder.counselor_name}}, now_);
        enter_queue_again(next, reason_left, now_);
        if (rules_.queue_notice > minutes{0}) again(timer_queue_notice, now_ + rules_.queue_notice);
    }

    void again(const char* name, TimePoint due) { decision_.effects.emplace_back(bot::SetTimer{name, due}); }

    bot::Decision& decision_;
    const bot::Playbook& playbook_;
    const DeskView& desk_;
    const WakeRules& rules_;
    const TimePoint now_;
};

}  // namespace

bool is_conversation_timer(const std::string& name)
{
    return name == timer_bot_idle || name == timer_counselor_idle || name == timer_queue_notice || name == timer_danger ||
           name == timer_not_sent || name == timer_door_ring || name == timer_ring_late || name == timer_ring_lost ||
           name == timer_not_told;
}

void set_timers(const bot::Conversation& before, bot::Decision& decision, const WakeRules& rules, TimePoint now)
{
    auto& next = decision.next;
    const auto wrote = [](const bot::Entry& entry) { return entry.kind == bot::EntryKind::inbound; };
    if (std::ranges::any_of(decision.log, wrote)) next.idle_reminders = 0;

    const auto begin = [&](const char* name, minutes after) {
        if (after > minutes{0}) decision.effects.emplace_back(bot::SetTimer{name, now + after});
    };
    if (bot_waits_for_answer(next) && !bot_waits_for_answer(before)) begin(timer_bot_idle, rules.bot_idle);
    if (next.holder.is_queue() && !before.holder.is_queue()) begin(timer_queue_notice, rules.queue_notice);
    if (next.holder.is_counselor() && !before.holder.is_counselor()) begin(timer_counselor_idle, rules.counselor_idle);
    if (danger_begins_to_wait(before, decision)) begin(timer_danger, danger_look_interval);
    // A ring that waits for hours which are others now.
    if (next.safe_contact.hours != before.safe_contact.hours) decision.effects.emplace_back(bot::SetTimer{timer_door_ring, now});
}

bot::Decision wake(const bot::Conversation& conversation, const std::string& name, const bot::Playbook& playbook,
                   const DeskView& desk, const WakeRules& rules, TimePoint now)
{
    auto decision = change(conversation);
    decision.effects.emplace_back(bot::CancelTimer{name});
    Waking waking(decision, playbook, desk, rules, now);
    if (name == timer_bot_idle) waking.bot_idle();
    if (name == timer_counselor_idle) waking.counselor_idle();
    if (name == timer_queue_notice) waking.queue_notice();
    if (name == timer_danger) waking.danger();
    if (name == timer_not_sent) waking.not_sent();
    if (name == timer_not_told) bot::log_event(decision, "event.on_call_not_told", {}, now);
    return decision;
}

}  // namespace tsunagi::handoff
