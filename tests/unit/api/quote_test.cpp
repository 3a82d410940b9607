// What she quotes on LINE stands in the console as she saw it, however far back it lies and whatever it was.
#include "tests/unit/api/console_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

struct QuoteFixture : Console {
    Browser yamada;

    QuoteFixture()
    {
        hire("yamada", handoff::Role::supervisor);
        yamada = sign_in("yamada");
    }
    void sends(const std::string& message_id, bot::InboundContent content)
    {
        bot::Inbound inbound;
        inbound.desk = mirai;
        inbound.event = EventId{"event-" + message_id};
        inbound.from = {bot::ChannelKind::line, "line-main", "U1"};
        inbound.message_id = message_id;
        clock.advance(std::chrono::seconds(1));
        inbound.sent_at = inbound.received_at = clock.now();
        inbound.content = std::move(content);
        REQUIRE(run_on(context, desks.receive(inbound)) == desk::Received::committed);
    }
    /// The lines of her log, as a console is told.
    json items()
    {
        const auto& rows = store.rows(store::Space::conversation);
        REQUIRE(rows.size() == 1);
        const auto id = store::decode<bot::Conversation>(rows.begin()->second.bytes).value().id;
        const auto page = get("/api/v1/conversations/" + id.text + "/messages", yamada);
        REQUIRE(page.status == 200);
        return page.value()["items"];
    }
    /// What one of them quotes.
    json newest_quote()
    {
        for (const auto& item : items())
            if (!item["quoted"].is_null()) return item["quoted"];
        return {};
    }
    /// What one of them changes.
    json newest_edit()
    {
        for (const auto& item : items())
            if (!item["edits"].is_null()) return item["edits"];
        return {};
    }
};

}  // namespace

TEST_CASE("quote: words from long before the page are shown all the same")
{
    QuoteFixture console;
    console.sends("1", bot::TextReceived{"鍵のことです", {}});
    for (int i = 0; i < 100; ++i) console.sends("many-" + std::to_string(i), bot::TextReceived{"きょうは雨です", {}});
    console.sends("2", bot::TextReceived{"これのことです", "1"});
    const auto quoted = console.newest_quote();
    CHECK(quoted["text"] == "鍵のことです");
    CHECK(quoted["author"]["kind"] == "person");
}

TEST_CASE("quote: a picture or a sticker is told as what it is; what is not known is empty")
{
    QuoteFixture console;
    console.sends("1", bot::MediaReceived{});
    console.sends("2", bot::TextReceived{"この写真です", "1"});
    CHECK(console.newest_quote()["content"]["type"] == "image");
    CHECK_FALSE(console.newest_quote()["content"].contains("media"));

    QuoteFixture other;
    other.sends("1", bot::StickerReceived{{}, {"泣く"}, {}});
    other.sends("2", bot::TextReceived{"これ", "1"});
    CHECK(other.newest_quote()["content"]["keywords"] == json::array({"泣く"}));

    QuoteFixture unknown;
    unknown.sends("2", bot::TextReceived{"これ", "999"});
    CHECK(unknown.newest_quote()["text"] == "");
    CHECK(unknown.newest_quote()["content"].is_null());
}

TEST_CASE("edit: new words are told as an edit of her message and no quote, however far back that lies")
{
    QuoteFixture console;
    console.sends("1", bot::TextReceived{"あした出ます", {}});
    for (int i = 0; i < 100; ++i) console.sends("many-" + std::to_string(i), bot::TextReceived{"きょうは雨です", {}});
    console.sends("edit/1/2", bot::TextReceived{"今夜出ます", "1", true});
    CHECK(console.newest_quote().is_null());
    CHECK(console.newest_edit()["seq"] == 1);
    CHECK(console.newest_edit()["text"] == "あした出ます");

    QuoteFixture unknown;
    unknown.sends("edit/1/2", bot::TextReceived{"今夜出ます", "1", true});
    CHECK(unknown.newest_edit()["seq"].is_null());
    CHECK(unknown.newest_edit()["text"] == "");
}

TEST_CASE("edit: withdrawn afterwards, neither the first words nor the later ones are told any more")
{
    QuoteFixture console;
    console.sends("1", bot::TextReceived{"ひみつ一", {}});
    console.sends("edit/1/2", bot::TextReceived{"ひみつ二", "1", true});
    console.sends("", bot::Unsent{"1"});
    CHECK(console.newest_edit().is_null());
    CHECK(console.items().dump().find("ひみつ") == std::string::npos);
}
