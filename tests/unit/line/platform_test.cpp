// What the server asks of LINE beside sending: names, read marks, quota, pace, groups, typing. A platform in the test's hand.
#include "handoff/roster/japan_time.h"
#include "server/line/account_watch.h"
#include "server/line/api.h"
#include "server/line/content.h"
#include "server/line/groups.h"
#include "server/line/pace.h"
#include "server/line/typing.h"
#include "tests/unit/line/line_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace std::chrono_literals;

TEST_CASE("profile: her display name becomes her nickname after her words are kept")
{
    LineFixture desk;
    desk.platform.answers["/v2/bot/profile/" + hana] = {200, {}, R"({"displayName":"はな🌸","pictureUrl":"https://x"})"};
    const auto conversation = desk.wrote(hana, "e1");
    REQUIRE(desk.profiles.wanted(conversation));
    run_on(desk.context, desk.profiles.learn(conversation));
    CHECK(desk.only_conversation().nickname == "はな🌸");
    CHECK_FALSE(desk.profiles.wanted(desk.only_conversation()));
}

TEST_CASE("profile: asked once a day at most, and never for what is no LINE user id")
{
    LineFixture desk;
    const auto conversation = desk.wrote(hana, "e1");
    CHECK(desk.profiles.wanted(conversation));
    CHECK_FALSE(desk.profiles.wanted(conversation));
    desk.clock.advance(25h);
    CHECK(desk.profiles.wanted(conversation));
    auto odd = conversation;
    odd.id = ConversationId{"other"};
    odd.address.user = "../quota";
    CHECK_FALSE(desk.profiles.wanted(odd));
    odd.address = conversation.address;
    odd.reachable = false;  // she blocked us: there is nobody to ask for
    CHECK_FALSE(desk.profiles.wanted(odd));
}

TEST_CASE("profile: what she asked to be called is never overwritten; a name is cut and cleaned")
{
    LineFixture desk;
    desk.platform.answers["/v2/bot/profile/" + hana] = {200, {}, R"({"displayName":"LINEの名前"})"};
    const auto conversation = desk.wrote(hana, "e1");
    run_on(desk.context, desk.desks.amend(mirai, conversation.id, [](bot::Conversation& known) {
        known.nickname = "はなさん";
        return true;
    }));
    run_on(desk.context, desk.profiles.learn(conversation));
    CHECK(desk.only_conversation().nickname == "はなさん");
    CHECK(line::name_in_profile(R"({"displayName":"a\n\u202Eb"})") == "ab");
    CHECK(line::name_in_profile("{\"displayName\":\"" + std::string(500, 'x') + "\"}").size() == line::nickname_clusters_max);
    for (const char* odd : {"", "[]", "{}", R"({"displayName":7})"}) CHECK(line::name_in_profile(odd).empty());
}

TEST_CASE("read mark: shown once; a message that came meanwhile keeps its own")
{
    LineFixture desk;
    desk.platform.answers["/v2/bot/chat/markAsRead"] = {200, {}, "{}"};
    auto first = desk.text(hana, "e1", "こんにちは");
    first.mark_as_read_token = "mark-1";
    run_on(desk.context, desk.desks.receive(first));
    run_on(desk.context, desk.read_marks.show(desk.only_conversation()));
    CHECK(desk.platform.asked.back().body == R"({"markAsReadToken":"mark-1"})");
    CHECK(desk.only_conversation().mark_as_read_token.empty());
    run_on(desk.context, desk.read_marks.show(desk.only_conversation()));
    CHECK(desk.platform.asked.size() == 1);

    auto second = desk.text(hana, "e2", "もしもし");
    second.mark_as_read_token = "mark-2";
    run_on(desk.context, desk.desks.receive(second));
    const auto on_screen = desk.only_conversation();
    auto third = desk.text(hana, "e3", "まだいます");
    third.mark_as_read_token = "mark-3";
    run_on(desk.context, desk.desks.receive(third));
    run_on(desk.context, desk.read_marks.show(on_screen));
    CHECK(desk.only_conversation().mark_as_read_token == "mark-3");
}

TEST_CASE("read mark: an older message that is delivered late does not take the mark of the newest")
{
    LineFixture desk;
    auto newest = desk.text(hana, "e2", "もしもし");
    newest.mark_as_read_token = "mark-2";
    run_on(desk.context, desk.desks.receive(newest));
    auto late = desk.text(hana, "e1", "こんにちは");
    late.sent_at -= 1min;
    late.mark_as_read_token = "mark-1";
    run_on(desk.context, desk.desks.receive(late));
    CHECK(desk.only_conversation().mark_as_read_token == "mark-2");
}

TEST_CASE("read mark: none is shown while another tool leads the chat")
{
    LineFixture desk;
    auto first = desk.text(hana, "e1", "こんにちは");
    first.mark_as_read_token = "mark-1";
    run_on(desk.context, desk.desks.receive(first));
    auto elsewhere = desk.text(hana, "e2", "もしもし");
    elsewhere.standby = true;
    run_on(desk.context, desk.desks.receive(elsewhere));
    run_on(desk.context, desk.read_marks.show(desk.only_conversation()));
    CHECK(desk.platform.asked.empty());
    CHECK(desk.only_conversation().mark_as_read_token == "mark-1");
}

TEST_CASE("read mark: none is shown after her safe word, for the account says that it answers nobody")
{
    LineFixture desk;
    auto first = desk.text(hana, "e1", "こんにちは");
    first.mark_as_read_token = "mark-1";
    run_on(desk.context, desk.desks.receive(first));
    auto hidden = desk.only_conversation();
    hidden.risk.disguised = true;
    run_on(desk.context, desk.read_marks.show(hidden));
    CHECK(desk.platform.asked.empty());
    CHECK(desk.only_conversation().mark_as_read_token == "mark-1");
}

TEST_CASE("read mark: what LINE does not take now is kept for the next time")
{
    LineFixture desk;
    desk.platform.answers["/v2/bot/chat/markAsRead"] = {503, {}, {}};
    auto first = desk.text(hana, "e1", "こんにちは");
    first.mark_as_read_token = "mark-1";
    run_on(desk.context, desk.desks.receive(first));
    run_on(desk.context, desk.read_marks.show(desk.only_conversation()));
    CHECK(desk.only_conversation().mark_as_read_token == "mark-1");
    desk.platform.answers["/v2/bot/chat/markAsRead"] = {400, {}, {}};  // the token is of no more use: it is not asked for ever
    run_on(desk.context, desk.read_marks.show(desk.only_conversation()));
    CHECK(desk.only_conversation().mark_as_read_token.empty());
}

TEST_CASE("quota: limited, unlimited and nonsense")
{
    const auto limited = line::quota_in(R"({"type":"limited","value":200})", R"({"totalUsage":185})", friday_eleven);
    REQUIRE(limited);
    CHECK(*limited->left() == 15);
    CHECK(limited->only_reserve_left());
    CHECK_FALSE(line::quota_in(R"({"type":"limited","value":200})", R"({"totalUsage":10})", friday_eleven)->only_reserve_left());
    const auto unlimited = line::quota_in(R"({"type":"none"})", R"({"totalUsage":99999})", friday_eleven);
    REQUIRE(unlimited);
    CHECK_FALSE(unlimited->only_reserve_left());
    CHECK_FALSE(line::quota_in("<html>", R"({"totalUsage":1})", friday_eleven));
    CHECK_FALSE(line::quota_in(R"({"type":"limited"})", R"({"totalUsage":1})", friday_eleven));
}

TEST_CASE("quota: what LINE last said stays known while it does not answer, and that it was asked in vain")
{
    LineFixture desk;
    line::QuotaWatch quota(desk.platform, desk.clock);
    const std::string channel = "mirai/line-main";
    CHECK_FALSE(quota.reading(channel).newest);
    CHECK_FALSE(quota.reading(channel).unanswered_at);
    run_on(desk.context, quota.read(channel));
    CHECK(quota.reading(channel).unanswered_at == desk.clock.now());
    CHECK(quota.bot_may_push(channel));

    desk.platform.answers["/v2/bot/message/quota"] = {200, {}, R"({"type":"limited","value":200})"};
    desk.platform.answers["/v2/bot/message/quota/consumption"] = {200, {}, R"({"totalUsage":180})"};
    run_on(desk.context, quota.read(channel));
    CHECK_FALSE(quota.reading(channel).unanswered_at);
    CHECK(quota.last(channel)->reserve() == 20);
    CHECK_FALSE(quota.bot_may_push(channel));

    desk.platform.answers.clear();
    run_on(desk.context, quota.read(channel));
    CHECK(quota.last(channel)->used == 180);
    CHECK(quota.reading(channel).unanswered_at);
}

TEST_CASE("quota: what was used up last month holds back nothing from the first minute of the next")
{
    LineFixture desk;
    line::QuotaWatch quota(desk.platform, desk.clock);
    desk.platform.answers["/v2/bot/message/quota"] = {200, {}, R"({"type":"limited","value":200})"};
    desk.platform.answers["/v2/bot/message/quota/consumption"] = {200, {}, R"({"totalUsage":200})"};
    run_on(desk.context, quota.read("mirai/line-main"));
    const auto next_month = handoff::from_japan_time(2026y / std::chrono::December / 1, 0);
    desk.clock.set(next_month - 1min);
    CHECK_FALSE(quota.bot_may_push("mirai/line-main"));
    desk.clock.set(next_month);
    CHECK(quota.bot_may_push("mirai/line-main"));
}

TEST_CASE("quota: a used-up month that LINE's own figures deny is only a broadcast under way")
{
    LineFixture desk;
    line::QuotaWatch quota(desk.platform, desk.clock);
    line::HttpApi api(desk.platform, &quota);
    desk.platform.answers["/v2/bot/message/push"] = {429, {}, R"({"message":"You have reached your monthly limit."})"};
    desk.platform.answers["/v2/bot/message/quota"] = {200, {}, R"({"type":"limited","value":200})"};
    desk.platform.answers["/v2/bot/message/quota/consumption"] = {200, {}, R"({"totalUsage":20})"};
    const auto push = [&] {
        return run_on(desk.context, api.push("mirai/line-main", hana, {{.text = "x", .quick_replies = {}}}, "key")).outcome;
    };
    CHECK(push() == line::SendOutcome::rate_limited);
    desk.platform.answers["/v2/bot/message/quota/consumption"] = {200, {}, R"({"totalUsage":200})"};
    CHECK(push() == line::SendOutcome::quota_used_up);
    CHECK_FALSE(quota.bot_may_push("mirai/line-main"));
    CHECK(quota.bot_may_push("mirai/unknown"));
}

TEST_CASE("account watch: an outage that is over is told by nobody a few minutes later, and the quota is read then")
{
    LineFixture desk;
    line::QuotaWatch quota(desk.platform, desk.clock);
    line::AccountWatch watch(desk.config, desk.platform, quota, desk.clock, [] {});
    desk.platform.failures.emplace("/v2/bot/info", http::ClientFailure::not_sent);
    desk.platform.answers["/v2/bot/message/quota"] = {200, {}, R"({"type":"none"})"};
    desk.platform.answers["/v2/bot/message/quota/consumption"] = {200, {}, R"({"totalUsage":7})"};
    net::io_context context;
    net::co_spawn(context, watch.run(), [](std::exception_ptr failure) { CHECK_FALSE(failure); });
    const auto look_until = [&](TimePoint until) {
        while (desk.clock.now() < until) context.run_one();
    };
    look_until(friday_eleven + 5min);
    CHECK(watch.findings("mirai/line-main") == std::vector{line::Finding::no_answer});
    desk.platform.failures.clear();
    desk.platform.answers["/v2/bot/info"] = {200, {}, R"({"userId":"U1","chatMode":"chat"})"};
    look_until(friday_eleven + 10min);
    CHECK(watch.findings("mirai/line-main").empty());
    CHECK(quota.last("mirai/line-main"));
}

TEST_CASE("pace: endpoints are counted without what stands for an id")
{
    CHECK(line::endpoint_of("/v2/bot/message/100200300400500600/content").name == "/v2/bot/message/*/content");
    CHECK(line::endpoint_of("/v2/bot/profile/" + hana).name == "/v2/bot/profile/*");
    CHECK(line::endpoint_of("/v2/bot/message/push").limit.requests == 2'000);
    CHECK(line::endpoint_of("/v2/bot/chat/loading/start").limit.requests == 100);
    CHECK(line::endpoint_of("/v2/bot/message/broadcast").limit.per == 3'600s);
    CHECK(line::endpoint_of("/v2/bot/richmenu/richmenu-0123456789abcdef").limit.requests == 100);
}

TEST_CASE("pace: within the limit nobody waits; beyond it the rate is LINE's; bulk leaves room for answers")
{
    FixedClock clock(friday_eleven);
    net::io_context context;
    line::Pace pace(clock);
    const auto take = [&](line::Urgency urgency) { run_on(context, pace.take("c", "/v2/bot/message/multicast", urgency)); };
    for (int i = 0; i < 80; ++i) take(line::Urgency::bulk);
    CHECK(clock.now() == friday_eleven);
    take(line::Urgency::bulk);
    CHECK(clock.now() > friday_eleven);  // a fifth is not for bulk
    const auto before = clock.now();
    for (int i = 0; i < 20; ++i) take(line::Urgency::prompt);
    CHECK(clock.now() == before);
    for (int i = 0; i < 200; ++i) take(line::Urgency::prompt);
    CHECK(clock.now() - before >= 990ms);
    CHECK(clock.now() - before <= 1'300ms);
    run_on(context, pace.take("another", "/v2/bot/message/multicast", line::Urgency::bulk));  // a channel of its own
    pace.refused("c", "/v2/bot/message/multicast");
    const auto refused_at = clock.now();
    take(line::Urgency::prompt);
    CHECK(clock.now() - refused_at >= 1s);
}

TEST_CASE("pace: a clock that is set back holds nobody up until it is as late again")
{
    FixedClock clock(friday_eleven);
    net::io_context context;
    line::Pace pace(clock);
    const auto take = [&] { run_on(context, pace.take("c", "/v2/bot/message/push", line::Urgency::prompt)); };
    take();
    const auto set_back = friday_eleven - 1h;
    clock.set(set_back);
    take();
    CHECK(clock.now() == set_back);
    pace.refused("c", "/v2/bot/message/push");
    clock.set(set_back - 1h);
    take();
    CHECK(clock.now() <= set_back - 1h + 1s);
}

TEST_CASE("content: what LINE answers, and an id that is none")
{
    LineFixture desk;
    line::Content content(desk.platform);
    const auto fetch = [&](const std::string& id) { return run_on(desk.context, content.fetch("c", id)).outcome; };
    desk.platform.answers["/v2/bot/message/1/content"] = {200, {}, "bytes"};
    desk.platform.answers["/v2/bot/message/2/content"] = {202, {}, {}};
    desk.platform.answers["/v2/bot/message/2/content/transcoding"] = {200, {}, R"({"status":"processing"})"};
    desk.platform.answers["/v2/bot/message/3/content"] = {202, {}, {}};
    desk.platform.answers["/v2/bot/message/3/content/transcoding"] = {200, {}, R"({"status":"failed"})"};
    desk.platform.answers["/v2/bot/message/4/content"] = {410, {}, {}};
    desk.platform.answers["/v2/bot/message/5/content"] = {500, {}, "<html>"};
    desk.platform.failures.emplace("/v2/bot/message/6/content", http::ClientFailure::ambiguous);
    desk.platform.failures.emplace("/v2/bot/message/7/content", http::ClientFailure::too_large);
    CHECK(fetch("6") == media::FetchOutcome::unavailable);
    CHECK(fetch("7") == media::FetchOutcome::too_large);
    CHECK(fetch("1") == media::FetchOutcome::ready);
    CHECK(fetch("2") == media::FetchOutcome::preparing);
    CHECK(fetch("3") == media::FetchOutcome::unpreparable);
    CHECK(fetch("4") == media::FetchOutcome::gone);
    CHECK(fetch("5") == media::FetchOutcome::unavailable);
    const std::pair<unsigned, media::FetchOutcome> statuses[] = {{400, media::FetchOutcome::gone},
                                                                 {401, media::FetchOutcome::unauthorized},
                                                                 {403, media::FetchOutcome::unauthorized},
                                                                 {404, media::FetchOutcome::gone},
                                                                 {429, media::FetchOutcome::unavailable}};
    for (const auto& [status, outcome] : statuses) {
        desk.platform.answers["/v2/bot/message/8/content"] = {status, {}, {}};
        CHECK(fetch("8") == outcome);
    }
    const auto asked = desk.platform.asked.size();
    CHECK(fetch("../quota") == media::FetchOutcome::gone);
    CHECK(desk.platform.asked.size() == asked);
}

TEST_CASE("group: a notice by the invitation's token, then out; without a token straight out; no odd id reaches a path")
{
    LineFixture desk;
    line::Groups groups(desk.platform, desk.metrics, [](const DeskId&) { return std::string("退出します"); });
    run_on(desk.context, groups.leave(mirai, "line-main", {false, "C123", "token"}));
    REQUIRE(desk.platform.asked.size() == 2);
    CHECK(desk.platform.asked[0].path == "/v2/bot/message/reply");
    CHECK(desk.platform.asked[0].body.find("退出します") != std::string::npos);
    CHECK(desk.platform.asked[1].path == "/v2/bot/group/C123/leave");
    run_on(desk.context, groups.leave(mirai, "line-main", {true, "R1", ""}));
    CHECK(desk.platform.asked.back().path == "/v2/bot/room/R1/leave");
    CHECK(desk.platform.asked.size() == 3);
    run_on(desk.context, groups.leave(mirai, "line-main", {false, "../../x", "token"}));
    CHECK(desk.platform.asked.size() == 3);
}

TEST_CASE("typing: shown once in twenty seconds, only after her words, only while a counselor holds it")
{
    LineFixture desk;
    line::Typing typing(desk.platform, desk.desks);
    auto conversation = desk.wrote(hana, "e1");
    CHECK_FALSE(typing.wanted(conversation));  // the bot answers her
    conversation.holder.kind = bot::HolderKind::counselor;
    CHECK(typing.wanted(conversation));
    run_on(desk.context, typing.show(conversation));
    CHECK(desk.platform.asked.back().path == "/v2/bot/chat/loading/start");
    CHECK(desk.platform.asked.back().body == R"({"chatId":")" + hana + R"(","loadingSeconds":20})");
    desk.clock.advance(19s);
    CHECK_FALSE(typing.wanted(conversation));
    desk.clock.advance(1s);
    CHECK(typing.wanted(conversation));
    desk.clock.advance(10min);
    CHECK_FALSE(typing.wanted(conversation));  // she put the phone away
}

TEST_CASE("typing: never to who blocked us, is disguised, chats on the web, or whose LINE is only a doorway")
{
    LineFixture desk;
    line::Typing typing(desk.platform, desk.desks);
    auto conversation = desk.wrote(hana, "e1");
    conversation.holder.kind = bot::HolderKind::counselor;
    auto other = conversation;
    other.reachable = false;
    CHECK_FALSE(typing.wanted(other));
    other = conversation;
    other.risk.disguised = true;
    CHECK_FALSE(typing.wanted(other));
    other = conversation;
    other.led_elsewhere = true;
    CHECK_FALSE(typing.wanted(other));
    other = conversation;
    other.address.kind = bot::ChannelKind::web;
    CHECK_FALSE(typing.wanted(other));
    desk.config.desks.front().content_on_line = config::ContentOnLine::doorway;
    CHECK_FALSE(typing.wanted(conversation));
    desk.config.desks.front().content_on_line = config::ContentOnLine::in_line;
    CHECK(typing.wanted(conversation));
}
