#include "handoff/queue/target.h"

namespace tsunagi::handoff {
namespace {

std::optional<std::chrono::minutes> target_of(std::uint8_t risk_level, const Targets& targets)
{
    if (risk_level >= 4) return targets.r4;
    if (risk_level == 3) return targets.r3;
    if (risk_level == 2) return targets.r2;
    return std::nullopt;
}

}  // namespace

std::optional<TimePoint> answer_due(const bot::Conversation& conversation, const Targets& targets, const OpeningHours& hours)
{
    const auto target = target_of(conversation.risk_level, targets);
    if (!target || conversation.risk.answered_at || conversation.holder.is_closed()) return std::nullopt;
    const auto counted_from = next_opening(hours, conversation.risk.raised_at);
    if (!counted_from) return std::nullopt;
    return *counted_from + *target;
}

}  // namespace tsunagi::handoff
