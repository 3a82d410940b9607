// A push that LINE did not take in her hours must not light up her telephone beside somebody later.
#include "bot/safety/hearing.h"
#include "handoff/queue/wake.h"
#include "server/line/outbox.h"
#include "tests/unit/desk/desk_fixture.h"

#include <deque>

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace std::chrono_literals;
using line::SendOutcome;

namespace {

/// Answers what the test says, in order; the last answer stays.
struct AwayApi final : line::Api {
    std::deque<SendOutcome> answers{SendOutcome::accepted};
    std::vector<std::string> texts;
    std::function<void()> asked;

    net::awaitable<line::SendResult> next(std::vector<bot::OutboundMessage> messages)
    {
        if (asked) asked();
        const auto outcome = answers.front();
        if (answers.size() > 1) answers.pop_front();
        if (outcome == SendOutcome::accepted)
            for (const auto& message : messages) texts.push_back(message.text);
        co_return line::SendResult{outcome, {}, 0};
    }
    net::awaitable<line::SendResult> reply(std::string, std::string, std::vector<bot::OutboundMessage> messages) override { return next(std::move(messages)); }
    net::awaitable<line::SendResult> push(std::string, std::string, std::vector<bot::OutboundMessage> messages, std::string) override
    {
        return next(std::move(messages));
    }
    net::awaitable<line::Reach> reach(std::string, std::string) override { co_return line::Reach::yes; }
};

/// Friday at eleven. She wrote long ago, and may be written to from eight to two on Thursday, Friday and Saturday.
struct LateFixture : DeskFixture {
    static constexpr const char* words = "だいじょうぶですか";
    ops::Metrics metrics;
    AwayApi platform;
    line::Outbox sender{{context.get_executor()}, store, platform, clock, random, metrics};
    CounselorId sato = hire("sato");
    ConversationId id;

    LateFixture()
    {
        clock.advance(-2h);
        say("U1", "e1", "人と話したい");
        id = only_conversation().id;
        REQUIRE(command(id, sato, desk::Claim{}, "k1").ok());
        bot::SafeContact contact;
        contact.safe_word = "青い傘";
        contact.hours = {{0b111'0000, 8 * 60, 14 * 60}};
        REQUIRE(command(id, sato, desk::SetSafeContact{contact}, "k2").ok());
        for (const auto& row : std::exchange(outbox, {})) keep(row, std::nullopt);
        clock.advance(2h);
    }
    void keep(const store::OutboxRow& row, std::optional<std::string> bytes)
    {
        store::Batch batch;
        batch.writes.push_back({store::Space::outbox, store::outbox_key(row.desk, row.conversation, row.seq), std::move(bytes)});
        REQUIRE(store.apply(batch).ok());
    }
    store::OutboxRow writes(const std::string& text = words)
    {
        const auto seen = only_conversation().next_seq - 1;
        REQUIRE(command(id, sato, desk::SendText{text, seen}, "k" + text).ok());
        return outbox.back();
    }
    void send()
    {
        context.restart();
        for (int step = 0; step < 1'000'000 && sender.busy() > 0; ++step) context.run_one();
        REQUIRE(sender.busy() == 0);
        CHECK(store.rows(store::Space::outbox).empty());
    }
    bot::Entry entry()
    {
        for (const auto& one : log(id))
            if (one.text == words) return one;
        return {};
    }
    bool calls_for_somebody() const
    {
        return std::ranges::any_of(store.rows(store::Space::timer), [](const auto& row) {
            return store::decode<store::Timer>(row.second.bytes).value().name == handoff::timer_not_sent;
        });
    }
};

}  // namespace

TEST_CASE("outbox: what LINE did not take in her hours waits for the next, says so meanwhile, and goes out then")
{
    LateFixture desk;
    const auto row = desk.writes();
    desk.clock.advance(4h);  // three in the afternoon
    std::vector<std::string> told;
    desk.store.before_commit = [&](const store::Batch& batch) -> std::optional<store::CommitFailure> {
        for (const auto& write : batch.writes)
            if (write.space == store::Space::outbox && write.bytes) told.push_back(store::decode<store::OutboxRow>(*write.bytes).value().last_failure);
        return std::nullopt;
    };
    TimePoint asked_at;
    desk.platform.asked = [&] { asked_at = desk.clock.now(); };
    desk.sender.add(row);
    desk.send();
    CHECK(desk.platform.texts == std::vector<std::string>{LateFixture::words});
    CHECK(asked_at == friday_eleven + 21h);  // Saturday at eight
    REQUIRE_FALSE(told.empty());
    CHECK(told.front() == handoff::waits_for_her_hours);
    CHECK(desk.entry().state == bot::SendState::accepted);
    CHECK(desk.entry().failure.empty());
}

TEST_CASE("outbox: an outage that outlasts her hours ends nothing and lights up nothing, also when an attempt may have arrived")
{
    LateFixture desk;
    const auto row = desk.writes();
    desk.platform.answers = {SendOutcome::ambiguous, SendOutcome::accepted};
    std::vector<TimePoint> asked;
    desk.platform.asked = [&] {
        asked.push_back(desk.clock.now());
        if (asked.size() == 1) desk.clock.advance(5h);  // LINE comes back at four in the afternoon
    };
    desk.sender.add(row);
    desk.send();
    CHECK(asked == std::vector<TimePoint>{friday_eleven, friday_eleven + 21h});
    CHECK(desk.entry().state == bot::SendState::accepted);
}

TEST_CASE("outbox: where her next hours are days away it becomes somebody's task, with the reason")
{
    LateFixture desk;
    desk.clock.advance(24h);  // Saturday: the next is Thursday
    const auto row = desk.writes();
    desk.clock.advance(6h);
    desk.sender.add(row);
    desk.send();
    CHECK(desk.platform.texts.empty());
    CHECK(desk.entry().state == bot::SendState::failed);
    CHECK(desk.entry().failure == "send.failed.her_hours");
    CHECK(desk.calls_for_somebody());
}

TEST_CASE("outbox: what must be delivered, and what a counselor writes to her now, is not kept behind words that wait")
{
    LateFixture desk;
    const auto row = desk.writes();
    desk.clock.advance(4h);
    const auto now = desk.writes("いま電話してもいいですか");
    desk.sender.add(row);
    desk.sender.add(now);
    desk.send();
    CHECK(desk.platform.texts == std::vector<std::string>{LateFixture::words, "いま電話してもいいですか"});
    CHECK(desk.clock.now() < friday_eleven + 5h);

    LateFixture other;
    auto safety = other.writes();
    safety.must_deliver = true;
    other.keep(safety, store::encode(safety));
    other.clock.advance(4h);
    other.sender.add(safety);
    other.send();
    CHECK(other.platform.texts.size() == 1);
    CHECK(other.clock.now() < friday_eleven + 5h);
}

TEST_CASE("outbox: what a counselor writes while words of hers wait for other hours does not wait a minute until they are looked at again")
{
    LateFixture desk;
    const auto row = desk.writes();
    desk.clock.advance(4h);
    desk.sender.add(row);
    desk.context.restart();
    const auto is_held = [&] { return desk.entry().failure == handoff::waits_for_her_hours; };
    for (int step = 0; step < 1'000 && !is_held(); ++step) desk.context.run_one();
    REQUIRE(is_held());
    desk.sender.add(desk.writes("いま電話してもいいですか"));
    const auto written_at = desk.clock.now();
    desk.send();
    CHECK(desk.platform.texts == std::vector<std::string>{LateFixture::words, "いま電話してもいいですか"});
    CHECK(desk.clock.now() - written_at < 2s);
}

TEST_CASE("outbox: words from before she told that somebody sees her screen do not go out late")
{
    LateFixture desk;
    const auto row = desk.writes();
    desk.clock.advance(10min);
    auto conversation = desk.only_conversation();
    conversation.heard_seq = conversation.next_seq++;
    bot::note_watched(conversation);
    store::Batch batch;
    batch.writes.push_back({store::Space::conversation, store::conversation_key(mirai, desk.id), store::encode(conversation)});
    REQUIRE(desk.store.apply(batch).ok());
    desk.sender.add(row);
    desk.send();
    CHECK(desk.platform.texts.empty());
    CHECK(desk.entry().failure == "send.failed.watched");
    CHECK(desk.calls_for_somebody());
}
