// A ring that LINE did not take in time: it would come at the wrong hour, with a link that opens nothing, or after she has read.
#include "handoff/queue/wake.h"
#include "server/line/outbox.h"
#include "tests/unit/webchat/doorway_desk.h"

#include <deque>
#include <functional>

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace std::chrono_literals;
using line::SendOutcome;

namespace {

/// Answers what the test says, in order; the last answer stays.
struct FullApi final : line::Api {
    std::deque<SendOutcome> answers{SendOutcome::rate_limited};
    std::vector<std::string> texts;  ///< what LINE took
    std::function<void()> asked;

    net::awaitable<line::SendResult> push(std::string, std::string, std::vector<bot::OutboundMessage> messages, std::string) override
    {
        if (asked) asked();
        const auto outcome = answers.front();
        if (answers.size() > 1) answers.pop_front();
        if (outcome == SendOutcome::accepted) texts.push_back(messages.front().text);
        co_return line::SendResult{outcome, {}, 0};
    }
    net::awaitable<line::SendResult> reply(std::string channel, std::string token, std::vector<bot::OutboundMessage> messages) override
    {
        return push(std::move(channel), std::move(token), std::move(messages), {});
    }
    net::awaitable<line::Reach> reach(std::string, std::string) override { co_return line::Reach::yes; }
};

/// She may be rung from ten to twelve. What a counselor answers in the early morning rings on Friday at eleven.
struct LateRing : DoorwayDesk {
    ops::Metrics metrics;
    FullApi platform;
    line::Outbox sender{{context.get_executor()}, store, platform, clock, random, metrics};

    LateRing()
    {
        clock.set(friday_eleven - 6h);
        yamada = hire();
        knock("e1", bot::TextReceived{"人と話したい", {}});
        bot::SafeContact contact = reached_on({{127, 600, 720}});
        contact.safe_word = "青い傘";
        CHECK(command(yamada, desk::SetSafeContact{contact}, "k1"));
        CHECK(command(yamada, desk::Claim{}, "k2"));
        forget_outbox();
        look_at(friday_eleven);
        CHECK(command(yamada, desk::SendText{"お返事です"}, "k3"));
        REQUIRE(outbox.size() == 1);
        REQUIRE(outbox.front().is_ring);
    }
    void forget_outbox()
    {
        store::Batch batch;
        for (const auto& row : std::exchange(outbox, {}))
            batch.writes.push_back({store::Space::outbox, store::outbox_key(row.desk, row.conversation, row.seq), std::nullopt});
        REQUIRE(store.apply(batch).ok());
    }
    /// All that waits is sent or ends.
    void send()
    {
        for (auto& row : std::exchange(outbox, {})) sender.add(std::move(row));
        context.restart();
        for (int step = 0; step < 1'000'000 && sender.busy() > 0; ++step) context.run_one();
        REQUIRE(sender.busy() == 0);
        CHECK(store.rows(store::Space::outbox).empty());
    }
    bool is_rung()
    {
        const auto key = secrets.bell_key("mirai", conversation().id.text);
        const auto row = run_on(context, store.get(store::Space::session, key));
        return row && decode<Bell>(row->bytes)->rung;
    }
};

}  // namespace

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
