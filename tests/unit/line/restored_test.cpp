// A copy was made while something waited to be sent; the server went on, sent it, and lost its disk. What is brought back knows of no
// sending, and she must not get it twice.
#include "server/line/restored.h"
#include "server/line/outbox.h"
#include "tests/unit/desk/desk_fixture.h"

#include <set>

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace std::chrono_literals;
using line::SendOutcome;

namespace {

/// Knows a reply token for a minute and a retry key for a day, as LINE does (facts.md 57, 80-82).
struct RememberingLine final : line::Api {
    desk::Clock& clock;
    TimePoint tokens_given;
    std::set<std::string> tokens_used;
    std::map<std::string, TimePoint> keys;
    std::vector<std::string> on_her_phone;

    explicit RememberingLine(desk::Clock& clock) : clock(clock), tokens_given(clock.now()) {}
    line::SendResult deliver(const std::vector<bot::OutboundMessage>& messages)
    {
        for (const auto& message : messages) on_her_phone.push_back(message.text);
        return {SendOutcome::accepted, {}, 200};
    }
    net::awaitable<line::SendResult> reply(std::string, std::string token, std::vector<bot::OutboundMessage> messages) override
    {
        const bool is_known = clock.now() - tokens_given < line::reply_token_life && tokens_used.insert(token).second;
        if (!is_known) co_return line::SendResult{SendOutcome::reply_token_refused, {}, 400};
        co_return deliver(messages);
    }
    net::awaitable<line::SendResult> push(std::string, std::string, std::vector<bot::OutboundMessage> messages, std::string key) override
    {
        const auto [known, fresh] = keys.try_emplace(key, clock.now());
        if (!fresh && clock.now() - known->second < 24h) co_return line::SendResult{SendOutcome::accepted, {}, 409};
        known->second = clock.now();
        co_return deliver(messages);
    }
    net::awaitable<line::Reach> reach(std::string, std::string) override { co_return line::Reach::yes; }
};

struct RestoredFixture : DeskFixture {
    ops::Metrics metrics;
    RememberingLine platform{clock};
    TimePoint copied;
    std::vector<std::tuple<store::Space, std::string, store::Value>> copy;

    /// Everything that waits, as the copy has it.
    void make_copy()
    {
        for (const auto& row : std::exchange(outbox, {})) {
            store::Batch batch;
            batch.writes.push_back({store::Space::outbox, store::outbox_key(row.desk, row.conversation, row.seq), store::encode(row)});
            REQUIRE(store.apply(batch).ok());
        }
        copied = clock.now();
        for (const auto space : {store::Space::outbox, store::Space::entry, store::Space::conversation})
            for (const auto& [key, value] : store.rows(space)) copy.emplace_back(space, key, value);
    }
    /// What the server sends from what stands in its store.
    void send()
    {
        line::Outbox sender{{context.get_executor()}, store, platform, clock, random, metrics};
        run_on(context, sender.recover());
        context.restart();
        for (int step = 0; step < 100'000 && sender.busy() > 0; ++step) context.run_one();
        REQUIRE(sender.busy() == 0);
    }
    std::size_t restore()
    {
        for (const auto& [space, key, value] : copy) store.put_back(space, key, value);
        return run_on(context, line::doubt_what_waits(store, copied));
    }
    bot::Entry entry(const std::string& text)
    {
        for (const auto& one : log(only_conversation().id))
            if (one.text == text) return one;
        FAIL("no such words");
        return {};
    }
    /// A counselor's words wait when the copy is made.
    void counselor_writes()
    {
        const auto sato = hire("sato");
        say("U1", "e1", "人と話したい");
        REQUIRE(command(only_conversation().id, sato, desk::Claim{}, "k1").ok());
        make_copy();
        send();
        platform.on_her_phone.clear();
        copy.clear();
        REQUIRE(command(only_conversation().id, sato, desk::SendText{"だいじょうぶですか"}, "k2").ok());
        make_copy();
    }
};

using Phone = std::vector<std::string>;

}  // namespace

TEST_CASE("restored: the bot's answer went out by its reply token, which nobody can ask about: unknown, and not said again")
{
    RestoredFixture desk;
    desk.say("U1", "e1", "きいてください");
    desk.make_copy();
    desk.send();
    const auto once = desk.platform.on_her_phone;
    REQUIRE_FALSE(once.empty());
    desk.clock.advance(3h);
    CHECK(desk.restore() == 1);
    desk.send();
    CHECK(desk.platform.on_her_phone == once);
    CHECK(desk.entry(once.front()).state == bot::SendState::unknown);
    CHECK(desk.store.rows(store::Space::outbox).empty());
}

TEST_CASE("restored: a counselor's words from a copy of the same day are asked about under their retry key")
{
    RestoredFixture desk;
    desk.counselor_writes();
    SUBCASE("LINE has them already") { desk.send(); }
    SUBCASE("they never went out") {}
    desk.clock.advance(3h);
    CHECK(desk.restore() == 1);
    desk.send();
    CHECK(desk.platform.on_her_phone == Phone{"だいじょうぶですか"});
    CHECK(desk.entry("だいじょうぶですか").state == bot::SendState::accepted);
}

TEST_CASE("restored: from a copy older than LINE's memory they are shown as unknown, and do not go out a second time")
{
    RestoredFixture desk;
    desk.counselor_writes();
    desk.send();
    desk.clock.advance(26h);
    CHECK(desk.restore() == 1);
    desk.send();
    CHECK(desk.platform.on_her_phone == Phone{"だいじょうぶですか"});
    CHECK(desk.entry("だいじょうぶですか").state == bot::SendState::unknown);
}

TEST_CASE("restored: to doubt twice changes nothing, and what was tried before the copy keeps the time of its first attempt")
{
    store::OutboxRow row;
    row.attempts = 3;
    row.first_attempt_at = friday_eleven - 2h;
    row.refused_so_far = true;
    line::doubt(row, friday_eleven);
    line::doubt(row, friday_eleven + 1h);
    CHECK(row.attempts == 3);
    CHECK(row.first_attempt_at == friday_eleven - 2h);
    CHECK(line::may_be_out(row));
}
