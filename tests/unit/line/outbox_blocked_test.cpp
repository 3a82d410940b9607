// What waits while LINE is away: it ends when it is taken away, and it does not keep her waiting once LINE is back.
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
struct AnsweringApi final : line::Api {
    std::deque<SendOutcome> answers{SendOutcome::accepted};
    std::deque<line::Reach> reaches{line::Reach::yes};
    std::vector<std::string> sent;  ///< the first words of each request
    std::function<void()> asked;

    template <class Answer>
    static Answer next(std::deque<Answer>& of)
    {
        const auto answer = of.front();
        if (of.size() > 1) of.pop_front();
        return answer;
    }
    net::awaitable<line::SendResult> send(std::vector<bot::OutboundMessage> messages)
    {
        sent.push_back(messages.front().text);
        if (asked) asked();
        co_return line::SendResult{next(answers), {}, 0};
    }
    net::awaitable<line::SendResult> reply(std::string, std::string, std::vector<bot::OutboundMessage> messages) override
    {
        return send(std::move(messages));
    }
    net::awaitable<line::SendResult> push(std::string, std::string, std::vector<bot::OutboundMessage> messages, std::string) override
    {
        return send(std::move(messages));
    }
    net::awaitable<line::Reach> reach(std::string, std::string) override { co_return next(reaches); }
};

struct AwayFixture : DeskFixture {
    ops::Metrics metrics;
    AnsweringApi platform;
    line::Outbox sender{{context.get_executor()}, store, platform, clock, random, metrics};
    CounselorId sato = hire("sato");
    ConversationId id;

    AwayFixture()
    {
        say("U1", "e1", "人と話したい");
        id = only_conversation().id;
        REQUIRE(command(id, sato, desk::Claim{}, "k1").ok());
        for (const auto& row : std::exchange(outbox, {})) remove(row);
    }
    void remove(const store::OutboxRow& row)
    {
        store::Batch batch;
        batch.writes.push_back({store::Space::outbox, store::outbox_key(row.desk, row.conversation, row.seq), std::nullopt});
        REQUIRE(store.apply(batch).ok());
    }
    store::OutboxRow writes(const std::string& words)
    {
        REQUIRE(command(id, sato, desk::SendText{words}, "k" + words).ok());
        return outbox.back();
    }
    void run_until_sent()
    {
        context.restart();
        for (int step = 0; step < 1'000'000 && sender.busy() > 0; ++step) context.run_one();
        REQUIRE(sender.busy() == 0);
        CHECK(sender.waiting() == 0);
    }
    bot::Entry entry(const std::string& words)
    {
        for (const auto& one : log(id))
            if (one.text == words) return one;
        return {};
    }
};

}  // namespace

TEST_CASE("outbox: what is taken away between two attempts is not tried again, nor put back")
{
    AwayFixture desk;
    const auto row = desk.writes("だいじょうぶですか");
    desk.platform.answers = {SendOutcome::not_sent};
    desk.platform.asked = [&] { desk.remove(row); };
    desk.sender.add(row);
    desk.run_until_sent();
    CHECK(desk.platform.sent.size() == 1);
    CHECK(desk.store.rows(store::Space::outbox).empty());
}

TEST_CASE("outbox: taken away while LINE may have it already, it is shown as unknown")
{
    AwayFixture desk;
    const auto row = desk.writes("だいじょうぶですか");
    desk.platform.answers = {SendOutcome::ambiguous};
    desk.platform.asked = [&] { desk.remove(row); };
    desk.sender.add(row);
    desk.run_until_sent();
    CHECK(desk.platform.sent.size() == 1);
    CHECK(desk.entry("だいじょうぶですか").state == bot::SendState::unknown);
}

TEST_CASE("outbox: what is on record says at every moment whether LINE may have it")
{
    AwayFixture desk;
    const auto row = desk.writes("だいじょうぶですか");
    desk.platform.answers = {SendOutcome::rate_limited, SendOutcome::rate_limited, SendOutcome::accepted};
    std::vector<bool> refused;
    desk.platform.asked = [&] {
        const auto stored = desk.store.read(store::Space::outbox, store::outbox_key(row.desk, row.conversation, row.seq));
        refused.push_back(store::decode<store::OutboxRow>(stored.value().bytes).value().refused_so_far);
    };
    desk.sender.add(row);
    desk.run_until_sent();
    CHECK(refused == std::vector<bool>{false, false, false});  // each attempt is under way
    CHECK(desk.entry("だいじょうぶですか").state == bot::SendState::accepted);
}

TEST_CASE("outbox: when she writes, what waits before her answer is tried at once, for LINE is there")
{
    AwayFixture desk;
    const auto row = desk.writes("だいじょうぶですか");
    desk.platform.answers = {SendOutcome::not_sent};
    TimePoint wrote_at;
    desk.platform.asked = [&] {
        if (desk.platform.sent.size() != 12) return;  // by now it waits for minutes
        desk.platform.answers = {SendOutcome::not_sent, SendOutcome::accepted};
        wrote_at = desk.clock.now();
        auto answer = row;
        answer.seq = row.seq + 1;
        answer.by_human = false;
        answer.must_deliver = true;
        answer.retry_key = "another";
        answer.reply = bot::ReplyToken{"token", wrote_at};
        answer.messages.front().message.text = "110番に電話してください";
        store::Batch batch;
        batch.writes.push_back({store::Space::outbox, store::outbox_key(answer.desk, answer.conversation, answer.seq), store::encode(answer)});
        REQUIRE(desk.store.apply(batch).ok());
        desk.sender.add(answer);
    };
    desk.sender.add(row);
    desk.run_until_sent();
    CHECK(desk.platform.sent.back() == "110番に電話してください");
    CHECK(desk.clock.now() - wrote_at < 30s);
}

TEST_CASE("outbox: words to somebody who had blocked us wait until LINE says whether she has us back")
{
    AwayFixture desk;
    auto row = desk.writes("だいじょうぶですか");
    row.to_blocker = true;
    desk.platform.reaches = {line::Reach::not_told, line::Reach::not_told, line::Reach::yes};
    SUBCASE("she has")
    {
        desk.sender.add(row);
        desk.run_until_sent();
        CHECK(desk.platform.sent.size() == 1);
        CHECK(desk.entry("だいじょうぶですか").state == bot::SendState::accepted);
    }
    SUBCASE("she has not")
    {
        desk.platform.reaches = {line::Reach::no};
        desk.sender.add(row);
        desk.run_until_sent();
        CHECK(desk.platform.sent.empty());
        CHECK(desk.entry("だいじょうぶですか").failure == "send.failed.blocked");
    }
    SUBCASE("it never says")
    {
        desk.platform.reaches = {line::Reach::not_told};
        desk.sender.add(row);
        desk.run_until_sent();
        CHECK(desk.platform.sent.empty());
        CHECK(desk.entry("だいじょうぶですか").failure == "send.failed.gave_up");
    }
}

TEST_CASE("outbox: a counselor's words that LINE does not take are somebody's task, also when she has closed the talk")
{
    AwayFixture desk;
    const auto row = desk.writes("だいじょうぶですか");
    REQUIRE(desk.command(desk.id, desk.sato, desk::Close{"listened", false, handoff::all_seen}, "k9").ok());
    desk.platform.answers = {SendOutcome::quota_used_up};
    desk.sender.add(row);
    desk.run_until_sent();
    const auto timers = desk.store.rows(store::Space::timer);
    for (const auto& [key, value] : timers) {
        const auto timer = store::decode<store::Timer>(value.bytes).value();
        if (key.front() == 'd' && timer.name == handoff::timer_not_sent) CHECK(run_on(desk.context, desk.desks.wake(timer)));
    }
    CHECK(desk.only_conversation().holder.is_queue());
    CHECK(desk.only_conversation().handoff.value().reason == "not_sent");
    CHECK(desk.store.rows(store::Space::outbox).empty());
}
