#include "handoff/queue/ring_again.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace std::chrono_literals;
using handoff::ring_again_after;

TEST_CASE("ring again: at once after the first refusal, then more and more seldom, and not for ever")
{
    CHECK(ring_again_after(0, false) == 0min);
    CHECK(ring_again_after(1, false) == 0min);
    auto before = 0min;
    for (std::uint32_t refused = 2; refused < handoff::refused_rings_max; ++refused) {
        const auto wait = ring_again_after(refused, false);
        REQUIRE(wait);
        CHECK(*wait >= handoff::ring_wait_first);
        CHECK(*wait >= before);
        CHECK(*wait <= handoff::ring_wait_longest);
        before = *wait;
    }
    CHECK_FALSE(ring_again_after(handoff::refused_rings_max, false));
}

TEST_CASE("ring again: what was said in a talk that is closed now has one more chance")
{
    CHECK(ring_again_after(1, true) == 0min);
    CHECK_FALSE(ring_again_after(2, true));
}
