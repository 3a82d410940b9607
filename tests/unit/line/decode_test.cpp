#include "server/line/decode.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using line::decode_webhook;

namespace {

const TimePoint now = from_unix_ms(1'790'000'000'000);

std::optional<line::Webhook> decode(const std::string& body) { return decode_webhook(body, DeskId{"mirai"}, "line-main", now); }

std::string event(const std::string& rest)
{
    return R"({"destination":"Ubot","events":[{"webhookEventId":"01HX","timestamp":1789999999000,"mode":"active",)"
           R"("source":{"type":"user","userId":"U1"},"replyToken":"token",)" + rest + "}]}";
}

template <class Content>
const Content& only(const std::optional<line::Webhook>& webhook)
{
    REQUIRE(webhook);
    REQUIRE(webhook->events.size() == 1);
    REQUIRE(std::holds_alternative<Content>(webhook->events[0].content));
    return std::get<Content>(webhook->events[0].content);
}

}  // namespace

TEST_CASE("decode: a text keeps who, when, which message and the reply token")
{
    const auto webhook = decode(event(R"("type":"message","message":{"type":"text","id":"468789577898262530","text":"家賃が払えません","quotedMessageId":"1"})"));
    const auto& text = only<bot::TextReceived>(webhook);
    CHECK(text.text == "家賃が払えません");
    CHECK(text.quoted_message_id == "1");
    const auto& inbound = webhook->events[0];
    CHECK(inbound.event.text == "01HX");
    CHECK(inbound.message_id == "468789577898262530");
    CHECK(inbound.from.user == "U1");
    CHECK(to_unix_ms(inbound.sent_at) == 1789999999000);
    CHECK(inbound.received_at == now);
    CHECK(inbound.reply->token == "token");
    CHECK_FALSE(inbound.standby);
}

TEST_CASE("decode: every kind of message a person can send")
{
    CHECK(only<bot::StickerReceived>(decode(event(R"("type":"message","message":{"type":"sticker","id":"1","keywords":["sad","cry"],"text":"つらい"})"))).keywords.size() == 2);
    CHECK(only<bot::StickerReceived>(decode(event(R"("type":"message","message":{"type":"sticker","id":"1","keywords":"old"})"))).keywords.size() == 1);
    const auto image = decode(event(R"("type":"message","message":{"type":"image","id":"1","imageSet":{"id":"S","index":2,"total":3},"contentProvider":{"type":"line"}})"));
    CHECK(only<bot::MediaReceived>(image).image_set_index == 2);
    CHECK_FALSE(only<bot::MediaReceived>(image).external);
    CHECK(only<bot::MediaReceived>(decode(event(R"("type":"message","message":{"type":"video","id":"1","duration":1500,"contentProvider":{"type":"external"}})"))).external);
    CHECK(only<bot::MediaReceived>(decode(event(R"("type":"message","message":{"type":"audio","id":"1"})"))).kind == bot::MediaKind::audio);
    CHECK(only<bot::MediaReceived>(decode(event(R"("type":"message","message":{"type":"file","id":"1","fileName":"../../etc","fileSize":12})"))).size_bytes == 12);
    CHECK(only<bot::LocationReceived>(decode(event(R"("type":"message","message":{"type":"location","id":"1","latitude":35.5,"longitude":139})"))).latitude == doctest::Approx(35.5));
}

TEST_CASE("decode: follow, unfollow, unsend, postback with a date picker")
{
    CHECK(only<bot::Followed>(decode(event(R"("type":"follow","follow":{"isUnblocked":true})"))).unblocked);
    CHECK_FALSE(only<bot::Followed>(decode(event(R"("type":"follow")"))).unblocked);
    only<bot::Unfollowed>(decode(event(R"("type":"unfollow")")));
    CHECK(only<bot::Unsent>(decode(event(R"("type":"unsend","unsend":{"messageId":"325708"})"))).message_id == "325708");
    const auto postback = decode(event(R"("type":"postback","postback":{"data":"c=x","params":{"date":"2026-11-21","odd":5}})"));
    CHECK(only<bot::PostbackReceived>(postback).params.at("date") == "2026-11-21");
    CHECK(only<bot::PostbackReceived>(postback).params.size() == 1);
}

TEST_CASE("decode: what is not invented yet is kept raw, without its reply token, and never an error")
{
    const auto webhook = decode(event(R"("type":"telepathy","thought":{"depth":3})"));
    const auto& other = only<bot::OtherReceived>(webhook);
    CHECK(other.type == "telepathy");
    CHECK(other.raw_json.find("thought") != std::string::npos);
    CHECK(other.raw_json.find("replyToken") == std::string::npos);
    CHECK(only<bot::OtherReceived>(decode(event(R"("type":"message","message":{"type":"hologram","id":"9"})"))).type == "message.hologram");
    CHECK(only<bot::OtherReceived>(decode(event(R"("type":7)"))).type.empty());
    CHECK(webhook->kinds == std::vector<std::string>{"telepathy"});
}

TEST_CASE("decode: groups and events of nobody are counted and not kept; neighbours are")
{
    const auto webhook = decode(R"({"events":[
        {"type":"message","source":{"type":"group","groupId":"C1","userId":"U1"},"message":{"type":"text","id":"1","text":"x"}},
        {"type":"accountLink","link":{"result":"failed"}},
        17, null, "text",
        {"type":"message","source":{"type":"user","userId":"U2"},"message":{"type":"text","id":"2","text":"y"}}]})");
    REQUIRE(webhook);
    CHECK(webhook->from_groups == 1);
    CHECK(webhook->without_user == 4);
    REQUIRE(webhook->events.size() == 1);
    CHECK(webhook->events[0].from.user == "U2");
    CHECK(webhook->events[0].event.text == "message-2");  // an old event without webhookEventId
    CHECK(webhook->events[0].sent_at == now);
}

TEST_CASE("decode: an event without any id is known again by its content, whatever the redelivery flag says")
{
    const auto first = decode(R"({"events":[{"type":"unfollow","timestamp":5,"source":{"type":"user","userId":"U1"},"deliveryContext":{"isRedelivery":false}}]})");
    const auto again = decode(R"({"events":[{"source":{"userId":"U1","type":"user"},"deliveryContext":{"isRedelivery":true},"timestamp":5,"type":"unfollow"}]})");
    const auto other = decode(R"({"events":[{"type":"unfollow","timestamp":6,"source":{"type":"user","userId":"U1"}}]})");
    CHECK(first->events[0].event == again->events[0].event);
    CHECK(first->events[0].event != other->events[0].event);
}

TEST_CASE("decode: a standby event says so")
{
    const auto webhook = decode(R"({"events":[{"type":"message","mode":"standby","source":{"type":"user","userId":"U1"},"message":{"type":"text","id":"1","text":"x"}}]})");
    CHECK(webhook->events[0].standby);
    CHECK_FALSE(webhook->events[0].reply);
}

TEST_CASE("decode: what is no webhook is refused as a whole")
{
    const std::string deep = R"({"events":[)" + std::string(100, '[') + std::string(100, ']') + "]}";
    const std::string cases[] = {"", "{", "[]", "null", "{}", R"({"events":{}})", R"({"events":[}])", R"({"events":[]} x)", deep,
                                 std::string(1 << 20, ' ') + R"({"events":[]})"};
    for (const auto& body : cases) {
        CAPTURE(body.substr(0, 40));
        CHECK_FALSE(decode(body));
    }
    CHECK(decode(R"({"destination":"U","events":[]})")->events.empty());
}

TEST_CASE("decode: brackets inside a message do not count as depth")
{
    std::string text;
    for (int i = 0; i < 200; ++i) text += "[{\\\"";
    CHECK(decode(event(R"("type":"message","message":{"type":"text","id":"1","text":")" + text + "\"}")));
}

TEST_CASE("decode: bytes that are no UTF-8 become visible marks instead of an error")
{
    const auto webhook = decode(event("\"type\":\"message\",\"message\":{\"type\":\"text\",\"id\":\"1\",\"text\":\"a\xFF\xC0z\"}"));
    CHECK(only<bot::TextReceived>(webhook).text.find("\xEF\xBF\xBD") != std::string::npos);
}

TEST_CASE("decode: half of an emoji is a visible mark, and costs nobody in the same request a word")
{
    const auto webhook = decode(R"({"events":[
        {"type":"message","source":{"type":"user","userId":"U1"},"message":{"type":"text","id":"1","text":"つらい\ud83d"}},
        {"type":"message","source":{"type":"user","userId":"U2"},"message":{"type":"text","id":"2","text":"\\ud83d \ud83d\ude22 \uDE22"}}]})");
    REQUIRE(webhook);
    REQUIRE(webhook->events.size() == 2);
    CHECK(std::get<bot::TextReceived>(webhook->events[0].content).text == "つらい\uFFFD");
    CHECK(std::get<bot::TextReceived>(webhook->events[1].content).text == "\\ud83d 😢 \uFFFD");
}
