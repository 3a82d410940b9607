// A ring that LINE refuses for days: she is rung when it comes back, and neither LINE nor the store is worn out meanwhile.
#include "handoff/queue/ring_again.h"
#include "tests/unit/webchat/late_ring.h"

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

/// LINE refuses from Friday at eleven on. She may be rung at any hour.
struct LineAway : LateRing {
    std::vector<TimePoint> rung_at{friday_eleven};

    LineAway() { CHECK(command(yamada, desk::SetSafeContact{reached_on({})}, "hours")); }
    /// What was rung ends, and all that is due until `end` is looked at, as the server would.
    void wait_until(TimePoint end)
    {
        for (;;) {
            send();
            const auto due = next_due();
            if (!due || *due > end) break;
            look_at(std::max(*due, clock.now()));
            if (!outbox.empty()) rung_at.push_back(clock.now());
        }
        clock.set(std::max(end, clock.now()));
    }
};

}  // namespace

TEST_CASE("refused ring: while LINE refuses she is rung more and more seldom, staff know it once, and she hears of it the day LINE is back")
{
    LineAway desk;
    const auto told_of_hours = desk.events("event.ring_waits");
    desk.wait_until(friday_eleven + 24h);
    CHECK(desk.rung_at.size() <= 7);
    CHECK(desk.rung_at.back() - desk.rung_at[desk.rung_at.size() - 2] >= 6h);
    CHECK(desk.events("event.ring_refused") == 1);
    CHECK(desk.events("event.ring_waits") == told_of_hours);  // they do not keep it
    CHECK(desk.events("event.ring_lost") == 0);

    desk.platform.answers = {SendOutcome::accepted};
    desk.wait_until(friday_eleven + 32h);
    CHECK(desk.platform.texts.size() == 1);
    CHECK(desk.is_rung());
}

TEST_CASE("refused ring: after a weekend it is given up, staff are told, and the next answer rings at once")
{
    LineAway desk;
    desk.wait_until(friday_eleven + 24h * 30);
    CHECK(desk.rung_at.size() == handoff::refused_rings_max);
    CHECK(desk.rung_at.back() - desk.rung_at.front() > 60h);
    CHECK(desk.events("event.ring_lost") == 1);
    CHECK_FALSE(desk.next_due());

    desk.platform.answers = {SendOutcome::accepted};
    CHECK(desk.command(desk.yamada, desk::SendText{"もうひとつ"}, "k4"));
    desk.send();
    CHECK(desk.platform.texts.size() == 1);
}

TEST_CASE("refused ring: a talk that was closed meanwhile is no longer rung for; a second chance LINE had")
{
    LineAway desk;
    CHECK(desk.command(desk.yamada, desk::Close{.outcome = "resolved", .say_goodbye = false, .seen_seq = desk.conversation().next_seq - 1}, "k4"));
    REQUIRE(desk.conversation().holder.is_closed());
    desk.wait_until(friday_eleven + 24h * 3);
    CHECK(desk.rung_at.size() == 2);
    CHECK(desk.events("event.ring_lost") == 1);
}

TEST_CASE("refused ring: one that waits for its next chance ends when the talk is closed before")
{
    LineAway desk;
    desk.wait_until(friday_eleven + 3h);
    REQUIRE(desk.next_due());
    const auto rung = desk.rung_at.size();
    CHECK(desk.command(desk.yamada, desk::Close{.outcome = "resolved", .say_goodbye = false, .seen_seq = desk.conversation().next_seq - 1}, "k4"));
    desk.wait_until(friday_eleven + 24h * 3);
    CHECK(desk.rung_at.size() == rung);
    CHECK_FALSE(desk.is_rung());
}

TEST_CASE("refused ring: once she came, the next is refused as the first")
{
    LineAway desk;
    desk.wait_until(friday_eleven + 24h);
    run_on(desk.context, desk.doorway.she_reads(mirai, desk.conversation().id));
    CHECK(desk.command(desk.yamada, desk::SendText{"もうひとつ"}, "k4"));
    desk.rung_at = {desk.clock.now()};
    desk.wait_until(desk.clock.now() + 40min);
    CHECK(desk.rung_at.size() == 2);
}
