#include "tests/unit/bot/flows.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::bot;
using namespace tsunagi::bot::tests;

// ---------------------------------------------------------------------------- answers

TEST_CASE("an optional question is passed, and an earlier answer to it with it")
{
    Talk talk(first_contact().build());
    talk.sends(Followed{}).taps("答えない");
    CHECK(talk.answer("story") == "-");
    CHECK(talk.waits_at("topic"));

    Talk again(first_contact().build());
    again.writes("家賃が払えません").taps("お金").sends(Followed{}).taps("答えない");
    CHECK(again.answer("story") == "-");
}

TEST_CASE("「わからない」 is accepted with and without a button for it")
{
    auto question = topic_question();
    Talk typed(one_question(question));
    typed.sends(Followed{});
    CHECK(typed.buttons() == Words{"お金", "仕事", "人と話したい"});
    typed.writes("わからない");
    CHECK(typed.answer("topic") == "unknown");
    CHECK(typed.shown("topic") == "わからない");
    CHECK(typed.all_said() == "おわり");

    question.unknown = true;
    Talk tapped(one_question(question));
    tapped.sends(Followed{});
    CHECK(tapped.buttons() == Words{"お金", "仕事", "わからない", "人と話したい"});
    tapped.taps("わからない");
    CHECK(tapped.answer("topic") == "unknown");
}

TEST_CASE("a number, an age and a date are kept as values, and shown as she wrote them")
{
    Talk talk(PlaybookOf()
                  .flow("main", {{"n", ask(AskKind::number, "何人", "n", "age")},
                                 {"age", ask(AskKind::age, "何歳", "age", "day")},
                                 {"day", ask(AskKind::date, "いつ", "day", "bye")},
                                 {"bye", End{ja("{n}、{age}、{day}ですね。{nobody}")}}})
                  .build());
    talk.sends(Followed{}).writes("２人").writes("三十五歳").writes("10月3日");
    CHECK(talk.answer("n") == "2");
    CHECK(talk.answer("age") == "35");
    CHECK(talk.answer("day") == "2026-10-03");
    CHECK(talk.all_said() == "２人、三十五歳、10月3日ですね。");
}

TEST_CASE("a date picker answers a date question")
{
    Talk talk(one_question(ask(AskKind::date, "いつ", "day", "after")));
    talk.sends(Followed{}).sends(PostbackReceived{"pick", {{"date", "2026-05-03"}}});
    CHECK(talk.answer("day") == "2026-05-03");
}

TEST_CASE("what a person wrote is never taken for a blank")
{
    Talk talk(PlaybookOf()
                  .flow("main", {{"q", ask(AskKind::text, "?", "name", "x")}, {"x", end("{name}さん {desk} {")}})
                  .build());
    talk.sends(Followed{}).writes("{desk}");
    CHECK(talk.all_said() == "{desk}さん みらい市 そうだん窓口 {");
}

TEST_CASE("several choices: one tap after the other, until she says that is all")
{
    auto question = topic_question();
    question.kind = AskKind::choices;
    question.choices.push_back(choice("child", "子ども"));
    Talk talk(one_question(question));
    talk.sends(Followed{});
    CHECK(talk.buttons() == Words{"お金", "仕事", "子ども", "人と話したい"});
    talk.taps("仕事");
    CHECK(talk.all_said() == "ほかにもありますか");
    CHECK(talk.buttons() == Words{"お金", "子ども", "これで全部です", "人と話したい"});
    CHECK(talk.answer("topic") == "-");
    talk.writes("子ども");
    talk.taps("これで全部です");
    CHECK(talk.answer("topic") == "work,child");
    CHECK(talk.shown("topic") == "仕事、子ども");
    CHECK(talk.all_said() == "おわり");
    CHECK(talk.conversation.position.chosen.empty());
}

TEST_CASE("several choices: a button tapped twice counts once, and what was understood begins the count of misunderstandings anew")
{
    auto question = topic_question();
    question.kind = AskKind::choices;
    question.choices.push_back(choice("child", "子ども"));
    Talk talk(one_question(question));
    talk.sends(Followed{});
    const auto work = talk.data_of("仕事");
    talk.writes("ええと").taps_data(work).taps_data(work).writes("ええと");
    CHECK(talk.conversation.position.attempts == 1);
    talk.taps("これで全部です");
    CHECK(talk.answer("topic") == "work");
    CHECK(talk.shown("topic") == "仕事");
}

TEST_CASE("several choices: all at once, all there are, or none more")
{
    auto question = topic_question();
    question.kind = AskKind::choices;
    question.choices.push_back(choice("child", "子ども"));
    Talk listed(one_question(question));
    listed.sends(Followed{}).writes("お金、子ども");
    CHECK(listed.answer("topic") == "money,child");
    CHECK(listed.all_said() == "おわり");

    Talk all(one_question(question));
    all.sends(Followed{}).taps("お金").taps("仕事").taps("子ども");
    CHECK(all.answer("topic") == "money,work,child");
    CHECK(all.all_said() == "おわり");

    Talk no_more(one_question(question));
    no_more.sends(Followed{}).taps("お金").writes("ありません");
    CHECK(no_more.answer("topic") == "money");
    Talk unknown(one_question(question));
    unknown.sends(Followed{}).taps("お金").writes("わからない");
    CHECK(unknown.answer("topic") == "money");
}

TEST_CASE("several choices: a misunderstanding keeps what was chosen")
{
    auto question = topic_question();
    question.kind = AskKind::choices;
    question.choices.push_back(choice("child", "子ども"));
    Talk talk(one_question(question));
    talk.sends(Followed{}).taps("お金").writes("ねこ");
    CHECK(talk.all_said() == "いくつでも選んでください|ほかにもありますか");
    talk.taps("これで全部です");
    CHECK(talk.answer("topic") == "money");
}

TEST_CASE("a choice may switch the language, and the next words are in it")
{
    auto english = choice("en", "English", {"英語"});
    english.language = "en";
    english.next = NodeId{"hello"};
    auto story = ask(AskKind::text, "教えてください", "story", "bye");
    story.texts["en"] = "Tell me";
    story.choices = {english};
    Say hello = say("はじめまして", "story");
    hello.texts["en"] = "Hello";
    Talk talk(PlaybookOf().flow("main", {{"hello", hello}, {"story", story}, {"bye", end("またどうぞ")}}).build());
    talk.sends(Followed{});
    CHECK(talk.buttons() == Words{"English"});
    talk.taps("English");
    CHECK(talk.all_said() == "Hello|Tell me");
    CHECK(talk.events() == Words{"event.language"});
    CHECK(talk.conversation.language == "en");
    CHECK(talk.answer("story") == "-");  // a language is no story
    talk.writes("I need help");
    CHECK(talk.all_said() == "またどうぞ");  // no English text: the desk's first language
}
