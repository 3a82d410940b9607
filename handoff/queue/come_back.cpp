#include "handoff/queue/come_back.h"

#include "handoff/queue/danger.h"
#include "handoff/queue/enter.h"
#include "handoff/queue/hold.h"
#include "handoff/queue/tell.h"
#include "handoff/roster/capacity.h"

namespace tsunagi::handoff {
namespace {

bool talked_lately(const bot::Conversation& closed, TimePoint now)
{
    return closed.last_counselor && now - closed.last_activity_at <= back_to_same_counselor;
}

/// The counselor she talked with, when that counselor can take her now.
const Counselor* same_counselor(const bot::Conversation& conversation, const DeskView& desk, TimePoint now)
{
    if (!desk.last_counselor || desk.last_counselor->id != conversation.last_counselor) return nullptr;
    const auto& counselor = *desk.last_counselor;
    const bool is_there = counselor.on_duty && !staff_went_home(conversation, desk, now);
    return is_there && has_room_for(counselor, conversation) ? &counselor : nullptr;
}

/// What she asked for last time still holds: the skills she needs, and how urgent it was.
bot::NeedHuman need_of(const bot::Conversation& closed)
{
    bot::NeedHuman need{.reason = reason_came_back, .skills = {}, .priority = bot::Priority::normal};
    if (closed.handoff) {
        need.skills = closed.handoff->skills;
        need.priority = closed.handoff->priority;
    }
    return need;
}

bot::Decision to_bot(bot::Conversation reopened, const bot::Inbound& inbound, const bot::Hearing& hearing,
                     const bot::Playbook& playbook, const DeskView& desk, TimePoint now)
{
    reopened.holder = {.kind = bot::HolderKind::bot, .counselor = {}, .counselor_name = {}, .since = now};
    reopened.handoff.reset();
    reopened.outcome.clear();
    stop_flow(reopened);
    bot::end_danger_episode(reopened);
    return receive_by_bot(reopened, inbound, hearing, playbook, desk, now);
}

}  // namespace

bot::Decision come_back(const bot::Conversation& closed, const bot::Inbound& inbound, const bot::Hearing& hearing,
                        const bot::Playbook& playbook, const DeskView& desk, TimePoint now)
{
    if (!talked_lately(closed, now)) return to_bot(closed, inbound, hearing, playbook, desk, now);

    auto decision = bot::decide(closed, inbound, hearing, playbook, now);  // silent: the bot does not hold it
    decision.next.outcome.clear();
    const auto need = need_of(decision.next);
    const auto* counselor = same_counselor(decision.next, desk, now);
    if (!counselor) return enter_queue(std::move(decision), need, playbook, desk, now);

    decision.next.handoff = bot::HandoffRequest{
        .reason = need.reason, .skills = need.skills, .priority = need.priority, .requested_at = now};
    give_to(decision, *counselor, now);
    decision.next.unanswered_since = now;
    bot::log_event(decision, "event.claimed", {{"name", counselor->name}}, now);
    tell_for_counselor(decision, playbook, "back.same_counselor", {{"name", counselor->name}}, now);
    return decision;
}

}  // namespace tsunagi::handoff
