#include "server/line/render.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace tsunagi;
using nlohmann::json;

TEST_CASE("render: quick replies go with the last message only, as postbacks that show their label")
{
    const std::vector<bot::OutboundMessage> messages{{"こんにちは", {{"消える", "x"}}}, {"どちらですか", {{"お金", "c=money"}}}};
    const json body = json::parse(line::reply_body("token", messages));
    CHECK(body["replyToken"] == "token");
    REQUIRE(body["messages"].size() == 2);
    CHECK_FALSE(body["messages"][0].contains("quickReply"));
    const json action = body["messages"][1]["quickReply"]["items"][0]["action"];
    CHECK(action["type"] == "postback");
    CHECK(action["label"] == "お金");
    CHECK(action["data"] == "c=money");
    CHECK(action["displayText"] == "お金");
}

TEST_CASE("render: the same push is the same bytes, as its retry key demands")
{
    const std::vector<bot::OutboundMessage> messages{{"一", {}}, {"二", {{"はい", "y"}}}};
    CHECK(line::push_body("U1", messages) == line::push_body("U1", messages));
    CHECK(json::parse(line::push_body("U1", messages))["to"] == "U1");
}

TEST_CASE("render: a picture that has no address LINE could follow goes out as its name, never as a broken link")
{
    bot::OutboundMessage picture{.text = "しおり.png", .quick_replies = {}};
    picture.media = bot::OutboundMedia{.kind = bot::MediaKind::image, .blob = "link", .file_name = "しおり.png", .mime = "image/png", .size_bytes = 1};
    CHECK(json::parse(line::push_body("U1", {picture}))["messages"][0] == json{{"type", "text"}, {"text", "しおり.png"}});
    const json shown = json::parse(line::push_body("U1", {picture}, "https://desk.example/media/"))["messages"][0];
    CHECK(shown["originalContentUrl"] == "https://desk.example/media/link");
}

TEST_CASE("render: a broken byte in a text never breaks the request")
{
    const json body = json::parse(line::push_body("U1", {{"a\xFFz", {}}}), nullptr, false);
    CHECK_FALSE(body.is_discarded());
}

namespace {

bot::OutboundMessage card_message(std::size_t cards, std::string long_text = "どんなときか")
{
    bot::OutboundMessage message{.text = "ご案内です。\n\n■ 手当のこと", .quick_replies = {}};
    for (std::size_t i = 0; i < cards; ++i)
        message.cards.push_back({"手当のこと",
                                 "ひとことで",
                                 {{"だれのため", long_text}, {"空", ""}},
                                 {{"電話", "tel:%238000", ""}, {"公式ページ", "https://example.jp/", ""}, {"人と話したい", "", "c=_human"}}});
    return message;
}

}  // namespace

TEST_CASE("render: one card is a bubble, several a carousel; no empty text goes out")
{
    const json one = json::parse(line::push_body("U1", {card_message(1)}))["messages"][0];
    CHECK(one["type"] == "flex");
    CHECK(one["contents"]["type"] == "bubble");
    const json three = json::parse(line::push_body("U1", {card_message(3)}))["messages"][0];
    CHECK(three["contents"]["type"] == "carousel");
    CHECK(three["contents"]["contents"].size() == 3);
    CHECK(one["contents"]["body"]["contents"].size() == 3);  // title, text, one row
    const json buttons = one["contents"]["footer"]["contents"];
    CHECK(buttons[0]["action"]["uri"] == "tel:%238000");
    CHECK(buttons[2]["action"]["type"] == "postback");
    CHECK(buttons[2]["action"]["data"] == "c=_human");
}

TEST_CASE("render: a lock screen shows the first line alone, never what the cards are about")
{
    const json message = json::parse(line::push_body("U1", {card_message(1)}))["messages"][0];
    CHECK(message["altText"] == "ご案内です。");
}

TEST_CASE("render: cards that LINE would refuse go out as text, so that nothing is lost")
{
    const json message = json::parse(line::push_body("U1", {card_message(1, std::string(31 * 1024, 'a'))}))["messages"][0];
    CHECK(message["type"] == "text");
    CHECK(message["text"] == "ご案内です。\n\n■ 手当のこと");
    const json carousel = json::parse(line::push_body("U1", {card_message(3, std::string(20 * 1024, 'a'))}))["messages"][0];
    CHECK(carousel["type"] == "text");
}

TEST_CASE("render: quick replies hang below cards as below a text")
{
    auto message = card_message(2);
    message.quick_replies = {{"ほかの案内も見る", "c=_guide_more"}};
    const json sent = json::parse(line::push_body("U1", {message}))["messages"][0];
    CHECK(sent["quickReply"]["items"].size() == 1);
}
