#include "server/line/outbox_step.h"

#include <doctest/doctest.h>

#include <deque>

using namespace tsunagi;
using namespace std::chrono_literals;
using line::Attempt;
using line::SendOutcome;

namespace {

const TimePoint start = from_unix_ms(1'790'000'000'000);

store::OutboxRow bot_answer()
{
    store::OutboxRow row;
    row.created_at = row.next_attempt_at = start;
    row.reply = bot::ReplyToken{"token", start};
    return row;
}

/// What the platform answers, attempt after attempt, until the row is settled.
struct Story {
    store::OutboxRow row = bot_answer();
    TimePoint now = start;
    std::vector<Attempt> attempts = {};

    line::Settlement play(std::deque<SendOutcome> outcomes)
    {
        for (;;) {
            REQUIRE_FALSE(outcomes.empty());
            const auto how = line::next_attempt(row, now);
            attempts.push_back(how);
            ++row.attempts;
            if (!row.first_attempt_at) row.first_attempt_at = now;
            const auto step = line::after(row, how, outcomes.front(), now, 0.5);
            if (outcomes.size() > 1 || outcomes.front() == SendOutcome::accepted) outcomes.pop_front();
            if (const auto* settled = std::get_if<line::Settlement>(&step)) return *settled;
            now = std::max(now, std::get<line::TryAgain>(step).at);
        }
    }
};

using Attempts = std::vector<Attempt>;

}  // namespace

TEST_CASE("outbox: a fresh answer goes by reply token, which is free")
{
    Story story;
    CHECK(story.play({SendOutcome::accepted}).state == bot::SendState::accepted);
    CHECK(story.attempts == Attempts{Attempt::reply});
}

TEST_CASE("outbox: after our 30 seconds it goes by push, and no reply is tried")
{
    Story story;
    story.now = start + 30s;
    CHECK(story.play({SendOutcome::accepted}).state == bot::SendState::accepted);
    CHECK(story.attempts == Attempts{Attempt::push});
}

TEST_CASE("outbox: a counselor's words never use a reply token, and what must be delivered is pushed first")
{
    Story human;
    human.row.by_human = true;
    human.play({SendOutcome::accepted});
    CHECK(human.attempts == Attempts{Attempt::push});
    Story must;
    must.row.must_deliver = true;
    must.play({SendOutcome::ambiguous, SendOutcome::rate_limited, SendOutcome::accepted});
    CHECK(must.attempts == Attempts{Attempt::push, Attempt::push, Attempt::push});
}

TEST_CASE("outbox: the month is used up: what must be delivered goes by its reply token, which is free")
{
    Story must;
    must.row.must_deliver = true;
    SUBCASE("while the token is fresh")
    {
        CHECK(must.play({SendOutcome::quota_used_up, SendOutcome::accepted}).state == bot::SendState::accepted);
        CHECK(must.attempts == Attempts{Attempt::push, Attempt::reply});
    }
    SUBCASE("a reply without an answer is treated as any: asked once more, never pushed")
    {
        CHECK(must.play({SendOutcome::quota_used_up, SendOutcome::ambiguous, SendOutcome::reply_token_refused}).state == bot::SendState::unknown);
        CHECK(must.attempts == Attempts{Attempt::push, Attempt::reply, Attempt::reply});
    }
    SUBCASE("a stale token is refused, and then nothing is left")
    {
        CHECK(must.play({SendOutcome::quota_used_up, SendOutcome::reply_token_refused, SendOutcome::quota_used_up}).failure == "send.failed.quota");
        CHECK(must.attempts == Attempts{Attempt::push, Attempt::reply, Attempt::push});
    }
    SUBCASE("not after 30 seconds")
    {
        must.now = start + 30s;
        CHECK(must.play({SendOutcome::quota_used_up}).failure == "send.failed.quota");
        CHECK(must.attempts == Attempts{Attempt::push});
    }
    SUBCASE("not after a push whose end nobody knows: it may have arrived")
    {
        CHECK(must.play({SendOutcome::ambiguous, SendOutcome::quota_used_up}).failure == "send.failed.quota");
        CHECK(must.attempts == Attempts{Attempt::push, Attempt::push});
    }
    SUBCASE("nor after a restart in the middle of that push")
    {
        must.row.attempts = 1;
        must.row.first_attempt_at = start;
        CHECK(must.play({SendOutcome::quota_used_up}).failure == "send.failed.quota");
        CHECK(must.attempts == Attempts{Attempt::push});
    }
}

TEST_CASE("outbox: a stale token falls back to one push")
{
    Story story;
    CHECK(story.play({SendOutcome::reply_token_refused, SendOutcome::accepted}).state == bot::SendState::accepted);
    CHECK(story.attempts == Attempts{Attempt::reply, Attempt::push});
}

TEST_CASE("outbox: a reply that certainly did not go out is pushed; push retries keep their key")
{
    Story story;
    const auto settled = story.play({SendOutcome::not_sent, SendOutcome::ambiguous, SendOutcome::rate_limited, SendOutcome::accepted});
    CHECK(settled.state == bot::SendState::accepted);
    CHECK(story.attempts == Attempts{Attempt::reply, Attempt::push, Attempt::push, Attempt::push});
}

TEST_CASE("outbox: a reply without an answer is asked once more with the same token and never pushed")
{
    SUBCASE("then accepted: it was not out before")
    {
        Story story;
        CHECK(story.play({SendOutcome::ambiguous, SendOutcome::accepted}).state == bot::SendState::accepted);
        CHECK(story.attempts == Attempts{Attempt::reply, Attempt::reply});
    }
    SUBCASE("then the token is spent: she most likely has it, so it stays unknown and is not doubled")
    {
        Story story;
        CHECK(story.play({SendOutcome::ambiguous, SendOutcome::reply_token_refused}).state == bot::SendState::unknown);
        CHECK(story.attempts == Attempts{Attempt::reply, Attempt::reply});
    }
    SUBCASE("then silence again")
    {
        Story story;
        CHECK(story.play({SendOutcome::ambiguous, SendOutcome::ambiguous}).state == bot::SendState::unknown);
    }
    SUBCASE("then the platform cannot be reached: asked until LINE has forgotten the token, then unknown")
    {
        Story story;
        CHECK(story.play({SendOutcome::ambiguous, SendOutcome::not_sent}).state == bot::SendState::unknown);
        CHECK(story.now - start >= 60s);
    }
}

TEST_CASE("outbox: a restart in the middle of a reply asks by the same token")
{
    Story story;
    story.row.attempts = 1;  // begun, kept, then the process died
    story.row.first_attempt_at = start;
    story.now = start + 40s;
    SUBCASE("it had not reached LINE")
    {
        CHECK(story.play({SendOutcome::accepted}).state == bot::SendState::accepted);
    }
    SUBCASE("it had")
    {
        CHECK(story.play({SendOutcome::reply_token_refused}).state == bot::SendState::unknown);
    }
    CHECK(story.attempts == Attempts{Attempt::reply});
}

TEST_CASE("outbox: an outage is waited out for 23 hours, ever more patiently, then a counselor is told")
{
    Story story;
    story.row.reply.reset();
    const auto settled = story.play({SendOutcome::ambiguous});
    CHECK(settled.state == bot::SendState::failed);
    CHECK(settled.failure == "send.failed.gave_up");
    CHECK(story.now - start < 24h);
    CHECK(story.now - start > 22h);
    CHECK(story.attempts.size() < 200);
}

TEST_CASE("outbox: a request waits for its next attempt, a new one for nothing, and none until a clock set back is as late again")
{
    auto row = bot_answer();
    CHECK(line::wait_of(row, start - 5s) == 0ms);
    row.attempts = 1;
    row.next_attempt_at = start + 10s;
    CHECK(line::wait_of(row, start) == 10s);
    CHECK(line::wait_of(row, start + 11s) == 0ms);
    CHECK(line::wait_of(row, start - 1h) == 0ms);
    row.attempts = 0;
    row.to_blocker = true;
    CHECK(line::wait_of(row, start) == 10s);
}

TEST_CASE("outbox: what will never be accepted is not tried again, and says why")
{
    const std::pair<SendOutcome, std::string> cases[] = {{SendOutcome::rejected, "send.failed.rejected"},
                                                         {SendOutcome::quota_used_up, "send.failed.quota"}};
    for (const auto& [outcome, why] : cases) {
        CAPTURE(why);
        Story story;
        story.row.reply.reset();
        const auto settled = story.play({outcome});
        CHECK(settled.state == bot::SendState::failed);
        CHECK(settled.failure == why);
        CHECK(story.attempts.size() == 1);
    }
}

TEST_CASE("outbox: LINE's answers are sorted by status; wording only tells apart what nothing else does")
{
    struct Row {
        unsigned status;
        std::string body;
        bool is_reply;
        SendOutcome outcome;
    };
    const Row rows[] = {
        {200, R"({"sentMessages":[{"id":"1"},{"id":"2"}]})", false, SendOutcome::accepted},
        {409, R"({"message":"The retry key is already accepted","sentMessages":[{"id":"1"}]})", false, SendOutcome::accepted},
        {400, R"({"message":"Invalid reply token"})", true, SendOutcome::reply_token_refused},
        {400, R"({"message":"Invalid reply token"})", false, SendOutcome::rejected},
        {400, R"_({"message":"The request body has 1 error(s)"})_", true, SendOutcome::rejected},
        {401, "", false, SendOutcome::unauthorized},
        {403, "{}", false, SendOutcome::unauthorized},
        {404, "[]", false, SendOutcome::rejected},
        {429, R"({"message":"You have reached your monthly limit."})", false, SendOutcome::quota_used_up},
        {429, R"({"message":"The API rate limit has been exceeded. Try again later."})", false, SendOutcome::rate_limited},
        {408, "", true, SendOutcome::ambiguous},
        {409, "{}", true, SendOutcome::rejected},
        {500, "<html>bad gateway</html>", false, SendOutcome::ambiguous},
        {503, "", true, SendOutcome::ambiguous}};
    for (const auto& row : rows) {
        CAPTURE(row.status);
        CAPTURE(row.body);
        CHECK(line::classify(row.status, row.body, row.is_reply).outcome == row.outcome);
    }
    CHECK(line::classify(200, rows[0].body, false).message_ids == std::vector<std::string>{"1", "2"});
}

TEST_CASE("outbox: after a day without power a request begun before is not made again: LINE may have forgotten its key")
{
    auto row = bot_answer();
    row.reply.reset();
    CHECK_FALSE(line::retry_key_is_forgotten(row, start + 48h));  // never attempted: nothing can be doubled
    row.attempts = 1;
    row.first_attempt_at = start;
    CHECK_FALSE(line::retry_key_is_forgotten(row, start + 22h));
    CHECK(line::retry_key_is_forgotten(row, start + 23h));
}
