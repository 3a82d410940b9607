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

TEST_CASE("render: a broken byte in a text never breaks the request")
{
    const json body = json::parse(line::push_body("U1", {{"a\xFFz", {}}}), nullptr, false);
    CHECK_FALSE(body.is_discarded());
}
