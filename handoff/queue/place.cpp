#include "handoff/queue/place.h"

#include <tuple>

namespace tsunagi::handoff {

using bot::Priority;

bool is_before(const Waiting& a, const Waiting& b)
{
    return std::tie(b.priority, a.requested_at, a.id) < std::tie(a.priority, b.requested_at, b.id);
}

Waiting waiting(const bot::Conversation& conversation, TimePoint now)
{
    if (conversation.holder.is_queue() && conversation.handoff)
        return {conversation.handoff->priority, conversation.handoff->requested_at, conversation.id};
    return {priority_of_risk(conversation.risk_level), now, conversation.id};
}

void count_ahead(DeskView& desk, const bot::Conversation& conversation, const Waiting& other, TimePoint now)
{
    if (other.id == conversation.id) return;
    const auto ahead_at = [&](Priority priority) {
        auto whose = waiting(conversation, now);
        whose.priority = priority;
        return is_before(other, whose) ? 1u : 0u;
    };
    desk.waiting_ahead_normal += ahead_at(Priority::normal);
    desk.waiting_ahead_soon += ahead_at(Priority::soon);
    desk.waiting_ahead_high += ahead_at(Priority::high);
    desk.waiting_ahead_emergency += ahead_at(Priority::emergency);
}

std::uint32_t place_in_line(const DeskView& desk, Priority priority)
{
    switch (priority) {
    case Priority::normal: return desk.waiting_ahead_normal + 1;
    case Priority::soon: return desk.waiting_ahead_soon + 1;
    case Priority::high: return desk.waiting_ahead_high + 1;
    case Priority::emergency: return desk.waiting_ahead_emergency + 1;
    }
    return desk.waiting_ahead_normal + 1;
}

Priority priority_of_risk(std::uint8_t risk_level)
{
    if (risk_level >= 4) return Priority::emergency;
    if (risk_level == 3) return Priority::high;
    if (risk_level == 2) return Priority::soon;
    return Priority::normal;
}

}  // namespace tsunagi::handoff
