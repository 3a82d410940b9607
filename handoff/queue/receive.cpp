#include "handoff/queue/receive.h"

#include "bot/flow/any_time.h"
#include "bot/flow/buttons.h"
#include "handoff/queue/come_back.h"
#include "handoff/queue/danger.h"
#include "handoff/queue/enter.h"
#include "handoff/queue/place.h"
#include "handoff/queue/tell.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>

namespace tsunagi::handoff {
namespace {

bool followed(const bot::Inbound& inbound)
{
    return !inbound.standby && std::holds_alternative<bot::Followed>(inbound.content);
}

/// Choosing a language by a button is no word either, unless the bot holds: it opens nothing and is answered by the language alone.
bool says_something(const bot::Inbound& inbound, const bot::Playbook& playbook)
{
    return speaks_to_us(inbound) && !bot::language_tapped(inbound, playbook);
}

bool says_anything(const bot::Decision& decision)
{
    return std::ranges::any_of(decision.effects, [](const auto& effect) { return std::holds_alternative<bot::Send>(effect); });
}

/// Her first words are answered with how she stands, the next ones are kept in silence, until the desk closes over her waiting.
bot::Decision receive_waiting(const bot::Conversation& waiting, const bot::Inbound& inbound, const bot::Hearing& hearing,
                              const bot::Playbook& playbook, const DeskView& desk, TimePoint now)
{
    auto decision = bot::decide(waiting, inbound, hearing, playbook, now);
    if (!decision.next.handoff) decision.next.handoff.emplace().requested_at = waiting.holder.since;
    auto& request = *decision.next.handoff;
    request.priority = std::max(request.priority, priority_of_risk(decision.next.risk_level));
    if (waiting.risk.screen == bot::ScreenSafety::asked && bot::language_chosen(inbound, playbook)) {
        ask_about_screen_again(decision, playbook, now);
        return decision;
    }
    if (!says_something(inbound, playbook)) return decision;
    const bool has_closed = !is_open(desk.hours, now) && !knows_that_nobody_reads(waiting, desk, now);
    if (bot::comes_before_the_flow(waiting, hearing, now)) {
        decision = answer_danger(std::move(decision), waiting, hearing, playbook, desk, now);
        if (!has_closed || says_anything(decision)) return decision;
    } else if (request.kept_told && !has_closed) {
        return decision;
    }
    decision.next.handoff.value().kept_told = true;
    tell_standing(decision, has_closed ? Occasion::closed : Occasion::kept, playbook, desk, now);
    return decision;
}

bot::Decision receive_closed(const bot::Conversation& closed, const bot::Inbound& inbound, const bot::Hearing& hearing,
                             const bot::Playbook& playbook, const DeskView& desk, TimePoint now)
{
    const bool names_language = std::holds_alternative<bot::TextReceived>(inbound.content) && bot::language_chosen(inbound, playbook);
    if (says_something(inbound, playbook)) {
        if (opens_at_once(closed, hearing))
            return answer_danger(bot::decide(closed, inbound, hearing, playbook, now), closed, hearing, playbook, desk, now);
        if (!names_language) return come_back(closed, inbound, hearing, playbook, desk, now);
    }
    auto decision = bot::decide(closed, inbound, hearing, playbook, now);
    // What is no message does not open it, nor does it prolong the day in which she gets the same counselor back.
    decision.next.last_activity_at = closed.last_activity_at;
    if (followed(inbound)) tell(decision, playbook, "followed.again", {}, now);
    if (names_language) tell(decision, playbook, "language.changed", {}, now);
    return decision;
}

/// Her words stay with a counselor who comes back at the next opening: by silence until then she would believe that she is read.
/// In words that tell nothing, for they show on a locked screen.
void tell_that_nobody_reads(bot::Decision& decision, const bot::Conversation& held, const bot::Playbook& playbook,
                            const DeskView& desk, TimePoint now)
{
    const bool waits_till_opening = !is_open(desk.hours, now) && holder_is_away(held, desk, now);
    if (!waits_till_opening || knows_that_nobody_reads(held, desk, now)) return;
    const auto opening = next_opening(desk.hours, now);
    std::map<std::string, std::string> values;
    if (opening) values["opening"] = opening_text(playbook, decision.next.language, *opening);
    const char* key = opening ? "safety.quiet.closed" : "safety.quiet.closed_unknown";
    if (answer_quietly_for_counselor(decision, playbook, key, values, now)) decision.next.away_told_at = now;
}

/// The bot is silent while a counselor talks with her, but for the harmless words after her safe word: staff see the mark. Should
/// they have gone home, she is told so once, they are called, and danger of R3 or R4 does not wait for them: she is answered as if nobody held her, and
/// whoever is there finds her at the head of the queue.
bot::Decision receive_held(const bot::Conversation& held, const bot::Inbound& inbound, const bot::Hearing& hearing,
                           const bot::Playbook& playbook, const DeskView& desk, TimePoint now)
{
    auto decision = bot::decide(held, inbound, hearing, playbook, now);
    if (!says_something(inbound, playbook)) return decision;
    if (held.unanswered_since <= held.staff_acted_at) decision.next.unanswered_since = now;
    if (hearing.finding.level >= bot::emergency_level && holder_is_away(held, desk, now)) {
        take_from_absent_holder(decision, now);
        return answer_danger(std::move(decision), held, hearing, playbook, desk, now);
    }
    if (hearing.tap == bot::SafetyTap::screen_safe) {
        decision.next.risk.screen = bot::ScreenSafety::safe;
        decision.next.risk.told_at = now;
        bot::log_event(decision, "event.screen_safe", {}, now);
    }
    if (hearing.tap == bot::SafetyTap::screen_watched) {
        bot::note_watched(decision.next);
        bot::log_event(decision, "event.screen_watched", {}, now);
    }
    if (hearing.safe_word) tell_disguise_for_counselor(decision, playbook, now);
    else tell_that_nobody_reads(decision, held, playbook, desk, now);
    alarm_if_nobody_there(decision, hearing, desk, now);
    return decision;
}

/// Another tool holds the chat: what she says there is logged and marked, and danger reaches staff.
bot::Decision receive_on_standby(const bot::Conversation& before, const bot::Inbound& inbound, const bot::Hearing& hearing,
                                 const bot::Playbook& playbook, const DeskView& desk, TimePoint now)
{
    auto decision = bot::decide(before, inbound, hearing, playbook, now);
    auto& next = decision.next;
    if (next.holder.is_closed()) next.last_activity_at = before.last_activity_at;
    if (next.holder.is_queue() && next.handoff)
        next.handoff->priority = std::max(next.handoff->priority, priority_of_risk(next.risk_level));
    call_staff_silently(decision, hearing, desk, now);
    return decision;
}

bot::Decision receive_by_holder(const bot::Conversation& conversation, const bot::Inbound& inbound,
                                const bot::Playbook& playbook, const DeskView& desk, TimePoint now)
{
    const auto hearing = bot::hear(conversation, inbound, playbook);
    if (inbound.standby) return receive_on_standby(conversation, inbound, hearing, playbook, desk, now);
    switch (conversation.holder.kind) {
    case bot::HolderKind::queue: return receive_waiting(conversation, inbound, hearing, playbook, desk, now);
    case bot::HolderKind::counselor: return receive_held(conversation, inbound, hearing, playbook, desk, now);
    case bot::HolderKind::closed: return receive_closed(conversation, inbound, hearing, playbook, desk, now);
    case bot::HolderKind::bot: break;
    }
    return receive_by_bot(conversation, inbound, hearing, playbook, desk, now);
}

bot::Conversation after_silence(bot::Conversation conversation)
{
    bot::end_danger_episode(conversation);
    return conversation;
}

}  // namespace

bool speaks_to_us(const bot::Inbound& inbound)
{
    if (inbound.standby) return false;
    const auto& content = inbound.content;
    if (std::holds_alternative<bot::OtherReceived>(content)) return !inbound.message_id.empty();
    return !std::holds_alternative<bot::Followed>(content) && !std::holds_alternative<bot::Unfollowed>(content) &&
           !std::holds_alternative<bot::Unsent>(content);
}

bot::Decision receive(const bot::Conversation& conversation, const bot::Inbound& inbound, const bot::Playbook& playbook,
                      const DeskView& desk, TimePoint now)
{
    auto decision = inbound.sent_at - conversation.last_inbound_at > bot::danger_episode_span
                        ? receive_by_holder(after_silence(conversation), inbound, playbook, desk, now)
                        : receive_by_holder(conversation, inbound, playbook, desk, now);
    decision.next.revision = conversation.revision + 1;  // one change, however many hands it went through
    return decision;
}

}  // namespace tsunagi::handoff
