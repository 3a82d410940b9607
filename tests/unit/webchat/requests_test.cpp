// What a page asks for and how it is refused: from another site, too often, too long, of a desk without web chat, or while nothing can be kept.
#include "server/http/router.h"
#include "server/webchat/web_chat.h"
#include "tests/unit/desk/desk_fixture.h"

#include <nlohmann/json.hpp>

#include <set>

using namespace tsunagi;
using namespace tsunagi::testing;
using nlohmann::json;

namespace {

struct OpenPage {
    std::string token;
    std::string peer = "192.0.2.1";
    std::string origin = "https://desk.example";
};

struct Chat : DeskFixture {
    webchat::WebChat chat;
    http::Router router{chat.routes()};

    Chat() : chat(enabled(*this).desks, config.server) {}
    static Chat& enabled(Chat& chat)
    {
        chat.config.desks.front().web_chat.enabled = true;
        return chat;
    }
    http::Response ask(http::Method method, const std::string& path, const OpenPage& page, std::string body = {})
    {
        http::Request request;
        request.method = method;
        request.path = path;
        request.peer = page.peer;
        request.body = std::move(body);
        request.fields = {{"Host", "desk.example"}, {"Origin", page.origin}};
        if (!page.token.empty()) request.fields.emplace_back("X-Tsunagi-Visit", page.token);
        auto match = router.find(method, path);
        REQUIRE(match.route != nullptr);
        request.captures = std::move(match.captures);
        return run_on(context, match.route->handler(std::move(request)));
    }
    http::Response post(const std::string& what, const OpenPage& page, const std::string& body = "{}")
    {
        return ask(http::Method::post, "/chat/mirai/" + what, page, body);
    }
    OpenPage open()
    {
        OpenPage page;
        const auto opened = post("visits", page);
        REQUIRE(opened.status == 201);
        page.token = json::parse(opened.body)["visit"].get<std::string>();
        return page;
    }
    std::string message(const std::string& text)
    {
        json body;
        body["id"] = make_ulid(clock.now(), random.bits());
        body["text"] = text;
        return body.dump();
    }
    std::multiset<std::string> kept()
    {
        std::multiset<std::string> texts;
        for (const auto& conversation : conversations())
            for (const auto& entry : log(conversation.id))
                if (entry.kind == bot::EntryKind::inbound) texts.insert(entry.text);
        return texts;
    }
};

std::string code_of(const http::Response& response) { return json::parse(response.body, nullptr, false).value("code", std::string()); }

}  // namespace

TEST_CASE("request: another site opens no visit, and says nothing on hers")
{
    Chat chat;
    OpenPage page = chat.open();
    page.origin = "https://evil.example";
    CHECK(code_of(chat.post("visits", page)) == "origin_wrong");
    CHECK(code_of(chat.post("messages", page, chat.message("x"))) == "origin_wrong");
    CHECK(code_of(chat.post("code", page)) == "origin_wrong");
    CHECK(code_of(chat.post("bell", page, R"({"on":true})")) == "origin_wrong");
    CHECK(chat.conversations().empty());

    const auto live = chat.router.find(http::Method::get, "/chat/mirai/live");
    http::Request request;
    request.captures = live.captures;
    request.fields = {{"Host", "desk.example"}, {"Origin", page.origin}};
    const auto refused = run_on(chat.context, live.route->live_gate(request));
    REQUIRE(refused);
    CHECK(refused->status == 403);
}

TEST_CASE("request: a desk that has no web chat has no page, no visit and no line")
{
    Chat chat;
    const OpenPage page = chat.open();
    chat.config.desks.front().web_chat.enabled = false;
    CHECK(chat.ask(http::Method::get, "/chat/mirai", page).status == 404);
    CHECK(chat.post("visits", page).status == 404);
    CHECK(chat.post("messages", page, chat.message("x")).status == 404);
    CHECK(chat.conversations().empty());
}

TEST_CASE("request: who guesses codes or links is slowed down, and who comes with a right one meanwhile from elsewhere is not")
{
    Chat chat;
    const OpenPage page = chat.open();
    REQUIRE(chat.post("messages", page, chat.message("つらいです")).status == 200);
    const auto code = json::parse(chat.post("code", page).body)["code"].get<std::string>();
    const std::string right = json{{"code", code}}.dump();
    OpenPage guesser;
    guesser.peer = "198.51.100.7";
    for (int i = 0; i < 20; ++i) CHECK(chat.post("visits", guesser, i % 2 ? R"({"code":"AAAA-BBBB-CCCC"})" : R"({"door":"AAAA"})").status == 404);
    CHECK(chat.post("visits", guesser, R"({"code":"AAAA-BBBB-CCCC"})").status == 429);
    CHECK(chat.post("visits", guesser, right).status == 429);
    CHECK(chat.post("visits", OpenPage{}, right).status == 201);
}

TEST_CASE("request: visits and requests of one address have a limit, another address keeps its own")
{
    Chat chat;
    OpenPage flood;
    flood.peer = "198.51.100.7";
    int opened = 0;
    while (opened < 100 && chat.post("visits", flood).status == 201) ++opened;
    CHECK(opened == 60);
    int asked = 0;
    while (asked < 1'000 && chat.post("leave", flood, "x").status != 429) ++asked;
    CHECK(asked < 600);
    const auto live = chat.router.find(http::Method::get, "/chat/mirai/live");
    http::Request request;
    request.captures = live.captures;
    request.peer = flood.peer;
    request.fields = {{"Host", "desk.example"}, {"Origin", flood.origin}};
    const auto refused = run_on(chat.context, live.route->live_gate(request));
    REQUIRE(refused);
    CHECK(refused->status == 429);
    CHECK(chat.post("visits", OpenPage{}).status == 201);
}

TEST_CASE("message: kept once whatever is sent again; nothing, too much and what is no message are refused in words")
{
    Chat chat;
    const OpenPage page = chat.open();
    const auto body = chat.message("つらいです");
    CHECK(chat.post("messages", page, body).status == 200);
    CHECK(chat.post("messages", page, body).status == 200);
    CHECK(code_of(chat.post("messages", page, chat.message("　\n"))) == "text_empty");
    std::string longest;
    for (int i = 0; i < 5'000; ++i) longest += "あ";
    CHECK(chat.post("messages", page, chat.message(longest)).status == 200);
    CHECK(code_of(chat.post("messages", page, chat.message(longest + "あ"))) == "text_too_long");
    CHECK(chat.post("messages", page, R"({"id":"x","text":"a"})").status == 400);
    CHECK(chat.post("messages", page, "[]").status == 400);
    CHECK(chat.kept() == std::multiset<std::string>{"つらいです", longest});
}

TEST_CASE("message: half of an emoji, as a keyboard may leave it, keeps nobody's words from us")
{
    Chat chat;
    const OpenPage page = chat.open();
    const auto id = make_ulid(chat.clock.now(), chat.random.bits());
    CHECK(chat.post("messages", page, R"({"id":")" + id + R"(","text":"つらい\ud83d"})").status == 200);
    CHECK(chat.kept() == std::multiset<std::string>{"つらい\uFFFD"});
}

TEST_CASE("message: what could not be kept is said to be so, and is there once when she sends it again")
{
    Chat chat;
    const OpenPage page = chat.open();
    const auto body = chat.message("つらいです");
    chat.store.before_commit = [](const store::Batch&) { return std::optional(store::CommitFailure::full); };
    CHECK(chat.post("messages", page, body).status == 503);
    CHECK(chat.post("visits", OpenPage{}).status == 503);
    chat.store.before_commit = nullptr;
    CHECK(chat.kept().empty());
    CHECK(chat.post("messages", page, body).status == 200);
    CHECK(chat.kept() == std::multiset<std::string>{"つらいです"});
}

TEST_CASE("message: her page knows its own words again by their number")
{
    Chat chat;
    const OpenPage page = chat.open();
    const auto body = chat.message("つらいです");
    REQUIRE(chat.post("messages", page, body).status == 200);
    const auto talk = json::parse(chat.ask(http::Method::get, "/chat/mirai/poll", page).body);
    REQUIRE_FALSE(talk["entries"].empty());
    CHECK(talk["entries"][0]["id"] == json::parse(body)["id"]);
}

TEST_CASE("leave: what was on its way is kept, no faster than she may write; there is no code for who said nothing")
{
    Chat chat;
    const OpenPage silent = chat.open();
    CHECK(code_of(chat.post("code", silent)) == "nothing_said");
    const OpenPage page = chat.open();
    std::string unsent = page.token;
    for (int i = 0; i < 40; ++i) unsent += "\n" + chat.message("ことば" + std::to_string(i));
    CHECK(chat.post("leave", page, unsent).status == 204);
    CHECK(chat.kept().size() == 30);
    CHECK(chat.post("messages", page, chat.message("x")).status == 401);
}

TEST_CASE("request: a language that no flow offers is refused for good, so that the page does not tell of it for ever")
{
    Chat chat;
    const auto page = chat.open();
    json wanted;
    wanted["id"] = make_ulid(chat.clock.now(), chat.random.bits());
    wanted["switch_to"] = "vi";
    CHECK(json::parse(chat.post("messages", page, wanted.dump()).body) == json::object());  // nothing said yet
    REQUIRE(chat.post("messages", page, chat.message("家賃が払えません")).status == 200);
    const auto refused = chat.post("messages", page, wanted.dump());
    CHECK(refused.status == 422);
    CHECK(code_of(refused) == "language_unknown");
}
