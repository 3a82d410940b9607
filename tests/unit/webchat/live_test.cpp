// The web chat's live line: who opens one says whose it is, or is shown out. And what is told beside words: that a counselor writes.
#include "server/webchat/web_chat.h"
#include "tests/support/memory_line.h"
#include "tests/unit/desk/desk_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;

TEST_CASE("live: who opens a line and never says whose it is is shown out")
{
    DeskFixture fixture;
    fixture.config.desks.front().web_chat.enabled = true;
    webchat::WebChat chat(fixture.desks, fixture.config.server, Milliseconds{5});
    const auto routes = chat.routes();
    const auto live = std::find_if(routes.begin(), routes.end(), [](const http::Route& route) { return route.live != nullptr; });
    REQUIRE(live != routes.end());
    http::Request request;
    request.captures["desk"] = mirai.text;
    const auto line = std::make_shared<MemoryLine>(fixture.context);
    run_on(fixture.context, live->live(request, line));
    CHECK(line->code.has_value());
    REQUIRE(line->heard.size() == 1);
    CHECK(line->heard.front()["kind"] == "over");
}

TEST_CASE("writing: her page is told once that her counselor writes, and nobody else's is")
{
    DeskFixture fixture;
    fixture.config.desks.front().web_chat.enabled = true;
    webchat::WebChat chat(fixture.desks, fixture.config.server);
    const webchat::Secrets secrets{std::string(64, 'a'), fixture.random};
    webchat::Visits visits{fixture.desks, secrets};
    const auto counselor = fixture.hire("山田");
    const auto token = run_on(fixture.context, visits.open(mirai)).value();
    for (const char* words : {"困っています", "人と話したい"}) {
        auto inbound = fixture.text("", words, words);
        inbound.from = webchat::Visits::address_of(run_on(fixture.context, visits.find(mirai, token)).value());
        REQUIRE(run_on(fixture.context, fixture.desks.receive(std::move(inbound))) == desk::Received::committed);
    }
    const auto id = fixture.only_conversation().id;
    REQUIRE(fixture.command(id, counselor, desk::Claim{}, "k1").ok());
    const auto seq = fixture.only_conversation().next_seq - 1;

    const auto poll = [&](std::uint64_t known) {
        const auto routes = chat.routes();
        const auto route = std::ranges::find_if(routes, [](const auto& one) { return one.pattern == "/chat/{desk}/poll"; });
        http::Request request;
        request.captures = {{"desk", mirai.text}};
        request.query = {{"after", std::to_string(seq)}, {"holder", "staff"}, {"writing", std::to_string(known)}};
        request.fields.emplace_back("X-Tsunagi-Visit", token);
        return nlohmann::json::parse(run_on(fixture.context, route->handler(std::move(request))).body);
    };
    fixture.clock.advance(std::chrono::seconds(1));
    chat.show_writing(fixture.only_conversation());
    const auto told = poll(0);
    CHECK(told["kind"] == "writing");
    CHECK(told["shown_ms"] == 22'000);
    CHECK(told["at"] == to_unix_ms(fixture.clock.now()));
    CHECK_FALSE(told.contains("entries"));
    REQUIRE(fixture.command(id, counselor, desk::SendText{"こんにちは"}, "k2").ok());
    const auto said = poll(told["at"].get<std::uint64_t>());
    CHECK(said["kind"] == "talk");
    CHECK(said["entries"].size() == 1);
}

TEST_CASE("poll: when the program ends nobody is kept waiting, and the end waits for nobody")
{
    DeskFixture fixture;
    fixture.config.desks.front().web_chat.enabled = true;
    webchat::WebChat chat(fixture.desks, fixture.config.server);
    const webchat::Secrets secrets{std::string(64, 'a'), fixture.random};
    webchat::Visits visits{fixture.desks, secrets};
    const auto token = run_on(fixture.context, visits.open(mirai)).value();
    const auto routes = chat.routes();
    const auto route = std::ranges::find_if(routes, [](const auto& one) { return one.pattern == "/chat/{desk}/poll"; });
    http::Request request;
    request.captures = {{"desk", mirai.text}};
    request.fields.emplace_back("X-Tsunagi-Visit", token);

    net::steady_timer while_it_waits(fixture.context, std::chrono::milliseconds(30));
    while_it_waits.async_wait([&](boost::system::error_code) { chat.stop(); });
    const auto begun = std::chrono::steady_clock::now();
    const auto answer = run_on(fixture.context, route->handler(std::move(request)));
    CHECK(answer.status == 200);
    CHECK(std::chrono::steady_clock::now() - begun < webchat::chat_poll_longest / 2);
}

TEST_CASE("poll: what waits for a visit that she has left meanwhile is told nothing more")
{
    DeskFixture fixture;
    fixture.config.desks.front().web_chat.enabled = true;
    webchat::WebChat chat(fixture.desks, fixture.config.server);
    const webchat::Secrets secrets{std::string(64, 'a'), fixture.random};
    webchat::Visits visits{fixture.desks, secrets};
    const auto token = run_on(fixture.context, visits.open(mirai)).value();
    const auto routes = chat.routes();
    const auto handler = [&](const char* pattern) {
        return std::ranges::find_if(routes, [&](const auto& one) { return one.pattern == std::string("/chat/{desk}/") + pattern; })->handler;
    };
    http::Request poll;
    poll.captures = {{"desk", mirai.text}};
    poll.fields.emplace_back("X-Tsunagi-Visit", token);
    http::Request leave;
    leave.captures = poll.captures;
    leave.body = token;

    net::steady_timer while_it_waits(fixture.context, std::chrono::milliseconds(30));
    while_it_waits.async_wait([&](boost::system::error_code) {
        net::co_spawn(fixture.context, handler("leave")(std::move(leave)), [](std::exception_ptr, const http::Response&) {});
    });
    const auto begun = std::chrono::steady_clock::now();
    CHECK(run_on(fixture.context, handler("poll")(std::move(poll))).status == 401);
    CHECK(std::chrono::steady_clock::now() - begun < webchat::chat_poll_longest / 2);
}

TEST_CASE("writing: over after a while, when the words are there, when nobody holds it, and after her safe word")
{
    webchat::Writing writing;
    bot::Conversation conversation;
    conversation.id = ConversationId{"c"};
    conversation.holder.kind = bot::HolderKind::counselor;
    const auto now = friday_eleven;
    CHECK(writing.since(conversation, now) == 0);
    writing.began(conversation.id, now);
    CHECK(writing.since(conversation, now) == static_cast<std::uint64_t>(to_unix_ms(now)));
    CHECK(writing.since(conversation, now + webchat::writing_shown) == 0);
    auto other = conversation;
    other.id = ConversationId{"d"};
    CHECK(writing.since(other, now) == 0);
    other = conversation;
    other.risk.disguised = true;
    CHECK(writing.since(other, now) == 0);
    other = conversation;
    other.holder.kind = bot::HolderKind::queue;
    CHECK(writing.since(other, now) == 0);
    other = conversation;
    other.last_activity_at = now + Milliseconds{1};
    CHECK(writing.since(other, now + Milliseconds{2}) == 0);
}
