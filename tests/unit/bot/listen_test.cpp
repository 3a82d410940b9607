#include "tests/unit/bot/flows.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::bot;
using namespace tsunagi::bot::tests;

namespace {

Inbound standby(Inbound inbound)
{
    inbound.standby = true;
    return inbound;
}

}  // namespace

// ---------------------------------------------------------------------------- not understood

TEST_CASE("misunderstood: asked again twice, then a human is offered, then she decides")
{
    auto talk = at_topic();
    talk.writes("ねこ");
    CHECK(talk.all_said() == "ボタンから選んでください|どのこと");
    CHECK(talk.buttons() == Words{"お金", "仕事", "そのほか", "人と話したい"});
    talk.writes("いぬ");
    CHECK(talk.all_said() == "ボタンから選んでください|どのこと");
    talk.writes("とり");
    CHECK(talk.all_said() == "相談員に代わりますか");
    CHECK(talk.buttons() == Words{"相談員に代わる", "このまま続ける"});
    CHECK(talk.events() == Words{"event.offered_human"});

    SUBCASE("yes by button")
    {
        talk.taps("相談員に代わる");
        CHECK(talk.handed_over() == "not_understood");
        CHECK_FALSE(talk.flow_runs());
    }
    SUBCASE("yes in words")
    {
        talk.writes("はい");
        CHECK(talk.handed_over() == "not_understood");
    }
    SUBCASE("no: asked once more, calmly; the next misunderstanding offers again")
    {
        talk.taps("このまま続ける");
        CHECK(talk.all_said() == "どのこと");
        CHECK(talk.handed_over() == "-");
        talk.writes("うま");
        CHECK(talk.all_said() == "相談員に代わりますか");
        talk.writes("いいえ");
        talk.taps("仕事");
        CHECK(talk.answer("topic") == "work");
    }
    SUBCASE("the answer itself, late")
    {
        talk.writes("お金です");
        CHECK(talk.answer("topic") == "money");
        CHECK(talk.conversation.position.attempts == 0);
        CHECK(talk.waits_at("urgent"));
    }
    SUBCASE("something else again: now a human reads it")
    {
        talk.writes("うま");
        CHECK(talk.handed_over() == "not_understood");
    }
    SUBCASE("a sticker: the offer is repeated, unless it says yes or no")
    {
        talk.sends(StickerReceived{"", {"cat"}});
        CHECK(talk.all_said() == "相談員に代わりますか");
        talk.sends(StickerReceived{"", {"OK"}});
        CHECK(talk.handed_over() == "not_understood");
    }
    SUBCASE("a picture or a follow: the offer is repeated")
    {
        talk.sends(picture());
        CHECK(talk.all_said() == "相談員に代わりますか");
        talk.sends(Followed{true});
        CHECK(talk.all_said() == "おかえりなさい|相談員に代わりますか");
    }
}

TEST_CASE("misunderstood: yes and no to the offer are not taken for the question's own yes and no")
{
    auto talk = at_topic();
    talk.taps("お金").writes("ねこ").writes("いぬ").writes("とり");
    REQUIRE(talk.waits_at("urgent"));
    talk.writes("いいえ");
    CHECK(talk.waits_at("urgent"));
    CHECK(talk.all_said() == "急ぎますか");
    talk.writes("うま").writes("はい");
    CHECK(talk.handed_over() == "not_understood");
    CHECK(talk.answer("urgent") == "-");
}

TEST_CASE("yes and no are understood in every language the catalogue lists, as the whole message")
{
    const auto urgent = [](const std::string& words) {
        auto talk = at_topic();
        talk.taps("お金").writes(words);
        return talk.answer("urgent");
    };
    for (const auto* yes : {"vâng", "Vâng!", "dạ vâng", "हो", "हो।", "はい"}) CHECK(urgent(yes) == "yes");
    for (const auto* no : {"không", "होइन।", "いいえ"}) CHECK(urgent(no) == "no");
    CHECK(urgent("không biết") == "-");

    auto talk = at_topic();
    talk.taps("お金").writes("ねこ").writes("いぬ").writes("とり").writes("vâng");
    CHECK(talk.handed_over() == "not_understood");
    CHECK(talk.answer("urgent") == "-");
}

TEST_CASE("misunderstood: each kind of question has its own words, the flow's own come first")
{
    const std::pair<AskKind, std::string> kinds[]{{AskKind::number, "数字で教えてください"},
                                                  {AskKind::date, "日にちを教えてください"},
                                                  {AskKind::age, "年齢を数字で教えてください"}};
    for (const auto& [kind, words] : kinds) {
        Talk talk(PlaybookOf().flow("main", {{"q", ask(kind, "いくつ", "x", "end")}, {"end", End{}}}).build());
        talk.sends(Followed{}).writes("ねこ");
        CHECK(talk.all_said() == words + "|いくつ");
    }
    auto own = ask(AskKind::number, "いくつ", "x", "end");
    own.again = ja("何人か、数で教えてください");
    Talk talk(PlaybookOf().flow("main", {{"q", own}, {"end", End{}}}).build());
    talk.sends(Followed{}).writes("ねこ");
    CHECK(talk.all_said() == "何人か、数で教えてください");
}

// ---------------------------------------------------------------------------- a human, everywhere

TEST_CASE("「人と話したい」 leads to a human at every question, typed or tapped")
{
    for (auto kind : {AskKind::text, AskKind::choice, AskKind::choices, AskKind::number, AskKind::date, AskKind::age}) {
        auto question = ask(kind, "?", "x", "end");
        question.choices = {choice("a", "あれ"), choice("b", "それ")};
        const auto playbook = PlaybookOf().flow("main", {{"q", question}, {"end", End{}}}).build();
        Talk typed(playbook);
        typed.sends(Followed{}).writes("人と話したいです");
        CHECK(typed.handed_over() == "wish");
        CHECK(typed.answer("x") == "-");
        CHECK_FALSE(typed.flow_runs());

        Talk tapped(playbook);
        tapped.sends(Followed{}).taps_data("c=_human");  // a rich menu knows no flow
        CHECK(tapped.handed_over() == "wish");
    }
}

TEST_CASE("a wish for a human inside a story keeps the story")
{
    Talk talk(PlaybookOf().flow("main", {{"q", ask(AskKind::text, "?", "story", "end")}, {"end", End{}}}).build());
    talk.sends(Followed{}).writes("夫がこわいです。人と話したいです。");
    CHECK(talk.handed_over() == "wish");
    CHECK(talk.answer("story") == "夫がこわいです。人と話したいです。");
}

TEST_CASE("the human button of a rich menu works when no flow runs")
{
    auto talk = at_topic();
    talk.taps("お金").taps("ない").writes("つらいです").taps("仕事");
    REQUIRE_FALSE(talk.flow_runs());
    talk.taps_data("c=_human");
    CHECK(talk.handed_over() == "wish");
    CHECK(talk.said().empty());
}

// ---------------------------------------------------------------------------- silence

TEST_CASE("the bot says nothing while anybody else holds the conversation, and keeps everything")
{
    for (auto holder : {HolderKind::queue, HolderKind::counselor, HolderKind::closed}) {
        auto talk = at_topic();
        talk.conversation.holder.kind = holder;
        const auto position = talk.conversation.position.node;
        for (const InboundContent& content :
             {InboundContent{TextReceived{"お金", {}}}, InboundContent{TextReceived{"人と話したい", {}}},
              InboundContent{picture()}, InboundContent{Followed{}},
              InboundContent{PostbackReceived{"c=_human", {}}}}) {
            talk.sends(content);
            CHECK(talk.said().empty());
            CHECK(talk.handed_over() == "-");
            CHECK(talk.last.log.size() == 1);
            CHECK(talk.conversation.position.node == position);
        }
        CHECK(talk.answer("topic") == "-");
    }
}

TEST_CASE("on standby another tool answers: kept, marked, never answered")
{
    auto talk = at_topic();
    talk.receives(standby(talk.inbound(TextReceived{"お金", {}})));
    CHECK(talk.said().empty());
    REQUIRE(talk.last.log.size() == 2);
    CHECK(talk.last.log.front().text == "お金");
    CHECK(talk.events() == Words{"event.standby"});
    CHECK(talk.waits_at("topic"));
    CHECK(talk.answer("topic") == "-");
    talk.receives(standby(talk.inbound(picture())));
    CHECK(std::holds_alternative<FetchMedia>(talk.last.effects.at(0)));
}
