// Sessions and what each caller may see: deny by default, inside the caller's desk and role.
#include "server/api/sessions.h"
#include "tests/unit/api/console_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace std::chrono_literals;

namespace {

/// As the console sends it while somebody is at the keys.
Shown get_present(Console& console, const std::string& target, const Browser& browser)
{
    auto request = console.request(http::Method::get, target, browser);
    request.fields.emplace_back("X-Tsunagi-Present", "1");
    return console.ask(std::move(request));
}

}  // namespace

TEST_CASE("session: without one, or with a made-up one, every route but signing in and out is closed")
{
    Console console;
    Browser made_up;
    made_up.token = "made-up";
    const std::vector<std::string> readable{"me", "desk", "staff", "booklet", "conversations?holder=queue", "conversations/01JD000000000000000000NONE",
                                            "conversations/01JD000000000000000000NONE/messages", "line", "media/01JD000000000000000000NONE/1", "risk/dismissed"};
    for (const auto& route : console.api.routes()) {
        if (route.live || route.pattern == "/api/v1/session") continue;
        CAPTURE(route.pattern);
        auto request = console.change(route.pattern, made_up, json::object(), route.method);
        CHECK(console.ask(std::move(request)).status == 401);
    }
    for (const auto& path : readable) CHECK(console.get("/api/v1/" + path, made_up).code() == "not_signed_in");
}

TEST_CASE("session: a forgotten browser that goes on asking by itself is signed out after two hours")
{
    Console console;
    console.hire("yamada");
    const auto browser = console.sign_in("yamada");
    for (int minutes = 0; minutes < 120; minutes += 10) {
        CHECK(console.get("/api/v1/desk", browser).status == 200);
        console.clock.advance(10min);
    }
    console.clock.advance(1s);
    CHECK(console.get("/api/v1/desk", browser).code() == "session_expired");
}

TEST_CASE("session: who reads or writes stays signed in, for one shift at most")
{
    Console console;
    console.hire("yamada");
    const auto reader = console.sign_in("yamada");
    const auto writer = console.sign_in("yamada");
    for (int hours = 0; hours < 11; ++hours) {
        console.clock.advance(1h);
        CHECK(get_present(console, "/api/v1/desk", reader).status == 200);
        CHECK(console.ask(console.change("/api/v1/me/duty", writer, {{"on_duty", true}}, http::Method::put)).status == 200);
    }
    console.clock.advance(1h + 1s);
    CHECK(get_present(console, "/api/v1/desk", reader).code() == "session_expired");
    CHECK(console.get("/api/v1/desk", writer).code() == "session_expired");
}

TEST_CASE("duty: who has signed out everywhere, or was forgotten by her browser, is not taken for present")
{
    Console console;
    const auto yamada = console.hire("yamada");
    const auto on_duty = [&] { return console.desks.index().counselor(mirai, yamada)->on_duty; };
    const auto sign_out = [&](const Browser& browser) { return console.ask(console.request(http::Method::delete_, "/api/v1/session", browser)).status; };
    const auto office = console.sign_in("yamada");
    const auto phone = console.sign_in("yamada");
    CHECK(sign_out(office) == 204);
    CHECK(on_duty());
    CHECK(sign_out(phone) == 204);
    CHECK_FALSE(on_duty());

    const auto again = console.sign_in("yamada");
    CHECK(console.ask(console.change("/api/v1/me/duty", again, {{"on_duty", true}}, http::Method::put)).status == 200);
    console.clock.advance(2h);
    run_on(console.context, console.api.end_duty_of_absent());
    CHECK(on_duty());
    console.clock.advance(1s);
    run_on(console.context, console.api.end_duty_of_absent());
    CHECK_FALSE(on_duty());
}

TEST_CASE("duty: a session from before the start counts, and the looks after the first read no visits of the web chat")
{
    Console console;
    const auto yamada = console.hire("yamada");
    console.sign_in("yamada");
    for (int i = 0; i < 2'000; ++i) console.store.put_back(store::Space::session, "visit " + std::to_string(i), store::Value{"a visit", 1});
    api::ConsoleApi restarted{console.desks, console.metrics, console.config.server, console.context.get_executor()};
    run_on(console.context, restarted.end_duty_of_absent());
    CHECK(console.desks.index().counselor(mirai, yamada)->on_duty);

    int reads = 0;
    console.store.before_read = [&reads](store::Space space) { reads += space == store::Space::session; };
    run_on(console.context, restarted.end_duty_of_absent());
    CHECK(reads == 1);
    console.clock.advance(2h + 1s);
    run_on(console.context, restarted.end_duty_of_absent());
    CHECK_FALSE(console.desks.index().counselor(mirai, yamada)->on_duty);
}

TEST_CASE("session: what the page reports by itself is no sign of a person")
{
    Console console;
    console.hire("yamada");
    const auto browser = console.sign_in("yamada");
    const auto conversation = console.say("U1", "こんにちは");
    console.clock.advance(119min);
    CHECK(console.post("/api/v1/conversations/" + conversation.id.text + "/on-screen", browser).status == 204);
    console.clock.advance(2min);
    CHECK(console.get("/api/v1/me", browser).code() == "session_expired");
}

TEST_CASE("session: signed out is signed out")
{
    Console console;
    console.hire("yamada");
    const auto browser = console.sign_in("yamada");
    auto without_word = browser;
    without_word.csrf.clear();
    CHECK(console.ask(console.request(http::Method::delete_, "/api/v1/session", without_word)).code() == "csrf_wrong");
    CHECK(console.get("/api/v1/me", browser).status == 200);
    CHECK(console.ask(console.request(http::Method::delete_, "/api/v1/session", browser)).status == 204);
    CHECK(console.get("/api/v1/me", browser).code() == "not_signed_in");
    CHECK(console.ask(console.request(http::Method::delete_, "/api/v1/session", browser)).status == 204);
}

TEST_CASE("session: a change needs the word against forgery and a key of its own")
{
    Console console;
    console.hire("yamada");
    const auto browser = console.sign_in("yamada");
    const auto another = console.sign_in("yamada");
    const auto conversation = console.say("U1", "こんにちは");
    const auto path = "/api/v1/conversations/" + conversation.id.text + "/notes";
    auto forged = browser;
    forged.csrf = another.csrf;
    CHECK(console.post(path, forged, {{"text", "メモ"}}).code() == "csrf_wrong");
    CHECK(console.ask(console.request(http::Method::post, path, browser, R"({"text":"メモ"})")).code() == "idempotency_key_missing");
    CHECK(console.post(path, browser, {{"text", "メモ"}}).status == 200);
}

TEST_CASE("desk: another desk's conversation does not exist, for reading and for every change")
{
    Console console;
    console.hire("suzuki", handoff::Role::supervisor);
    console.hire("mori", handoff::Role::supervisor, nozomi);
    const auto conversation = console.say("U1", "ひみつの言葉", nozomi);
    const auto own = console.sign_in("mori", nozomi);
    const auto other = console.sign_in("suzuki");
    const auto path = "/api/v1/conversations/" + conversation.id.text;
    CHECK(console.get(path, own).status == 200);

    for (const auto& target : {path, path + "/messages", "/api/v1/media/" + conversation.id.text + "/1"}) {
        const auto shown = console.get(target, other);
        CHECK(shown.status == 404);
        CHECK(shown.body.find("ひみつ") == std::string::npos);
    }
    const std::map<std::string, json> changes{{"/on-screen", json::object()},
                                              {"/messages", {{"text", "はい"}}},
                                              {"/notes", {{"text", "メモ"}}},
                                              {"/claim", json::object()},
                                              {"/transfer", {{"to", nullptr}, {"reason", "交代"}}},
                                              {"/return", {{"seen_seq", 9}}},
                                              {"/close", {{"outcome", "listened"}, {"say_goodbye", true}, {"seen_seq", 9}}},
                                              {"/risk", {{"level", 4}, {"reason", "わけ"}, {"seen_seq", 9}}},
                                              {"/disguise/end", {{"reason", "わけ"}, {"seen_seq", 9}}},
                                              {"/entries/1/risk/dismiss", {{"reason", "わけ"}}}};
    const auto before = console.store.commits();
    for (const auto& [verb, body] : changes) {
        CAPTURE(verb);
        CHECK(console.post(path + verb, other, body).status == 404);
    }
    CHECK(console.store.commits() == before);
    for (const char* list : {"queue", "bot", "counselor", "closed", "mine"})
        CHECK(console.get(std::string("/api/v1/conversations?holder=") + list, other).value()["items"].empty());
    CHECK(console.get("/api/v1/staff", other).body.find("mori") == std::string::npos);
}

TEST_CASE("roles: a peer concierge sees those handed to her and no others")
{
    Console console;
    console.hire("hana", handoff::Role::peer_concierge);
    const auto conversation = console.say("U1", "こんにちは");
    const auto browser = console.sign_in("hana");
    CHECK(console.get("/api/v1/conversations/" + conversation.id.text, browser).status == 404);
    CHECK(console.get("/api/v1/conversations/" + conversation.id.text + "/messages", browser).status == 404);
    for (const char* list : {"queue", "bot", "counselor", "closed"})
        CHECK(console.get(std::string("/api/v1/conversations?holder=") + list, browser).status == 403);
    CHECK(console.get("/api/v1/conversations?holder=mine", browser).status == 200);
}

TEST_CASE("roles: an auditor reads no conversation, has no duty and no list")
{
    Console console;
    console.hire("kansa", handoff::Role::auditor);
    const auto conversation = console.say("U1", "こんにちは");
    const auto browser = console.sign_in("kansa");
    CHECK(console.get("/api/v1/conversations/" + conversation.id.text, browser).status == 404);
    for (const char* list : {"queue", "mine", "bot", "counselor", "closed"})
        CHECK(console.get(std::string("/api/v1/conversations?holder=") + list, browser).status == 403);
    CHECK(console.ask(console.change("/api/v1/me/duty", browser, {{"on_duty", true}}, http::Method::put)).status == 403);
    CHECK(console.post("/api/v1/conversations/" + conversation.id.text + "/notes", browser, {{"text", "メモ"}}).status == 403);
}

TEST_CASE("roles: only who answers for the desk tries the rules, reads what was dismissed and sees LINE's figures")
{
    Console console;
    console.hire("yamada");
    console.hire("suzuki", handoff::Role::supervisor);
    const auto counselor = console.sign_in("yamada");
    const auto supervisor = console.sign_in("suzuki");
    for (const char* path : {"/api/v1/risk/dismissed", "/api/v1/line"}) {
        CHECK(console.get(path, counselor).status == 403);
        CHECK(console.get(path, supervisor).status == 200);
    }
    CHECK(console.post("/api/v1/risk/try", counselor, {{"text", "こわい"}}).status == 403);
}

TEST_CASE("session: what is over is swept away, what is open stays")
{
    Console console;
    console.hire("yamada");
    const auto forgotten = console.sign_in("yamada");
    console.clock.advance(90min);
    const auto in_use = console.sign_in("yamada");
    console.clock.advance(31min);
    CHECK(console.store.rows(store::Space::session).size() == 2);
    run_on(console.context, console.api.sweep());
    CHECK(console.store.rows(store::Space::session).size() == 1);
    CHECK(console.get("/api/v1/me", in_use).status == 200);
    CHECK(console.get("/api/v1/me", forgotten).code() == "not_signed_in");
}

TEST_CASE("session: a large file is not taken in from who may not send it")
{
    Console console;
    console.hire("yamada");
    console.hire("mori", handoff::Role::counselor, nozomi);
    const auto conversation = console.say("U1", "こんにちは");
    const auto routes = console.api.routes();
    const auto upload = std::find_if(routes.begin(), routes.end(), [](const http::Route& route) { return route.body_gate != nullptr; });
    REQUIRE(upload != routes.end());
    const auto asked = [&](const Browser& browser) {
        auto head = console.change("/api/v1/conversations/" + conversation.id.text + "/media", browser);
        head.captures["id"] = conversation.id.text;
        const auto refused = run_on(console.context, upload->body_gate(head));
        return refused ? refused->status : 200;
    };
    CHECK(asked({}) == 401);
    CHECK(asked(console.sign_in("mori", nozomi)) == 404);
    CHECK(asked(console.sign_in("yamada")) == 200);
}
