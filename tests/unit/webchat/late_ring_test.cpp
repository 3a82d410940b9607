// A ring that LINE did not take in time: it would come at the wrong hour, with a link that opens nothing, or after she has read.
#include "tests/unit/webchat/late_ring.h"

using namespace tsunagi;
using namespace tsunagi::testing;

TEST_CASE("late ring: what LINE did not take in her hours rings in the next ones, with a link that opens")
{
    LateRing desk;
    const auto told_before = desk.events("event.ring_waits");
    desk.platform.asked = [&] { desk.clock.advance(2h); };  // LINE is full until one o'clock
    desk.send();
    CHECK(desk.platform.texts.empty());
    desk.platform.asked = {};
    desk.platform.answers = {SendOutcome::accepted};
    desk.look_at(desk.clock.now());
    CHECK(desk.outbox.empty());
    CHECK(desk.events("event.ring_waits") == told_before + 1);
    desk.look_at(saturday_ten);
    REQUIRE(desk.outbox.size() == 1);
    const auto link = desk.last_door();
    desk.send();
    CHECK(desk.platform.texts.size() == 1);
    CHECK(desk.enter(link).outcome == Outcome::opened);
}

TEST_CASE("late ring: in her hours it gets a new link once the first opens nothing any more")
{
    LateRing desk;
    const auto first = desk.last_door();
    desk.platform.answers = {SendOutcome::rate_limited, SendOutcome::accepted};
    desk.platform.asked = [&] {
        if (desk.platform.answers.size() == 2) desk.clock.advance(31min);
    };
    desk.send();
    CHECK(desk.platform.texts.empty());
    desk.look_at(desk.clock.now());
    REQUIRE(desk.outbox.size() == 1);
    const auto second = desk.last_door();
    CHECK(second != first);
    desk.send();
    CHECK(desk.platform.texts.size() == 1);
    CHECK(desk.enter(second).outcome == Outcome::opened);
}

TEST_CASE("late ring: it does not ring who has read meanwhile, nor who wrote and has a newer link")
{
    {
        LateRing desk;
        desk.platform.answers = {SendOutcome::accepted};
        run_on(desk.context, desk.doorway.she_reads(mirai, desk.conversation().id));
        desk.send();
        CHECK(desk.platform.texts.empty());
        desk.look_at(desk.clock.now());
        CHECK(desk.outbox.empty());
    }
    {
        LateRing desk;
        const auto ring = std::exchange(desk.outbox, {}).front();
        desk.knock("e2", bot::TextReceived{"まだですか", {}});
        desk.outbox.insert(desk.outbox.begin(), ring);
        desk.platform.answers = {SendOutcome::accepted};
        desk.send();
        REQUIRE(desk.platform.texts.size() == 1);
        CHECK(desk.platform.texts.front().starts_with("door.answer"));
        CHECK_FALSE(desk.is_rung());  // so that the next answer may
    }
}

TEST_CASE("late ring: after her safe word, or when LINE does not take it for good, it counts as not rung")
{
    {
        LateRing desk;
        const auto entered = desk.enter(desk.last_door());
        REQUIRE(desk.write(entered.token, "w1", "青い傘") == tsunagi::desk::Received::committed);
        REQUIRE(desk.conversation().risk.disguised);
        desk.clock.advance(2min);
        desk.send();
        CHECK(desk.platform.texts.empty());
        desk.look_at(desk.clock.now());
        CHECK(desk.outbox.empty());
        CHECK_FALSE(desk.is_rung());
    }
    {
        LateRing desk;
        desk.platform.answers = {SendOutcome::quota_used_up};
        desk.send();
        desk.look_at(desk.clock.now());
        CHECK(desk.outbox.empty());
        CHECK_FALSE(desk.is_rung());
        CHECK(desk.command(desk.yamada, desk::SendText{"もうひとつ"}, "k4"));
        CHECK(desk.outbox.size() == 1);
    }
}

TEST_CASE("late ring: one that LINE may have is not replaced by another, so that she is never rung twice")
{
    LateRing desk;
    desk.platform.answers = {SendOutcome::ambiguous, SendOutcome::accepted};
    desk.platform.asked = [&] {
        if (desk.platform.answers.size() == 2) desk.clock.advance(40min);
    };
    desk.send();
    CHECK(desk.platform.texts.size() == 1);
    desk.look_at(desk.clock.now());
    CHECK(desk.outbox.empty());
    CHECK(desk.is_rung());
}

TEST_CASE("late ring: one that ended a moment ago does not take from who wrote meanwhile the link she was given, nor rings beside a newer one")
{
    {
        LateRing desk;
        desk.platform.asked = [&] { desk.clock.advance(31min); };
        desk.send();
        desk.knock("e2", bot::TextReceived{"まだですか", {}});
        const auto link = desk.last_door();
        const auto sent = desk.outbox.size();
        desk.look_at(desk.clock.now());
        CHECK(desk.outbox.size() == sent);
        CHECK(desk.enter(link).outcome == Outcome::opened);
        CHECK_FALSE(desk.is_rung());
    }
    {
        LateRing desk;
        desk.platform.asked = [&] { desk.clock.advance(31min); };
        desk.send();
        run_on(desk.context, desk.doorway.she_reads(mirai, desk.conversation().id));
        CHECK(desk.command(desk.yamada, desk::SendText{"もうひとつ"}, "k4"));
        REQUIRE(desk.outbox.size() == 1);
        desk.look_at(desk.clock.now());
        CHECK(desk.outbox.size() == 1);
        CHECK(desk.store.rows(store::Space::timer).size() % 2 == 0);
    }
}
