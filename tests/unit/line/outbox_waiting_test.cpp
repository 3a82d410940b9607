// A message that does not go out says why while it still waits, so that nobody has to guess.
#include "server/line/outbox.h"
#include "tests/unit/desk/desk_fixture.h"

#include <deque>

using namespace tsunagi;
using namespace tsunagi::testing;
using line::SendOutcome;

namespace {

/// Answers what the test says, in order; the last answer stays.
struct RefusingApi final : line::Api {
    std::deque<SendOutcome> answers;
    std::function<void()> asked;

    net::awaitable<line::SendResult> next()
    {
        asked();
        line::SendResult result{answers.front(), {}, 0};
        if (answers.size() > 1) answers.pop_front();
        co_return result;
    }
    net::awaitable<line::SendResult> reply(std::string, std::string, std::vector<bot::OutboundMessage>) override { return next(); }
    net::awaitable<line::SendResult> push(std::string, std::string, std::vector<bot::OutboundMessage>, std::string) override { return next(); }
    net::awaitable<line::Reach> reach(std::string, std::string) override { co_return line::Reach::yes; }
};

/// Her counselor writes to her; what the log says of it is noted at each attempt and at the end.
struct WritingFixture : DeskFixture {
    ops::Metrics metrics;
    RefusingApi platform;
    line::Outbox sender{{context.get_executor()}, store, platform, clock, random, metrics};
    std::vector<std::string> reasons;
    Milliseconds set_back_by{0};  ///< the clock, between her counselor's words and their sending

    bot::Entry words()
    {
        for (const auto& entry : log(only_conversation().id))
            if (entry.text == "だいじょうぶですか") return entry;
        FAIL("no such words");
        return {};
    }
    void send(std::deque<SendOutcome> answers)
    {
        const auto sato = hire("sato");
        say("U1", "e1", "こんにちは");
        const auto id = only_conversation().id;
        say("U1", "e2", "人と話したい");
        REQUIRE(command(id, sato, desk::Claim{}, "k1").ok());
        outbox.clear();
        REQUIRE(command(id, sato, desk::SendText{"だいじょうぶですか"}, "k2").ok());
        REQUIRE(outbox.size() == 1);
        platform.answers = std::move(answers);
        platform.asked = [this] {
            const auto entry = words_now();
            CHECK(entry.state == bot::SendState::queued);
            reasons.push_back(entry.failure);
        };
        clock.advance(-set_back_by);
        sender.add(outbox.front());
        context.restart();
        for (int step = 0; step < 100'000 && sender.busy() > 0; ++step) context.run_one();
        REQUIRE(sender.busy() == 0);
    }

private:
    /// As `words`, from within the context.
    bot::Entry words_now()
    {
        for (const auto& [key, value] : store.rows(store::Space::entry)) {
            const auto entry = store::decode<bot::Entry>(value.bytes);
            if (entry.ok() && entry->text == "だいじょうぶですか") return *entry;
        }
        return {};
    }
};

}  // namespace

TEST_CASE("outbox: while it waits its entry says why, and nothing any more once LINE has it")
{
    WritingFixture desk;
    desk.send({SendOutcome::unauthorized, SendOutcome::unauthorized, SendOutcome::rate_limited, SendOutcome::accepted});
    CHECK(desk.reasons == std::vector<std::string>{"", "send.failed.unauthorized", "send.failed.unauthorized", "send.failed.too_fast"});
    CHECK(desk.words().state == bot::SendState::accepted);
    CHECK(desk.words().failure.empty());
}

TEST_CASE("outbox: a clock that is set back by an hour does not hold up what was written before")
{
    WritingFixture desk;
    desk.set_back_by = std::chrono::hours{1};
    const auto begun = desk.clock.now();
    desk.send({SendOutcome::rate_limited, SendOutcome::accepted});
    CHECK(desk.words().state == bot::SendState::accepted);
    CHECK(desk.clock.now() < begun - std::chrono::minutes{59});
}

TEST_CASE("outbox: a reason that cannot be kept changes nothing of the sending")
{
    WritingFixture desk;
    int failures = 2;
    desk.store.before_commit = [&failures](const store::Batch& batch) -> std::optional<store::CommitFailure> {
        const bool tells = batch.writes.size() > 1 && batch.writes.front().space == store::Space::outbox && batch.writes.front().bytes;
        if (tells && failures-- > 0) return store::CommitFailure::full;
        return std::nullopt;
    };
    desk.send({SendOutcome::too_many_to_person, SendOutcome::accepted});
    CHECK(desk.words().state == bot::SendState::accepted);
    const auto& sent = desk.outbox.front();
    CHECK_FALSE(desk.store.rows(store::Space::outbox).contains(store::outbox_key(sent.desk, sent.conversation, sent.seq)));
}
