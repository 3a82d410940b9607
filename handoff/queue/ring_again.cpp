#include "handoff/queue/ring_again.h"

#include <algorithm>

namespace tsunagi::handoff {

std::optional<std::chrono::minutes> ring_again_after(std::uint32_t refused, bool talk_is_closed)
{
    if (refused <= refused_rings_at_once) return std::chrono::minutes{0};
    if (talk_is_closed || refused >= refused_rings_max) return std::nullopt;
    const std::uint32_t waited_before = refused - refused_rings_at_once - 1;
    return std::min<std::chrono::minutes>(ring_wait_first * (1U << waited_before), ring_wait_longest);
}

}  // namespace tsunagi::handoff
