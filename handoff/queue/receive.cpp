#include "handoff/queue/receive.h"

#include "handoff/queue/come_back.h"
#include "handoff/queue/enter.h"
#include "handoff/queue/place.h"
#include "handoff/queue/tell.h"

#include <algorithm>

namespace tsunagi::handoff {
namespace {

/// Whether the person says something to us. Following, blocking and unsending are no words, and on standby she talks to
/// another tool. A kind of message we do not know yet has an id all the same.
bool speaks_to_us(const bot::Inbound& inbound)
{
    if (inbound.standby) return false;
    const auto& content = inbound.content;
    if (std::holds_alternative<bot::OtherReceived>(content)) return !inbound.message_id.empty();
    return !std::holds_alternative<bot::Followed>(content) && !std::holds_alternative<bot::Unfollowed>(content) &&
           !std::holds_alternative<bot::Unsent>(content);
}

bool followed(const bot::Inbound& inbound)
{
    return !inbound.standby && std::holds_alternative<bot::Followed>(inbound.content);
}

bot::Decision receive_waiting(const bot::Conversation& waiting, const bot::Inbound& inbound,
                              const bot::Playbook& playbook, const DeskView& desk, TimePoint now)
{
    auto decision = bot::decide(waiting, inbound, playbook, now);
    if (!decision.next.handoff) decision.next.handoff.emplace().requested_at = waiting.holder.since;
    auto& request = *decision.next.handoff;
    request.priority = std::max(request.priority, priority_of_risk(decision.next.risk_level));
    if (request.kept_told || !speaks_to_us(inbound)) return decision;
    request.kept_told = true;
    tell_standing(decision, Occasion::kept, playbook, desk, now);
    return decision;
}

bot::Decision receive_closed(const bot::Conversation& closed, const bot::Inbound& inbound,
                             const bot::Playbook& playbook, const DeskView& desk, TimePoint now)
{
    if (speaks_to_us(inbound)) return come_back(closed, inbound, playbook, desk, now);
    auto decision = bot::decide(closed, inbound, playbook, now);
    // What is no message does not open it, nor does it prolong the day in which she gets the same counselor back.
    decision.next.last_activity_at = closed.last_activity_at;
    if (followed(inbound)) tell(decision, playbook, "followed.again", {}, now);
    return decision;
}

bot::Decision receive_by_holder(const bot::Conversation& conversation, const bot::Inbound& inbound,
                                const bot::Playbook& playbook, const DeskView& desk, TimePoint now)
{
    switch (conversation.holder.kind) {
    case bot::HolderKind::queue: return receive_waiting(conversation, inbound, playbook, desk, now);
    case bot::HolderKind::counselor: return bot::decide(conversation, inbound, playbook, now);
    case bot::HolderKind::closed: return receive_closed(conversation, inbound, playbook, desk, now);
    case bot::HolderKind::bot: break;
    }
    return enter_queue_if_asked(bot::decide(conversation, inbound, playbook, now), playbook, desk, now);
}

}  // namespace

bot::Decision receive(const bot::Conversation& conversation, const bot::Inbound& inbound, const bot::Playbook& playbook,
                      const DeskView& desk, TimePoint now)
{
    auto decision = receive_by_holder(conversation, inbound, playbook, desk, now);
    decision.next.revision = conversation.revision + 1;  // one change, however many hands it went through
    return decision;
}

}  // namespace tsunagi::handoff
