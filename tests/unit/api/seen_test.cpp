// What is decided in a console that had not shown her last words: refused in words, and nothing changed.
#include "tests/unit/api/console_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

struct SeenFixture : Console {
    Browser yamada;
    std::string path;

    SeenFixture()
    {
        hire("yamada");
        yamada = sign_in("yamada");
        path = "/api/v1/conversations/" + say("U1", "人と話したい").id.text;
        REQUIRE(post(path + "/claim", yamada).status == 200);
        REQUIRE(post(path + "/risk", yamada, {{"level", 3}, {"reason", "電話で聞いた"}, {"seen_seq", 0}}).status == 200);
    }
    json now() { return get(path, yamada).value(); }
};

}  // namespace

TEST_CASE("seen: closing, giving back, lowering and ending a disguise past her unseen words are 409 in words, and change nothing")
{
    SeenFixture console;
    const auto seen = console.now()["heard_seq"].get<std::uint64_t>();
    console.say("U1", "いまから飛びます");
    const std::vector<std::pair<std::string, json>> decisions{{"/close", {{"outcome", "listened"}, {"say_goodbye", true}}},
                                                              {"/return", json::object()},
                                                              {"/risk", {{"level", 0}, {"reason", "落ち着いた"}}},
                                                              {"/disguise/end", {{"reason", "電話で確かめた"}}}};
    const auto before = console.now();
    CHECK(before["heard_seq"].get<std::uint64_t>() > seen);
    for (const auto& [verb, body] : decisions) {
        CAPTURE(verb);
        CHECK(console.post(console.path + verb, console.yamada, body).status == (verb == "/risk" ? 409 : 400));  // says not what was seen
        auto stale = body;
        stale["seen_seq"] = seen;
        const auto refused = console.post(console.path + verb, console.yamada, stale);
        CHECK(refused.status == 409);
        CHECK(refused.value()["code"] == "written_since");
        CHECK_FALSE(refused.value()["title"].get<std::string>().empty());
    }
    CHECK(console.now()["revision"] == before["revision"]);
    CHECK(console.post(console.path + "/risk", console.yamada, {{"level", 4}, {"reason", "飛ぶと書いた"}}).status == 200);  // raising waits for nothing
    auto fresh = decisions.front().second;
    fresh["seen_seq"] = console.now()["heard_seq"];
    CHECK(console.post(console.path + "/close", console.yamada, fresh).status == 200);
}

TEST_CASE("close: the level at the end is kept with its reason; a level that is none, or another without a reason, is refused")
{
    SeenFixture console;
    json body{{"outcome", "listened"}, {"say_goodbye", false}, {"seen_seq", console.now()["heard_seq"]}, {"level", 9}};
    CHECK(console.post(console.path + "/close", console.yamada, body).status == 400);
    body["level"] = 1;
    CHECK(console.post(console.path + "/close", console.yamada, body).status == 422);
    body["reason"] = "入院して、落ち着いた";
    CHECK(console.post(console.path + "/close", console.yamada, body).status == 200);
    CHECK(console.now()["risk_level"] == 1);
    CHECK(console.now()["holder"]["kind"] == "closed");
}

TEST_CASE("seen: a message that LINE delivers so late that it lies on an older page stands beside the newest, so that who saw it can close")
{
    SeenFixture console;
    const auto long_ago = console.clock.now();
    for (int note = 0; note < 60; ++note) {
        console.clock.advance(std::chrono::seconds(1));
        REQUIRE(console.post(console.path + "/notes", console.yamada, {{"text", "メモ"}}).status == 200);
    }
    const auto newest_page = [&] { return console.get(console.path + "/messages", console.yamada).value(); };
    CHECK(newest_page()["late"].empty());

    console.say("U1", "もう家を出ました", mirai, bot::ChannelKind::line, long_ago);
    const auto page = newest_page();
    REQUIRE(page["late"].size() == 1);
    CHECK(page["late"][0]["text"] == "もう家を出ました");
    for (const auto& item : page["items"]) CHECK(item["text"] != "もう家を出ました");
    CHECK(page["late"][0]["seq"] == console.now()["heard_seq"]);
    CHECK(console.get(console.path + "/messages?before=" + page["next"].dump(), console.yamada).value()["late"].empty());

    REQUIRE(console.post(console.path + "/notes", console.yamada, {{"text", "メモ"}}).status == 200);
    CHECK(newest_page()["late"].size() == 1);  // what comes after it hides it no more
    json close{{"outcome", "listened"}, {"say_goodbye", false}, {"seen_seq", page["late"][0]["seq"]}, {"level", 3}};
    CHECK(console.post(console.path + "/close", console.yamada, close).status == 200);
}

TEST_CASE("seen: what she writes while the bot or staff answer is not said to have come late when a page begins between the two")
{
    SeenFixture console;
    const auto sent_at = console.clock.now();
    console.clock.advance(std::chrono::seconds(1));
    REQUIRE(console.post(console.path + "/notes", console.yamada, {{"text", "メモ"}}).status == 200);
    console.clock.advance(std::chrono::milliseconds(300));
    console.say("U1", "それと", mirai, bot::ChannelKind::line, sent_at + std::chrono::milliseconds(500));
    for (int note = 0; note < 60; ++note) {
        console.clock.advance(std::chrono::seconds(1));
        REQUIRE(console.post(console.path + "/notes", console.yamada, {{"text", "メモ"}}).status == 200);
        CHECK(console.get(console.path + "/messages", console.yamada).value()["late"].empty());
    }
}
