#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

namespace tsunagi::handoff {

// A ring that LINE refuses until its link opens no more is asked about anew (may_begin.h: LatePush::What::anew). The first
// time at once, for a busy hour passes; then more and more seldom, and not for ever: each is a new link and a new request.

/// So many are asked about at once.
constexpr std::uint32_t refused_rings_at_once = 1;
/// What was refused for an hour is an outage, and ends by somebody's hand.
constexpr std::chrono::hours ring_wait_first{1};
/// She is rung on the day on which LINE comes back.
constexpr std::chrono::hours ring_wait_longest{6};
/// With these waits nearly three days: what nobody mends over a weekend is mended on Monday. Older words staff say anew.
constexpr std::uint32_t refused_rings_max = 14;

/// How long she is not rung again after `refused` rings in a row that LINE did not take; nothing when the last was the
/// last: they were too many, or the talk was closed meanwhile and LINE had its second chance.
std::optional<std::chrono::minutes> ring_again_after(std::uint32_t refused, bool talk_is_closed);

}  // namespace tsunagi::handoff
