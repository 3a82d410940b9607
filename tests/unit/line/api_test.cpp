// What LINE's answer to a request, or that there is none, is taken to mean.
#include "server/line/api.h"
#include "tests/unit/line/line_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;

TEST_CASE("reach: her profile says whether she has us back, and no answer says nothing")
{
    LineFixture desk;
    line::HttpApi api(desk.platform);
    const auto reach = [&] { return run_on(desk.context, api.reach("mirai/line-main", hana)); };
    CHECK(reach() == line::Reach::no);
    desk.platform.answers["/v2/bot/profile/" + hana] = {200, {}, "{}"};
    CHECK(reach() == line::Reach::yes);
    for (const unsigned status : {401U, 429U, 500U}) {
        desk.platform.answers["/v2/bot/profile/" + hana] = {status, {}, {}};
        CHECK(reach() == line::Reach::not_told);
    }
    desk.platform.failures["/v2/bot/profile/" + hana] = http::ClientFailure::ambiguous;
    CHECK(reach() == line::Reach::not_told);
    desk.platform.failures.clear();
    desk.platform.answers["/v2/bot/profile/" + hana] = {400, {}, {}};
    CHECK(reach() == line::Reach::no);
    const auto asked = desk.platform.asked.size();
    CHECK(run_on(desk.context, api.reach("mirai/line-main", "../quota")) == line::Reach::no);
    CHECK(desk.platform.asked.size() == asked);
}

TEST_CASE("send: what was written and not answered may be out; only what was never written is not sent")
{
    LineFixture desk;
    line::HttpApi api(desk.platform);
    const auto outcomes = [&](http::ClientFailure failure) {
        desk.platform.failures = {{"/v2/bot/message/reply", failure}, {"/v2/bot/message/push", failure}};
        std::vector<bot::OutboundMessage> words{{.text = "x", .quick_replies = {}}};
        const auto replied = run_on(desk.context, api.reply("mirai/line-main", "token", words)).outcome;
        const auto pushed = run_on(desk.context, api.push("mirai/line-main", hana, words, "key")).outcome;
        return std::pair(replied, pushed);
    };
    CHECK(outcomes(http::ClientFailure::ambiguous) == std::pair(line::SendOutcome::ambiguous, line::SendOutcome::ambiguous));
    CHECK(outcomes(http::ClientFailure::too_large) == std::pair(line::SendOutcome::ambiguous, line::SendOutcome::ambiguous));
    CHECK(outcomes(http::ClientFailure::not_sent) == std::pair(line::SendOutcome::not_sent, line::SendOutcome::not_sent));
}

TEST_CASE("429: its four kinds are told apart")
{
    const auto outcome = [](const char* body) { return line::classify(429, body, false).outcome; };
    CHECK(outcome(R"({"message":"The API rate limit has been exceeded. Try again later."})") == line::SendOutcome::rate_limited);
    CHECK(outcome(R"({"message":"You have reached your monthly limit."})") == line::SendOutcome::quota_used_up);
    CHECK(outcome(R"({"message":"Too many concurrent operations"})") == line::SendOutcome::rate_limited);
    CHECK(outcome(R"({"message":"Sent too many messages to the same user"})") == line::SendOutcome::too_many_to_person);
    CHECK(outcome("<html>") == line::SendOutcome::rate_limited);
}
