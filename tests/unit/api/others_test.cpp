// What a colleague's conversation shows, and what a colleague's screen does: nothing that only its holder may see or do.
#include "tests/unit/api/console_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

std::string path_of(const bot::Conversation& conversation, const std::string& rest = {})
{
    return "/api/v1/conversations/" + conversation.id.text + rest;
}

/// She waits, and `browser` takes her.
bot::Conversation taken(Console& console, const Browser& browser, const std::string& user)
{
    console.say(user, "こんにちは");
    const auto conversation = console.say(user, "人と話したい");
    REQUIRE(console.post(path_of(conversation, "/claim"), browser).status == 200);
    return conversation;
}

}  // namespace

TEST_CASE("roles: what a colleague holds is not a peer concierge's to see, before it is handed to her and after she has given it back")
{
    Console console;
    console.hire("yamada");
    const auto hana = console.hire("hana", handoff::Role::peer_concierge);
    const auto counselor = console.sign_in("yamada");
    const auto concierge = console.sign_in("hana");
    const auto conversation = taken(console, counselor, "U1");
    const auto sees = [&] {
        const bool words = console.get(path_of(conversation, "/messages"), concierge).status == 200;
        const bool herself = console.get(path_of(conversation), concierge).status == 200;
        const bool listed = !console.get("/api/v1/conversations?holder=mine", concierge).value()["items"].empty();
        CHECK(words == herself);
        CHECK(words == listed);
        return words;
    };
    CHECK_FALSE(sees());
    CHECK(console.post(path_of(conversation, "/notes"), concierge, {{"text", "メモ"}}).status == 404);
    CHECK(console.post(path_of(conversation, "/messages"), concierge, {{"text", "こんにちは"}}).status == 404);
    CHECK(console.post(path_of(conversation, "/transfer"), counselor, {{"to", hana.text}, {"reason", "おなじ経験がある"}}).status == 200);
    CHECK(sees());
    CHECK(console.post(path_of(conversation, "/return"), concierge, {{"seen_seq", 9}}).status == 200);
    CHECK_FALSE(sees());
}

TEST_CASE("transfer: asked again after a lost answer it stays done, though the colleague has gone off duty since")
{
    Console console;
    console.hire("yamada");
    const auto sato = console.hire("sato");
    const auto counselor = console.sign_in("yamada");
    const auto conversation = taken(console, counselor, "U1");
    const auto hand_over = console.change(path_of(conversation, "/transfer"), counselor, {{"to", sato.text}, {"reason", "交代の時間"}});
    CHECK(console.ask(hand_over).status == 200);
    CHECK(run_on(console.context, console.desks.set_duty(mirai, sato, false)));
    const auto again = console.ask(hand_over);
    CHECK(again.status == 200);
    CHECK(again.value()["conversation"]["holder"]["id"] == sato.text);
    CHECK(again.value()["entries"].empty());

    const auto other = taken(console, counselor, "U2");
    const auto refused = console.post(path_of(other, "/transfer"), counselor, {{"to", sato.text}, {"reason", "交代の時間"}});
    CHECK(refused.status == 409);
    CHECK(refused.code() == "colleague_off_duty");
}

TEST_CASE("a peer concierge's hand-over asked for again after a lost answer is done, and shows nothing of whom she sees no more")
{
    Console console;
    console.hire("yamada");
    const auto hana = console.hire("hana", handoff::Role::peer_concierge);
    const auto sato = console.hire("sato");
    const auto counselor = console.sign_in("yamada");
    const auto concierge = console.sign_in("hana");
    const auto conversation = taken(console, counselor, "U1");
    CHECK(console.post(path_of(conversation, "/transfer"), counselor, {{"to", hana.text}, {"reason", "おなじ経験がある"}}).status == 200);
    const auto hand_over = console.change(path_of(conversation, "/transfer"), concierge, {{"to", sato.text}, {"reason", "交代の時間"}});
    CHECK(console.ask(hand_over).status == 200);
    const auto again = console.ask(hand_over);
    CHECK(again.status == 200);
    CHECK(again.value()["conversation"].is_null());
    CHECK(again.value()["entries"].empty());
    CHECK(console.post(path_of(conversation, "/transfer"), concierge, {{"to", sato.text}, {"reason", "交代の時間"}}).status == 404);
}

TEST_CASE("claim: of whom she holds already keeps its key, so that asked again after she handed her on it does not take her back")
{
    Console console;
    console.hire("yamada");
    const auto counselor = console.sign_in("yamada");
    const auto conversation = taken(console, counselor, "U1");
    const auto press = console.change(path_of(conversation, "/claim"), counselor, json::object());
    CHECK(console.ask(press).status == 200);
    CHECK(console.post(path_of(conversation, "/transfer"), counselor, {{"to", nullptr}, {"reason", "交代の時間"}}).status == 200);
    const auto again = console.ask(press);
    CHECK(again.status == 200);
    CHECK(again.value()["conversation"]["holder"]["kind"] == "queue");
}

TEST_CASE("screen: only who answers her shows her \"read\" and that somebody writes; a colleague who looks on does not")
{
    Console console;
    std::vector<std::string> told;
    api::LineHooks hooks;
    hooks.on_screen = [&](const bot::Conversation&) { told.emplace_back("read"); };
    hooks.typing = [&](const bot::Conversation&) { told.emplace_back("typing"); };
    console.api.set_line(std::move(hooks));
    console.api.on_typing([&](const bot::Conversation&) { told.emplace_back("writing"); });
    console.hire("yamada");
    console.hire("sato");
    console.hire("suzuki", handoff::Role::supervisor);
    const auto holder = console.sign_in("yamada");
    const auto conversation = taken(console, holder, "U1");
    CHECK(run_on(console.context, console.desks.amend(mirai, conversation.id, [](bot::Conversation& one) {
        one.mark_as_read_token = "mark";
        return true;
    })));
    for (const char* colleague : {"sato", "suzuki"}) {
        const auto looks_on = console.sign_in(colleague);
        CHECK(console.post(path_of(conversation, "/on-screen"), looks_on, {{"from", 1}, {"to", 1}}).status == 204);
        CHECK(console.post(path_of(conversation, "/typing"), looks_on).status == 204);
    }
    CHECK(told.empty());
    CHECK(console.post(path_of(conversation, "/on-screen"), holder, {{"from", 1}, {"to", 1}}).status == 204);
    CHECK(console.post(path_of(conversation, "/typing"), holder).status == 204);
    CHECK(told == std::vector<std::string>{"read", "writing", "typing"});
}

TEST_CASE("list: a place in one list is none in another, nor in another desk's")
{
    Console console;
    console.hire("yamada");
    console.hire("kida", handoff::Role::counselor, nozomi);
    const auto here = console.sign_in("yamada");
    const auto there = console.sign_in("kida", nozomi);
    for (const char* user : {"U1", "U2"}) {
        console.say(user, "こんにちは");
        console.say(user, "人と話したい", nozomi);
    }
    const auto place = console.get("/api/v1/conversations?holder=bot&limit=1", here).value()["next"].get<std::string>();
    CHECK(console.get("/api/v1/conversations?holder=bot&limit=1&cursor=" + place, here).status == 200);
    CHECK(console.get("/api/v1/conversations?holder=queue&limit=1&cursor=" + place, here).code() == "cursor_wrong");
    CHECK(console.get("/api/v1/conversations?holder=bot&limit=1&cursor=" + place, there).code() == "cursor_wrong");
}

TEST_CASE("staff: colleagues see each other, never those who hold nobody; who holds nobody sees none of them")
{
    Console console;
    console.hire("yamada");
    console.hire("hana", handoff::Role::peer_concierge);
    console.hire("kansa", handoff::Role::auditor);
    CHECK(console.get("/api/v1/staff", console.sign_in("yamada")).value()["items"].size() == 2);
    CHECK(console.get("/api/v1/staff", console.sign_in("kansa")).status == 403);
}

TEST_CASE("list: who sees her own alone is told the number of no other")
{
    Console console;
    console.hire("hana", handoff::Role::peer_concierge);
    console.say("U1", "こんにちは");
    const auto counts = console.get("/api/v1/conversations?holder=mine", console.sign_in("hana")).value()["counts"];
    CHECK(counts == json{{"mine", 0}});
}

TEST_CASE("live: a page of another site hears nothing, though the browser sends her cookie")
{
    Console console;
    console.hire("yamada");
    const auto browser = console.sign_in("yamada");
    const auto match = console.router.find(http::Method::get, "/api/v1/live");
    REQUIRE(match.route != nullptr);
    const auto gate = [&](const char* origin) {
        auto request = console.request(http::Method::get, "/api/v1/live", browser);
        for (auto& [name, value] : request.fields)
            if (name == "Origin") value = origin;
        return run_on(console.context, match.route->live_gate(request));
    };
    CHECK_FALSE(gate("https://desk.example"));
    const auto refused = gate("https://evil.example");
    REQUIRE(refused);
    CHECK(refused->status == 403);
}
