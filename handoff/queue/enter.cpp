#include "handoff/queue/enter.h"

#include "handoff/queue/place.h"
#include "handoff/queue/tell.h"

#include <algorithm>
#include <utility>

namespace tsunagi::handoff {
namespace {

/// Takes the wishes for a human out of the effects: the first reason counts, every skill, and the highest priority.
std::optional<bot::NeedHuman> take_need(std::vector<bot::Effect>& effects)
{
    std::optional<bot::NeedHuman> taken;
    std::erase_if(effects, [&](bot::Effect& effect) {
        auto* need = std::get_if<bot::NeedHuman>(&effect);
        if (!need) return false;
        if (!taken) {
            taken = std::move(*need);
            return true;
        }
        taken->priority = std::max(taken->priority, need->priority);
        for (auto& skill : need->skills)
            if (std::ranges::find(taken->skills, skill) == taken->skills.end())
                taken->skills.push_back(std::move(skill));
        return true;
    });
    return taken;
}

}  // namespace

bot::Decision enter_queue(bot::Decision decision, const bot::NeedHuman& need, const bot::Playbook& playbook,
                          const DeskView& desk, TimePoint now)
{
    enter_queue_silently(decision, need, now);
    tell_standing(decision, need.reason == reason_came_back ? Occasion::came_back : Occasion::entered, playbook, desk,
                  now);
    return decision;
}

void enter_queue_silently(bot::Decision& decision, const bot::NeedHuman& need, TimePoint now)
{
    auto& next = decision.next;
    next.holder = {.kind = bot::HolderKind::queue, .counselor = {}, .counselor_name = {}, .since = now};
    next.handoff = bot::HandoffRequest{.reason = need.reason,
                                       .skills = need.skills,
                                       .priority = std::max(need.priority, priority_of_risk(next.risk_level)),
                                       .requested_at = now};
    stop_flow(next);
    bot::log_event(decision, "event.queued", {{"reason", need.reason}}, now);
}

void enter_queue_again(bot::Conversation& conversation, const std::string& reason, TimePoint now)
{
    conversation.holder = {.kind = bot::HolderKind::queue, .counselor = {}, .counselor_name = {}, .since = now};
    if (!conversation.handoff) conversation.handoff.emplace().requested_at = now;
    auto& request = *conversation.handoff;
    request.reason = reason;
    request.priority = std::max(request.priority, priority_of_risk(conversation.risk_level));
    request.kept_told = false;
}

bot::Decision enter_queue_if_asked(bot::Decision decision, const bot::Playbook& playbook, const DeskView& desk,
                                   TimePoint now)
{
    const auto need = take_need(decision.effects);
    return need ? enter_queue(std::move(decision), *need, playbook, desk, now) : decision;
}

void stop_flow(bot::Conversation& conversation)
{
    bot::FlowPosition stopped;
    stopped.flow = std::move(conversation.position.flow);  // stays: she has been greeted already
    conversation.position = std::move(stopped);
}

}  // namespace tsunagi::handoff
