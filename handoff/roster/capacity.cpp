#include "handoff/roster/capacity.h"

#include <algorithm>

namespace tsunagi::handoff {

bool is_emergency(const bot::Conversation& conversation)
{
    if (conversation.risk_level >= emergency_risk_level) return true;
    return conversation.handoff && conversation.handoff->priority == bot::Priority::emergency;
}

bool has_room_for(const Counselor& counselor, const bot::Conversation& conversation)
{
    if (counselor.holding_emergency >= emergency_capacity) return false;
    return is_emergency(conversation) || counselor.holding < counselor.capacity;
}

bool has_skills_for(const Counselor& counselor, const bot::Conversation& conversation)
{
    if (!conversation.handoff || leads(counselor.role) || is_emergency(conversation)) return true;
    const auto has = [&](const std::string& skill) {
        return std::ranges::find(counselor.skills, skill) != counselor.skills.end();
    };
    return std::ranges::all_of(conversation.handoff->skills, has);
}

bool may_take_from_bot(const Counselor& counselor, const bot::Conversation& conversation)
{
    return leads(counselor.role) || is_emergency(conversation);
}

}  // namespace tsunagi::handoff
