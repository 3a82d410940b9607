// Every event and message kind the platform can send, as files in tests/corpus/webhook: each is answered 200 and kept or
// set aside as it should be.
#include "server/line/signature.h"
#include "server/line/webhook.h"
#include "tests/unit/desk/desk_fixture.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

using namespace tsunagi;
using namespace tsunagi::testing;
using nlohmann::json;

namespace {

constexpr const char* corpus_dir = "tests/corpus/webhook";

struct Case {
    std::string name;
    json expect;
    std::string body;
};

std::vector<Case> corpus()
{
    std::vector<Case> cases;
    for (const auto& file : std::filesystem::directory_iterator(corpus_dir)) {
        std::ifstream in(file.path());
        const json read = json::parse(in, nullptr, false);
        REQUIRE_MESSAGE(read.is_object(), file.path().string());
        cases.push_back({file.path().stem().string(), read["expect"], read["body"].dump()});
    }
    std::sort(cases.begin(), cases.end(), [](const Case& a, const Case& b) { return a.name < b.name; });
    return cases;
}

/// The whole way of a webhook request, from its bytes to the store.
struct Platform : DeskFixture {
    ops::Metrics metrics;
    std::vector<line::GroupVisit> visits;
    std::vector<store::MediaWork> media;
    http::Route route = line::webhook_route(desks, metrics, [this](const DeskId&, const std::string&, line::GroupVisit visit) {
        visits.push_back(std::move(visit));
    });

    Platform()
    {
        desks.on_media([this](store::MediaWork work) { media.push_back(std::move(work)); });
    }
    unsigned post(const std::string& body)
    {
        http::Request request;
        request.method = http::Method::post;
        request.captures["desk"] = mirai.text;
        request.fields.emplace_back("X-Line-Signature", line::sign(body, "secret"));
        request.body = body;
        return run_on(context, route.handler(std::move(request))).status;
    }
    /// Everything that is kept of everybody.
    std::vector<bot::Entry> everything()
    {
        std::vector<bot::Entry> all;
        for (const auto& conversation : conversations())
            for (auto& entry : log(conversation.id)) all.push_back(std::move(entry));
        return all;
    }
    bool holds(const std::string& words)
    {
        for (std::size_t space = 0; space < store::space_count; ++space)
            for (const auto& [key, value] : store.rows(static_cast<store::Space>(space)))
                if (key.find(words) != std::string::npos || value.bytes.find(words) != std::string::npos) return true;
        return false;
    }
};

template <class Content>
const Content* last_of(const std::vector<bot::Entry>& log)
{
    const Content* found = nullptr;
    for (const auto& entry : log)
        if (entry.content)
            if (const auto* content = std::get_if<Content>(&*entry.content)) found = content;
    return found;
}

/// What a person did, one line each; the bot's own notes about it are not counted.
bool is_hers(const bot::Entry& entry)
{
    static const std::set<std::string> events{"event.followed", "event.unfollowed", "event.unsent", "event.unsent.unseen"};
    return entry.kind == bot::EntryKind::inbound || (entry.event && events.contains(entry.event->name));
}

void check_content(const json& expect, const std::vector<bot::Entry>& log)
{
    const std::string content = expect.value("content", "");
    const auto inbound = std::find_if(log.rbegin(), log.rend(), [](const auto& entry) { return entry.kind == bot::EntryKind::inbound; });
    if (expect.contains("text")) {
        REQUIRE(inbound != log.rend());
        CHECK(inbound->text == expect["text"].get<std::string>());
    }
    if (content == "sticker") {
        const auto* sticker = last_of<bot::StickerReceived>(log);
        REQUIRE(sticker);
        CHECK(sticker->keywords.size() == expect["keywords"].get<std::size_t>());
        if (expect.contains("quoted")) CHECK(sticker->quoted_message_id == expect["quoted"].get<std::string>());
    } else if (content == "text" && expect.contains("quoted")) {
        const auto* text = last_of<bot::TextReceived>(log);
        REQUIRE(text);
        CHECK(text->quoted_message_id == expect["quoted"].get<std::string>());
        CHECK(text->is_edit == expect.value("edit", false));
    } else if (content == "other") {
        const auto* other = last_of<bot::OtherReceived>(log);
        REQUIRE(other);
        CHECK(other->type == expect["other"].get<std::string>());
    } else if (content == "location") {
        const auto* location = last_of<bot::LocationReceived>(log);
        REQUIRE(location);
        CHECK(location->latitude == doctest::Approx(35.66));
    } else if (content == "postback") {
        CHECK(last_of<bot::PostbackReceived>(log));
    } else if (content == "image" || content == "video" || content == "audio" || content == "file") {
        CHECK(last_of<bot::MediaReceived>(log));
    }
    if (expect.contains("event"))
        CHECK(std::any_of(log.begin(), log.end(), [&](const bot::Entry& entry) {
            return entry.event && entry.event->name == expect["event"].get<std::string>();
        }));
}

}  // namespace

TEST_CASE("corpus: every event and message kind is answered 200 and kept or set aside as it should be")
{
    const auto cases = corpus();
    CHECK(cases.size() >= 80);
    for (const auto& one : cases) {
        CAPTURE(one.name);
        Platform platform;
        CHECK(platform.post(one.body) == 200);
        const auto log = platform.everything();
        CHECK(std::count_if(log.begin(), log.end(), is_hers) == one.expect["kept"].get<std::ptrdiff_t>());
        CHECK(platform.visits.size() == one.expect.value("leaves", 0U));
        if (one.expect.value("notice", false)) CHECK_FALSE(platform.visits.at(0).reply_token.empty());
        CHECK(platform.conversations().size() == one.expect.value("people", one.expect["kept"] == 0 ? 0U : 1U));
        CHECK(platform.outbox.empty() != one.expect.value("answered", false));
        if (one.expect.contains("never")) CHECK_FALSE(platform.holds(one.expect["never"].get<std::string>()));
        if (one.expect.contains("mark_as_read"))
            CHECK(platform.only_conversation().mark_as_read_token.empty() != one.expect["mark_as_read"].get<bool>());
        CHECK(platform.media.size() == one.expect.value("fetches", 0U));
        check_content(one.expect, log);
    }
}

TEST_CASE("corpus: the same request again and again changes nothing")
{
    for (const auto& one : corpus()) {
        CAPTURE(one.name);
        Platform platform;
        platform.post(one.body);
        const auto commits = platform.store.commits();
        const auto sent = platform.outbox.size();
        CHECK(platform.post(one.body) == 200);
        CHECK(platform.store.commits() == commits);
        CHECK(platform.outbox.size() == sent);
    }
}

TEST_CASE("corpus: every event and message kind is there at least twice, full and minimal")
{
    std::map<std::string, int> seen;
    for (const auto& one : corpus()) {
        const json body = json::parse(one.body);
        for (const auto& event : body["events"]) {
            if (!event.is_object() || !event.contains("type")) continue;
            const auto type = event["type"].get<std::string>();
            ++seen[type];
            if (type == "message" && event["message"].is_object()) ++seen["message." + event["message"]["type"].get<std::string>()];
        }
    }
    for (const char* kind :
         {"message.text", "message.image", "message.video", "message.audio", "message.file", "message.location",
          "message.sticker", "unsend", "follow", "unfollow", "join", "leave", "memberJoined", "memberLeft", "postback",
          "videoPlayComplete", "beacon", "accountLink", "membership", "messageEdited", "module", "activated", "deactivated",
          "botSuspended", "botResumed", "delivery", "telepathy"}) {
        CHECK_MESSAGE(seen[kind] >= 2, std::string(kind));
    }
}

TEST_CASE("webhook: withdrawing a message withdraws its later versions, too")
{
    Platform platform;
    const std::string source = R"("source":{"type":"user","userId":"U1"})";
    platform.post(R"({"events":[{"type":"message","timestamp":1795140000000,)" + source + R"(,"message":{"id":"7","type":"text","text":"さいしょ"}}]})");
    platform.post(R"({"events":[{"type":"messageEdited","timestamp":1795140001000,)" + source + R"(,"message":{"id":"7","type":"text","text":"なおした"}}]})");
    platform.post(R"({"events":[{"type":"messageEdited","timestamp":1795140001500,)" + source + R"(,"message":{"id":"7","type":"text","text":"もういちど"}}]})");
    REQUIRE(platform.holds("なおした"));
    REQUIRE(platform.holds("もういちど"));  // each version is a turn of its own
    platform.post(R"({"events":[{"type":"unsend","timestamp":1795140002000,)" + source + R"(,"unsend":{"messageId":"7"}}]})");
    CHECK_FALSE(platform.holds("なおした"));
    CHECK_FALSE(platform.holds("もういちど"));
    CHECK_FALSE(platform.holds("さいしょ"));
}
