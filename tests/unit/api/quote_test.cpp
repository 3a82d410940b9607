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
    /// What the newest line of her log quotes, as a console is told.
    json newest_quote()
    {
        const auto& rows = store.rows(store::Space::conversation);
        REQUIRE(rows.size() == 1);
        const auto id = store::decode<bot::Conversation>(rows.begin()->second.bytes).value().id;
        const auto page = get("/api/v1/conversations/" + id.text + "/messages", yamada);
        REQUIRE(page.status == 200);
        const auto value = page.value();
        for (const auto& item : value["items"])
            if (!item["quoted"].is_null()) return item["quoted"];
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
