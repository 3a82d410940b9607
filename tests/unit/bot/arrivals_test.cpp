#include "tests/unit/bot/flows.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::bot;
using namespace tsunagi::bot::tests;

// ---------------------------------------------------------------------------- stickers, pictures, places

TEST_CASE("a sticker counts as an answer when its keywords are one, else she is thanked and asked again")
{
    auto talk = at_topic();
    talk.taps("お金").sends(StickerReceived{"", {"brown", "OK"}});
    CHECK(talk.answer("urgent") == "yes");
    CHECK(talk.shown("urgent") == "ある");
    talk.sends(StickerReceived{"", {"OK"}});
    CHECK(talk.all_said() == "言葉でも教えてください");
    talk.sends(StickerReceived{"つらい", {"cry"}});  // a message sticker carries her own words
    CHECK(talk.answer("story") == "つらい");
    talk.sends(StickerReceived{"", {"cry"}});
    CHECK(talk.all_said() == "スタンプをありがとうございます|もう一度どのこと");
    CHECK(talk.conversation.position.attempts == 1);
}

TEST_CASE("a picture is fetched and kept, and asked about once, not once for each of a set")
{
    auto talk = at_topic();
    talk.sends(picture(1, 3));
    CHECK(talk.all_said() == "お預かりしました|どのこと");
    const auto& fetch = std::get<FetchMedia>(talk.last.effects.front());
    CHECK(fetch.message_id == talk.last.log.front().message_id);
    CHECK(fetch.entry == talk.last.log.front().seq);
    talk.sends(picture(2, 3));
    CHECK(talk.said().empty());
    CHECK(std::holds_alternative<FetchMedia>(talk.last.effects.front()));
    CHECK(talk.conversation.position.attempts == 1);

    auto elsewhere = picture();
    elsewhere.external = true;
    talk.sends(elsewhere);
    for (const auto& effect : talk.last.effects) CHECK_FALSE(std::holds_alternative<FetchMedia>(effect));
    CHECK(std::holds_alternative<MediaReceived>(talk.last.log.front().content.value()));
}

TEST_CASE("pictures of one set: the first to arrive is answered, whichever it is, and numbered or not")
{
    auto talk = at_topic();
    talk.sends(picture(3, 3));
    CHECK(talk.all_said() == "お預かりしました|どのこと");
    talk.sends(picture(1, 3));
    CHECK(talk.said().empty());

    auto unnumbered = picture();  // an old Android phone says only that they belong together
    unnumbered.image_set_id = "another set";
    talk.sends(unnumbered);
    CHECK_FALSE(talk.said().empty());
    talk.sends(unnumbered);
    CHECK(talk.said().empty());
    talk.sends(picture());
    CHECK_FALSE(talk.said().empty());
}

TEST_CASE("a place is kept and asked about kindly")
{
    auto talk = at_topic();
    talk.sends(LocationReceived{"家", "みらい市1-1", 35.0, 139.0});
    CHECK(talk.all_said() == "お預かりしました|どのこと");
    CHECK(std::holds_alternative<LocationReceived>(talk.last.log.front().content.value()));
}

TEST_CASE("an unknown message is kept and asked about; an unknown event is only kept")
{
    auto talk = at_topic();
    talk.sends(OtherReceived{"hologram", "{}"});
    CHECK(talk.all_said() == "お預かりしました|どのこと");
    auto event = talk.inbound(OtherReceived{"videoPlayComplete", "{}"});
    event.message_id.clear();
    talk.receives(event);
    CHECK(talk.said().empty());
    CHECK(talk.last.log.size() == 1);
}

// ---------------------------------------------------------------------------- following and leaving

TEST_CASE("blocked: noted, nothing said, the flow waits; back again: greeted, and the question repeated")
{
    auto talk = at_topic();
    talk.sends(Unfollowed{});
    CHECK_FALSE(talk.conversation.reachable);
    CHECK(talk.said().empty());
    CHECK(talk.events() == Words{"event.unfollowed"});
    CHECK(talk.waits_at("topic"));
    talk.sends(Followed{true});
    CHECK(talk.conversation.reachable);
    CHECK(talk.all_said() == "おかえりなさい|どのこと");
    CHECK(talk.events() == Words{"event.followed"});
}

TEST_CASE("blocked, and then a message all the same: she is reachable again")
{
    auto talk = at_topic();
    talk.sends(Unfollowed{}).writes("お金");
    CHECK(talk.conversation.reachable);
    CHECK(talk.answer("topic") == "money");
}

TEST_CASE("blocked: what she takes back then makes her no more reachable")
{
    auto talk = at_topic();
    talk.writes("夫の名前は太郎です");
    const auto message = talk.last.log.front().message_id;
    talk.sends(Unfollowed{}).sends(Unsent{message});
    CHECK_FALSE(talk.conversation.reachable);
}

TEST_CASE("blocked on LINE: that stays known while she writes through the web page, until she is back on LINE")
{
    auto talk = at_topic();
    talk.sends(Unfollowed{});
    const auto since = talk.conversation.blocked_at;
    CHECK(since == talk.conversation.last_inbound_at);
    auto on_web = talk.inbound(TextReceived{"お金", {}});
    on_web.from.kind = ChannelKind::web;
    talk.receives(on_web);
    CHECK(talk.conversation.reachable);
    CHECK(talk.conversation.blocked_at == since);
    talk.writes("ある");
    CHECK_FALSE(talk.conversation.blocked_at);
}

TEST_CASE("following again after the flow ended: welcomed back, and the flow for it begins")
{
    auto talk = at_topic();
    talk.taps("お金").taps("ない").writes("つらいです").taps("仕事").sends(Followed{true});
    CHECK(talk.all_said() == "おかえりなさい|どのこと");
}

TEST_CASE("unsent: nothing is said, the message is named, and its answer is forgotten")
{
    auto talk = at_topic();
    talk.taps("お金").taps("ない").writes("夫の名前は太郎です");
    const auto message = talk.last.log.front().message_id;
    REQUIRE(talk.answer("story") == "夫の名前は太郎です");
    talk.sends(Unsent{message});
    CHECK(talk.said().empty());
    CHECK(talk.answer("story") == "-");
    CHECK(talk.answer("topic") == "money");
    REQUIRE(talk.last.log.size() == 1);
    CHECK(talk.last.log.front().event->name == "event.unsent");
    CHECK(talk.last.log.front().event->values.at("message_id") == message);
    CHECK(talk.waits_at("again"));
}

TEST_CASE("unsent: a first text that still waits for its question is forgotten")
{
    Talk talk(questions().build());
    talk.writes("夫の名前は太郎です");
    REQUIRE(talk.conversation.position.held.has_value());
    talk.sends(Unsent{talk.last.log.front().message_id});
    CHECK_FALSE(talk.conversation.position.held.has_value());
}
