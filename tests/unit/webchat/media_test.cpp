// A picture or a file from a counselor, on the page it was sent to and on no other.
#include "server/media/media_response.h"
#include "server/webchat/talk.h"
#include "server/webchat/web_chat.h"
#include "tests/unit/desk/desk_fixture.h"

#include <nlohmann/json.hpp>

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace tsunagi::webchat;

namespace {

const std::string png = "\x89PNG\r\n\x1A\n and what is on it";

/// A woman with her page open, a counselor who talks with her, and a second page of somebody else.
struct Talk : DeskFixture {
    CounselorId counselor;
    Secrets secrets{std::string(64, 'a'), random};
    Visits visits{desks, secrets};
    WebChat chat;
    std::string hers;
    std::string a_strangers;
    ConversationId id;

    Talk() : counselor(hire("山田")), chat(enabled(*this).desks, config.server)
    {
        hers = run_on(context, visits.open(mirai)).value();
        a_strangers = run_on(context, visits.open(mirai)).value();
        say_on_page(hers, "e1", "困っています");
        say_on_page(hers, "e2", "人と話したい");
        id = only_conversation().id;
        REQUIRE(command(id, counselor, desk::Claim{}, "k1").ok());
    }
    static Talk& enabled(Talk& talk)
    {
        talk.config.desks.front().web_chat.enabled = true;
        return talk;
    }
    void say_on_page(const std::string& token, const std::string& event, const std::string& words)
    {
        auto inbound = text("", event, words);
        inbound.from = Visits::address_of(run_on(context, visits.find(mirai, token)).value());
        inbound.reply.reset();
        REQUIRE(run_on(context, desks.receive(std::move(inbound))) == desk::Received::committed);
    }
    bot::Entry send(const std::string& mime, const std::string& name, const std::string& bytes, const std::string& key)
    {
        REQUIRE(command(id, counselor, desk::SendMedia{mime, name, std::make_shared<const std::string>(bytes)}, key).ok());
        return newest();
    }
    bot::Entry newest()
    {
        const auto all = log(id);
        return *std::max_element(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.seq < b.seq; });
    }
    void keep(const bot::Entry& entry)
    {
        const store::PersonScope scope{mirai.text, only_conversation().person.text};
        write(store::Space::entry, store::entry_key(mirai, id, entry.at, entry.seq), store::encode(entry, scope));
    }
    void write(store::Space space, std::string key, std::optional<std::string> bytes)
    {
        store::Batch batch;
        batch.writes.push_back({space, std::move(key), std::move(bytes)});
        REQUIRE(run_on(context, store.commit(std::move(batch))).ok());
    }
    http::Response ask(const std::string& token, const std::string& seq, const std::string& desk = mirai.text)
    {
        const auto routes = chat.routes();
        const auto route = std::ranges::find_if(routes, [](const auto& one) { return one.pattern == "/chat/{desk}/media/{seq}"; });
        REQUIRE(route != routes.end());
        http::Request request;
        request.captures = {{"desk", desk}, {"seq", seq}};
        request.peer = "192.0.2.1";
        if (!token.empty()) request.fields.emplace_back("X-Tsunagi-Visit", token);
        return run_on(context, route->handler(std::move(request)));
    }
    http::Response ask(const std::string& token, const bot::Entry& entry) { return ask(token, std::to_string(entry.seq)); }
};

}  // namespace

TEST_CASE("media: her page is told of a counselor's picture and may fetch it, and keeps nothing of it")
{
    Talk talk;
    const auto entry = talk.send("image/png", "地図.png", png, "k2");
    const auto told = talk_json(talk.only_conversation(), {entry}, 0)["entries"].at(0);
    CHECK(told["from"] == "staff");
    CHECK(told["media"]["url"] == "/chat/mirai/media/" + std::to_string(entry.seq));
    CHECK(told["media"]["kind"] == "image");
    CHECK(told["media"]["name"] == "地図.png");
    CHECK(told["media"]["size"] == png.size());
    CHECK(told.dump().find(entry.media->blob) == std::string::npos);  // the link that needs no session is LINE's alone

    const auto response = talk.ask(talk.hers, entry);
    REQUIRE(response.status == 200);
    CHECK(response.body == png);
    CHECK(http::find_field(response.fields, "Content-Type") == "image/png");
    CHECK(http::find_field(response.fields, "Content-Disposition")->starts_with("inline"));
    CHECK(http::find_field(response.fields, "X-Content-Type-Options") == "nosniff");
    CHECK(http::find_field(response.fields, "Cache-Control") == "no-store");
    CHECK(http::find_field(response.fields, "Cross-Origin-Resource-Policy") == "same-origin");
}

TEST_CASE("media: a file is offered for saving, and what is no kept type is mere bytes")
{
    Talk talk;
    const auto entry = talk.send("application/pdf", "しおり.pdf", "%PDF-1.7", "k2");
    CHECK(talk_json(talk.only_conversation(), {entry}, 0)["entries"].at(0)["media"]["kind"] == "file");
    const auto response = talk.ask(talk.hers, entry);
    CHECK(response.status == 200);
    CHECK(http::find_field(response.fields, "Content-Type") == "application/pdf");
    CHECK(http::find_field(response.fields, "Content-Disposition")->starts_with("attachment"));

    const auto odd = media::media_response({.mime = "image/svg+xml", .file_name = "x.svg", .bytes = "<svg/>"});
    CHECK(http::find_field(odd.fields, "Content-Type") == "application/octet-stream");
    CHECK(http::find_field(odd.fields, "Content-Disposition")->starts_with("attachment"));
}

TEST_CASE("media: nobody else's visit opens it, and no visit at another desk")
{
    Talk talk;
    const auto entry = talk.send("image/png", "地図.png", png, "k2");
    CHECK(talk.ask(talk.a_strangers, entry).status == 404);  // a visit without a word
    talk.say_on_page(talk.a_strangers, "e3", "こんにちは");
    CHECK(talk.ask(talk.a_strangers, entry).status == 404);  // and one with a conversation of its own
    CHECK(talk.ask("", entry).status == 404);
    CHECK(talk.ask(std::string(64, '0'), entry).status == 404);
    CHECK(talk.ask(talk.hers, std::to_string(entry.seq), "hoshi").status == 404);
    for (const char* seq : {"", "0", "-1", "1", "x", "99999999999999999999"}) {
        CAPTURE(seq);
        CHECK(talk.ask(talk.hers, seq).status == 404);
    }
    CHECK(talk.ask(talk.hers, entry).status == 200);
}

TEST_CASE("media: a visit that is over opens nothing, whether she left or it was left alone")
{
    Talk talk;
    const auto entry = talk.send("image/png", "地図.png", png, "k2");
    const auto code = run_on(talk.context, talk.visits.new_code(run_on(talk.context, talk.visits.find(mirai, talk.hers)).value())).value();
    REQUIRE(run_on(talk.context, talk.visits.close(talk.hers)));
    CHECK(talk.ask(talk.hers, entry).status == 404);

    const auto back = run_on(talk.context, talk.visits.open_by_code(mirai, code)).token;
    CHECK(talk.ask(back, entry).status == 200);
    talk.clock.advance(visit_idle_max + std::chrono::hours(1));
    CHECK(talk.ask(back, entry).status == 404);
}

TEST_CASE("media: what was sent before her safe word is hidden with the talk")
{
    Talk talk;
    bot::SafeContact contact;
    contact.safe_word = "青い傘";
    REQUIRE(talk.command(talk.id, talk.counselor, desk::SetSafeContact{contact}, "k2").ok());
    const auto entry = talk.send("image/png", "地図.png", png, "k3");
    CHECK(talk.ask(talk.hers, entry).status == 200);
    talk.say_on_page(talk.hers, "e3", "青い傘");
    CHECK(talk.ask(talk.hers, entry).status == 404);
    REQUIRE(talk.command(talk.id, talk.counselor, desk::EndDisguise{"電話で確かめた", handoff::all_seen}, "k4").ok());
    CHECK(talk.ask(talk.hers, entry).status == 200);
}

TEST_CASE("media: what was withdrawn, never went out, or came from her is not handed out")
{
    Talk talk;
    auto withdrawn = talk.send("image/png", "地図.png", png, "k2");
    withdrawn.text.clear();
    withdrawn.media.reset();
    talk.keep(withdrawn);  // its bytes may still lie there
    CHECK(talk.ask(talk.hers, withdrawn).status == 404);

    const auto bytes_gone = talk.send("image/png", "地図.png", png, "k3");
    talk.write(store::Space::media, store::media_key(mirai, talk.id, bytes_gone.seq), std::nullopt);
    CHECK(talk.ask(talk.hers, bytes_gone).status == 404);

    auto stopped = talk.send("image/png", "地図.png", png, "k4");
    stopped.state = bot::SendState::failed;
    talk.keep(stopped);
    CHECK(talk.ask(talk.hers, stopped).status == 404);

    auto her_own = talk.send("image/png", "地図.png", png, "k5");
    her_own.kind = bot::EntryKind::inbound;
    her_own.author.kind = bot::AuthorKind::person;
    her_own.content = bot::MediaReceived{};
    talk.keep(her_own);
    CHECK(talk.ask(talk.hers, her_own).status == 404);
    CHECK_FALSE(talk_json(talk.only_conversation(), {her_own}, 0)["entries"].at(0).contains("media"));
}
