#include "handoff/queue/commands.h"

#include "bot/base/text.h"
#include "bot/safety/hearing.h"
#include "handoff/queue/enter.h"
#include "handoff/queue/hold.h"
#include "handoff/queue/place.h"
#include "handoff/queue/risk_commands.h"
#include "handoff/queue/tell.h"
#include "handoff/roster/capacity.h"

#include <algorithm>

namespace tsunagi::handoff {
namespace {

bool is_blank(const std::string& text) { return fold_for_matching(text).empty(); }

bool holds(const Counselor& counselor, const bot::Conversation& conversation)
{
    return conversation.holder.is_counselor() && conversation.holder.counselor == counselor.id;
}

/// Who leads may pass on what somebody else holds: a conversation never hangs on a colleague who has gone home.
bool may_pass_on(const Counselor& counselor, const bot::Conversation& conversation)
{
    if (!conversation.holder.is_counselor() || counselor.desk != conversation.desk) return false;
    return holds(counselor, conversation) || leads(counselor.role);
}

std::optional<Refusal> refused_text(const std::string& text)
{
    if (is_blank(text)) return Refusal::text_empty;
    if (utf16_length(text) > text_units_max) return Refusal::text_too_long;
    return std::nullopt;
}

bool wrote_before_safe_word(const bot::Conversation& conversation, std::optional<std::uint64_t> seen_seq)
{
    const auto& risk = conversation.risk;
    return seen_seq ? *seen_seq < risk.safe_word_seq : risk.disguised;
}

/// A change that is part of the talk with the person: coming back within a day counts from here, and so does that somebody
/// is there for her.
bot::Decision act(const bot::Conversation& conversation, TimePoint now)
{
    auto decision = change(conversation);
    decision.next.last_activity_at = now;
    decision.next.staff_acted_at = now;
    return decision;
}

void send(bot::Decision& decision, const bot::Entry& entry)
{
    bot::Send send;
    send.messages.push_back({.text = entry.text, .quick_replies = {}});
    send.entries.push_back(entry.seq);
    send.by_human = true;
    decision.effects.push_back(std::move(send));
}

}  // namespace

Outcome claim(const bot::Conversation& conversation, const Counselor& counselor, const bot::Playbook& playbook,
              TimePoint now)
{
    const auto& holder = conversation.holder;
    if (holder.is_counselor()) return Refusal::already_held;
    if (holder.is_closed() || counselor.desk != conversation.desk) return Refusal::not_waiting;
    if (holder.is_bot() && !may_take_from_bot(counselor, conversation)) return Refusal::not_waiting;
    if (!counselor.on_duty) return Refusal::off_duty;
    if (!has_skills_for(counselor, conversation)) return Refusal::skill_missing;
    if (!has_room_for(counselor, conversation)) return Refusal::at_capacity;

    auto decision = act(conversation, now);
    give_to(decision, counselor, now);
    log_by(decision, counselor, "event.claimed", {{"name", counselor.name}}, now);
    tell_for_counselor(decision, playbook, "counselor.joined", {{"name", counselor.name}}, now);
    return decision;
}

Outcome send_text(const bot::Conversation& conversation, const Counselor& counselor, const std::string& text,
                  TimePoint now, std::optional<std::uint64_t> seen_seq)
{
    if (!holds(counselor, conversation)) return Refusal::not_holder;
    if (wrote_before_safe_word(conversation, seen_seq)) return Refusal::before_safe_word;
    if (const auto refusal = refused_text(text)) return *refusal;

    auto decision = act(conversation, now);
    auto& entry = log_text(decision, counselor, bot::EntryKind::outbound, text, now);
    entry.state = bot::SendState::queued;
    auto& risk = decision.next.risk;
    if (decision.next.risk_level > 0 && !risk.answered_at) risk.answered_at = now;  // the target's clock stops
    send(decision, entry);
    return decision;
}

Outcome add_note(const bot::Conversation& conversation, const Counselor& counselor, const std::string& text,
                 TimePoint now)
{
    if (counselor.desk != conversation.desk) return Refusal::not_holder;
    if (const auto refusal = refused_text(text)) return *refusal;

    auto decision = change(conversation);
    log_text(decision, counselor, bot::EntryKind::note, text, now);
    return decision;
}

Outcome transfer(const bot::Conversation& conversation, const Counselor& counselor, const std::optional<Counselor>& to,
                 const std::string& reason, const bot::Playbook& playbook, TimePoint now)
{
    if (!may_pass_on(counselor, conversation)) return Refusal::not_holder;
    if (is_blank(reason)) return Refusal::reason_missing;
    if (to && to->desk != conversation.desk) return Refusal::no_such_counselor;
    if (to && holds(*to, conversation)) return Refusal::already_held;
    if (to && !to->on_duty) return to->id == counselor.id ? Refusal::off_duty : Refusal::colleague_off_duty;
    if (to && !has_room_for(*to, conversation)) return Refusal::at_capacity;

    auto decision = act(conversation, now);
    const auto from = conversation.holder.counselor_name;
    if (to) {
        give_to(decision, *to, now);
        log_by(decision, counselor, "event.transferred", {{"from", from}, {"to", to->name}, {"reason", reason}}, now);
        tell_for_counselor(decision, playbook, "counselor.changed", {{"name", to->name}}, now);
    } else {
        enter_queue_again(decision.next, reason_transfer, now);
        log_by(decision, counselor, "event.requeued", {{"from", counselor.name}, {"reason", reason}}, now);  // who did it: not always who held it
    }
    return decision;
}

Outcome return_to_bot(const bot::Conversation& conversation, const Counselor& counselor, const bot::Playbook& playbook,
                      TimePoint now, std::uint64_t seen_seq)
{
    if (!holds(counselor, conversation)) return Refusal::not_holder;
    if (said_since(conversation, seen_seq)) return Refusal::written_since;

    auto decision = act(conversation, now);
    decision.next.holder = {.kind = bot::HolderKind::bot, .counselor = {}, .counselor_name = {}, .since = now};
    decision.next.handoff.reset();
    stop_flow(decision.next);
    log_by(decision, counselor, "event.returned", {{"name", counselor.name}}, now);
    tell_for_counselor(decision, playbook, "counselor.returned", {}, now);
    return decision;
}

Outcome close(const bot::Conversation& conversation, const Counselor& counselor, const std::string& outcome,
              bool say_goodbye, const bot::Playbook& playbook, TimePoint now, std::uint64_t seen_seq, const std::optional<Judged>& judged)
{
    if (!holds(counselor, conversation)) return Refusal::not_holder;
    if (said_since(conversation, seen_seq)) return Refusal::written_since;
    if (is_blank(outcome)) return Refusal::reason_missing;
    const bool changes_level = judged && judged->level != conversation.risk_level;
    if (changes_level && is_blank(judged->reason)) return Refusal::reason_missing;
    if (judged && utf16_length(judged->reason) > reason_units_max) return Refusal::text_too_long;

    auto decision = act(conversation, now);
    decision.next.holder = {.kind = bot::HolderKind::closed, .counselor = {}, .counselor_name = {}, .since = now};
    decision.next.outcome = outcome;
    stop_flow(decision.next);
    bot::end_danger_episode(decision.next);
    if (say_goodbye) tell_for_counselor(decision, playbook, "counselor.closed", {}, now);  // before the level: what is private stays quiet
    if (changes_level) judge(decision, counselor, *judged, now);
    else if (judged) log_by(decision, counselor, "event.risk_kept", {{"name", counselor.name}, {"level", std::to_string(judged->level)}}, now);
    auto& risk = decision.next.risk;  // by telephone, say: no clock runs on until she comes back, unless a human says that danger stays
    if (judged && judged->level < bot::emergency_level && !risk.answered_at) risk.answered_at = now;
    log_by(decision, counselor, "event.closed", {{"name", counselor.name}, {"outcome", outcome}}, now);
    return decision;
}

}  // namespace tsunagi::handoff
