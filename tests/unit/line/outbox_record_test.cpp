// What is on record of a request at each attempt, what the month's reserve holds back, and whom a failure calls.
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
struct RecordingApi final : line::Api {
    std::deque<SendOutcome> answers{SendOutcome::accepted};
    std::vector<std::string> ways;  ///< "reply", or "push" with its retry key
    std::function<void()> asked;
    line::Reach reached = line::Reach::yes;

    net::awaitable<line::SendResult> answer(std::string way)
    {
        ways.push_back(std::move(way));
        if (asked) asked();
        const auto outcome = answers.front();
        if (answers.size() > 1) answers.pop_front();
        std::vector<std::string> ids;
        if (outcome == SendOutcome::accepted) ids.push_back("id-" + std::to_string(ways.size()));
        co_return line::SendResult{outcome, std::move(ids), 0};
    }
    net::awaitable<line::SendResult> reply(std::string, std::string, std::vector<bot::OutboundMessage>) override { return answer("reply"); }
    net::awaitable<line::SendResult> push(std::string, std::string, std::vector<bot::OutboundMessage>, std::string retry_key) override
    {
        return answer("push " + retry_key);
    }
    net::awaitable<line::Reach> reach(std::string, std::string) override { co_return reached; }
};

struct RecordFixture : DeskFixture {
    ops::Metrics metrics;
    RecordingApi platform;
    line::Outbox sender{{context.get_executor()}, store, platform, clock, random, metrics};
    CounselorId sato = hire("sato");
    ConversationId id;

    RecordFixture()
    {
        say("U1", "e1", "人と話したい");
        id = only_conversation().id;
        REQUIRE(command(id, sato, desk::Claim{}, "k1").ok());
        for (const auto& row : std::exchange(outbox, {})) put(row, std::nullopt);
    }
    static std::string key_of(const store::OutboxRow& row) { return store::outbox_key(row.desk, row.conversation, row.seq); }
    void put(const store::OutboxRow& row, std::optional<std::string> bytes)
    {
        store::Batch batch;
        batch.writes.push_back({store::Space::outbox, key_of(row), std::move(bytes)});
        REQUIRE(store.apply(batch).ok());
    }
    store::OutboxRow stored(const store::OutboxRow& row) const
    {
        return store::decode<store::OutboxRow>(store.read(store::Space::outbox, key_of(row)).value().bytes).value();
    }
    store::OutboxRow writes(const std::string& words)
    {
        REQUIRE(command(id, sato, desk::SendText{words}, "k" + words).ok());
        return outbox.back();
    }
    /// The same as if the bot had said it.
    store::OutboxRow bot_says(const std::string& words)
    {
        auto row = writes(words);
        row.by_human = false;
        put(row, store::encode(row));
        return row;
    }
    void send(const store::OutboxRow& row)
    {
        sender.add(row);
        context.restart();
        for (int step = 0; step < 100'000 && sender.busy() > 0; ++step) context.run_one();
        REQUIRE(sender.busy() == 0);
        CHECK(store.rows(store::Space::outbox).empty());
    }
    bot::Entry entry(const std::string& words)
    {
        for (const auto& one : log(id))
            if (one.text == words) return one;
        return {};
    }
    std::size_t calls_for_somebody() const
    {
        std::size_t calls = 0;
        for (const auto& [key, value] : store.rows(store::Space::timer))
            calls += store::decode<store::Timer>(value.bytes).value().name == handoff::timer_not_sent ? 1 : 0;
        return calls / 2;  // by its time and by its name
    }
};

}  // namespace

TEST_CASE("outbox: no attempt is made that is not on record, also when the record was refused once")
{
    RecordFixture desk;
    const auto row = desk.writes("だいじょうぶですか");
    int refusals = 2;
    desk.store.before_commit = [&](const store::Batch&) -> std::optional<store::CommitFailure> {
        return refusals-- > 0 ? std::optional(store::CommitFailure::unavailable) : std::nullopt;
    };
    std::vector<std::uint32_t> on_record;
    desk.platform.asked = [&] { on_record.push_back(desk.stored(row).attempts); };
    desk.send(row);
    CHECK(on_record == std::vector<std::uint32_t>{1});
}

TEST_CASE("outbox: a request that goes by push is on record as one, so that a restart does not try its token again")
{
    RecordFixture desk;
    auto row = desk.bot_says("こんにちは");
    row.reply = bot::ReplyToken{"old", desk.clock.now() - 40s};
    desk.put(row, store::encode(row));
    bool has_token = true;
    desk.platform.asked = [&] { has_token = desk.stored(row).reply.has_value(); };
    desk.send(row);
    CHECK(desk.platform.ways == std::vector{"push " + row.retry_key});
    CHECK_FALSE(has_token);
}

TEST_CASE("outbox: refused once after an attempt whose end nobody knows, it may be out: taken away then it is shown as unknown")
{
    RecordFixture desk;
    const auto row = desk.writes("だいじょうぶですか");
    desk.platform.answers = {SendOutcome::ambiguous, SendOutcome::rate_limited};
    desk.platform.asked = [&] {
        if (desk.platform.ways.size() == 2) desk.put(row, std::nullopt);
    };
    desk.send(row);
    CHECK(desk.platform.ways.size() == 2);
    CHECK(desk.entry("だいじょうぶですか").state == bot::SendState::unknown);
}

TEST_CASE("outbox: the month's reserve is for counselors' words and for what must be delivered; what was begun is ended")
{
    RecordFixture desk;
    bool has_more = false;
    desk.sender.set_may_push([&has_more](const store::OutboxRow&) { return has_more; });
    desk.send(desk.writes("相談員のことば"));
    CHECK(desk.entry("相談員のことば").state == bot::SendState::accepted);

    auto safety = desk.bot_says("110番に電話してください");
    safety.must_deliver = true;
    desk.put(safety, store::encode(safety));
    desk.send(safety);
    CHECK(desk.entry("110番に電話してください").state == bot::SendState::accepted);

    has_more = true;
    const auto begun = desk.bot_says("ボットのことば");
    desk.platform.answers = {SendOutcome::ambiguous, SendOutcome::accepted};
    desk.platform.asked = [&has_more] { has_more = false; };
    desk.send(begun);
    CHECK(desk.entry("ボットのことば").state == bot::SendState::accepted);  // LINE may have had it already
}

TEST_CASE("outbox: two messages of a counselor that fail are one call for somebody; the bot's, or to who blocked us, are none")
{
    RecordFixture desk;
    desk.platform.answers = {SendOutcome::rejected};
    desk.say("U2", "e2", "こんにちは");
    const auto bots = desk.outbox.back();
    REQUIRE_FALSE(bots.by_human);
    desk.send(bots);
    auto to_blocker = desk.writes("とどかない");
    to_blocker.to_blocker = true;
    desk.platform.reached = line::Reach::no;
    desk.send(to_blocker);
    CHECK(desk.entry("とどかない").failure == "send.failed.blocked");
    CHECK(desk.calls_for_somebody() == 0);
    desk.send(desk.writes("一つめ"));
    desk.send(desk.writes("二つめ"));
    CHECK(desk.entry("二つめ").failure == "send.failed.rejected");
    CHECK(desk.calls_for_somebody() == 1);
}

TEST_CASE("outbox: LINE's id of what it took stands beside the words, for the day she quotes them")
{
    RecordFixture desk;
    desk.send(desk.writes("だいじょうぶですか"));
    CHECK(desk.entry("だいじょうぶですか").message_id == "id-1");
}

TEST_CASE("outbox: words taken out of an entry while its outcome is written stay out")
{
    RecordFixture desk;
    const auto row = desk.writes("・お話: ひみつ");
    const auto before = desk.entry("・お話: ひみつ");
    bool raced = false;
    desk.store.before_commit = [&](const store::Batch& batch) -> std::optional<store::CommitFailure> {
        const bool settles = std::ranges::any_of(batch.writes, [](const auto& one) { return one.space == store::Space::entry; });
        if (!settles || std::exchange(raced, true)) return std::nullopt;
        auto changed = before;
        changed.text = "・お話: …";
        store::Batch other;
        const store::PersonScope scope{mirai.text, row.person.text};
        other.writes.push_back({store::Space::entry, store::entry_key(mirai, desk.id, before.at, before.seq), store::encode(changed, scope)});
        REQUIRE(desk.store.apply(other).ok());
        return std::nullopt;
    };
    desk.send(row);
    CHECK(raced);
    CHECK(desk.entry("・お話: ひみつ").text.empty());
    CHECK(desk.entry("・お話: …").state == bot::SendState::accepted);
}
