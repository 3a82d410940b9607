#include "tests/unit/bot/flows.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::bot;
using namespace tsunagi::bot::tests;

// ---------------------------------------------------------------------------- old buttons

TEST_CASE("an old button is understood where its choice still stands, else the question is asked again")
{
    auto talk = at_topic();
    const auto money = talk.data_of("お金");
    const auto work = talk.data_of("仕事");
    talk.taps("お金");
    REQUIRE(talk.waits_at("urgent"));

    talk.taps_data(money);  // a double tap
    CHECK(talk.waits_at("urgent"));
    CHECK(talk.all_said() == "前のボタンです|急ぎますか");
    CHECK(talk.buttons() == Words{"ある", "ない", "人と話したい"});
    CHECK(talk.events() == Words{"event.old_button"});
    CHECK(talk.conversation.position.attempts == 0);

    talk.taps("ない").writes("つらいです");
    REQUIRE(talk.waits_at("again"));
    talk.taps_data(work);
    CHECK(talk.answer("more") == "work");
    CHECK(talk.answer("topic") == "money");
}

TEST_CASE("an old yes is never taken for a yes to another question")
{
    auto talk = at_topic();
    talk.taps("お金");
    const auto yes = talk.data_of("ある");
    talk.taps("ある").writes("つらいです");
    REQUIRE(talk.waits_at("again"));
    talk.taps_data(yes);
    CHECK(talk.waits_at("again"));
    CHECK(talk.all_said() == "前のボタンです|もう一度どのこと");
}

TEST_CASE("an old 「答えない」 passes over no other question")
{
    auto name = ask(AskKind::text, "お名前は", "name", "age");
    name.optional = true;
    auto age = ask(AskKind::age, "何歳ですか", "age", "end");
    age.optional = true;
    Talk talk(PlaybookOf().flow("main", {{"name", name}, {"age", age}, {"end", End{}}}).build());
    talk.sends(Followed{});
    const auto skip = talk.data_of("答えない");
    talk.writes("はな").taps_data(skip);
    CHECK(talk.waits_at("age"));
    CHECK(talk.all_said() == "前のボタンです|何歳ですか");
}

TEST_CASE("an old language button still switches the language, and the question is repeated in it")
{
    auto english = choice("en", "English");
    english.language = "en";
    auto first = ask_choice("ことば", {english, choice("ja", "日本語")}, "language", "q");
    auto question = ask(AskKind::text, "お話は", "story", "end");
    question.texts["en"] = "Tell me";
    Talk talk(PlaybookOf().flow("main", {{"language", first}, {"q", question}, {"end", End{}}}).build());
    talk.sends(Followed{});
    const auto button = talk.data_of("English");
    talk.taps("日本語").taps_data(button);
    CHECK(talk.all_said() == "We will go on in English|Tell me");
    CHECK(talk.waits_at("q"));
}

TEST_CASE("data that is no button of ours never answers, never breaks, never gets through")
{
    const std::string strange[]{"",
                                "&&&",
                                "c=",
                                "c=money&c=work&",
                                "a=x&f=main&n=topic&c=nobody",
                                "c=_skip",
                                "c=_done",
                                "c=_unknown",
                                "c=_offer_yes",
                                "f=main&n=topic",
                                "あ=い",
                                std::string(2000, 'c'),
                                "c=\xFF\xFE",
                                "=",
                                "c==",
                                "c=yes"};
    for (const auto& data : strange) {
        CAPTURE(data);
        auto talk = at_topic();
        talk.taps_data(data);
        const bool answered = talk.answer("topic") != "-";
        CHECK(answered == (data == "c=money&c=work&"));  // the first of two counts, and `money` stands here
        CHECK(talk.handed_over() == "-");
        CHECK(talk.flow_runs());
    }
}

TEST_CASE("a button of an earlier playbook counts when its question is the one that waits")
{
    auto talk = at_topic();
    talk.taps_data("a=deadbeef&f=main&n=topic&c=work");
    CHECK(talk.answer("topic") == "work");
}

TEST_CASE("button data: small enough for LINE, and names the question")
{
    auto talk = at_topic();
    CHECK(talk.data_of("お金") == "a=01234567&f=main&n=topic&c=money");
    CHECK(talk.data_of("人と話したい") == "a=01234567&f=main&n=topic&c=_human");
}

TEST_CASE("a tapped button stands in the log in words")
{
    auto talk = at_topic();
    talk.taps("お金");
    CHECK(talk.last.log.front().text == "お金");
    CHECK(std::holds_alternative<PostbackReceived>(talk.last.log.front().content.value()));
}
