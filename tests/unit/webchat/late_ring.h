#pragma once
#include "server/line/outbox.h"
#include "tests/unit/webchat/doorway_desk.h"

#include <deque>
#include <functional>

// A ring that a counselor's answer set off, and a LINE that does with it what the test says.

namespace tsunagi::testing {

using namespace std::chrono_literals;
using line::SendOutcome;

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

/// She may be rung from ten to twelve. What a counselor answers on Friday at eleven rings.
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
    /// When the next timer is due, if there is one.
    std::optional<TimePoint> next_due() const
    {
        std::optional<TimePoint> next;
        for (const auto& row : store.rows(store::Space::timer)) {
            const auto timer = store::decode<store::Timer>(row.second.bytes).value();
            if (timer.name.starts_with("door.") && (!next || timer.due < *next)) next = timer.due;
        }
        return next;
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

}  // namespace tsunagi::testing
