#include "tests/unit/bot/flows.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::bot;
using namespace tsunagi::bot::tests;

namespace {

using Words = std::vector<std::string>;

Say say(std::string text, std::string next) { return {ja(std::move(text)), NodeId{std::move(next)}}; }
End end(std::string text = "") { return {text.empty() ? Texts{} : ja(std::move(text))}; }
Go go(std::string flow, std::string next = "") { return {FlowId{std::move(flow)}, NodeId{std::move(next)}}; }

/// Greeting, the story in free words, a topic, goodbye.
PlaybookOf first_contact()
{
    auto story = ask(AskKind::text, "教えてください", "story", "thanks");
    story.optional = true;
    return PlaybookOf().flow(
        "first-contact",
        {{"hello", say("はじめまして", "story")},
         {"story", story},
         {"thanks", say("ありがとうございます", "topic")},
         {"topic", ask_choice("どのことですか", {choice("money", "お金"), choice("work", "仕事")}, "topic", "bye")},
         {"bye", end("またどうぞ")}});
}

Playbook one_question(Ask question)
{
    return PlaybookOf().flow("main", {{"q", std::move(question)}, {"after", end("おわり")}}).build();
}

Ask topic_question()
{
    return ask_choice("どのことですか", {choice("money", "お金"), choice("work", "仕事")}, "topic", "after");
}

}  // namespace

// ---------------------------------------------------------------------------- first words

TEST_CASE("first contact: she adds us, tells, taps, and is thanked")
{
    Talk talk(first_contact().build());
    talk.sends(Followed{});
    CHECK(talk.all_said() == "はじめまして|教えてください");
    CHECK(talk.buttons() == Words{"答えない"});
    CHECK(talk.waits_at("story"));

    talk.writes("離婚してから生活費が足りません");
    CHECK(talk.all_said() == "ありがとうございます|どのことですか");
    CHECK(talk.buttons() == Words{"お金", "仕事", "人と話したい"});
    CHECK(talk.answer("story") == "離婚してから生活費が足りません");

    talk.taps("お金");
    CHECK(talk.all_said() == "またどうぞ");
    CHECK(talk.buttons().empty());
    CHECK(talk.answer("topic") == "money");
    CHECK(talk.shown("topic") == "お金");
    CHECK_FALSE(talk.flow_runs());
    CHECK(talk.conversation.position.playbook.empty());
    CHECK(talk.conversation.position.flow.text == "first-contact");
}

TEST_CASE("first contact: what she wrote before any greeting is her story, and she is not asked for it again")
{
    Talk talk(first_contact().build());
    talk.writes("家賃が払えません");
    CHECK(talk.all_said() == "はじめまして|ありがとうございます|どのことですか");
    CHECK(talk.answer("story") == "家賃が払えません");
    CHECK(talk.waits_at("topic"));
    CHECK_FALSE(talk.conversation.position.held.has_value());
}

TEST_CASE("first contact: what she wrote waits for the free-text question behind other questions")
{
    auto language = ask_choice("ことば", {choice("ja", "日本語"), choice("en", "English")}, "language", "story");
    Talk talk(PlaybookOf()
                  .flow("main", {{"language", language},
                                 {"story", ask(AskKind::text, "教えてください", "story", "bye")},
                                 {"bye", end("どうも")}})
                  .build());
    talk.writes("家賃が払えません");
    CHECK(talk.all_said() == "ことば");
    talk.taps("日本語");
    CHECK(talk.all_said() == "どうも");
    CHECK(talk.answer("story") == "家賃が払えません");
}

TEST_CASE("first contact: a mere hello is no story")
{
    Talk talk(first_contact().build());
    talk.writes("こんにちは！");
    CHECK(talk.all_said() == "はじめまして|教えてください");
    CHECK(talk.answer("story") == "-");
}

TEST_CASE("first contact: whoever asks for a human at once gets one")
{
    Talk talk(first_contact().build());
    talk.writes("人と話したいです");
    CHECK(talk.handed_over() == "wish");
    CHECK(talk.all_said() == "はじめまして");
    CHECK_FALSE(talk.flow_runs());

    Talk other(one_question(topic_question()));  // no free-text question comes at all
    other.writes("人と話したい");
    CHECK(other.handed_over() == "wish");
    CHECK(other.said().empty());
}

TEST_CASE("first contact: a sticker, a picture or a place begins the flow, too")
{
    for (const InboundContent& content :
         {InboundContent{StickerReceived{}}, InboundContent{MediaReceived{}}, InboundContent{LocationReceived{}}}) {
        Talk talk(first_contact().build());
        talk.sends(content);
        CHECK(talk.all_said() == "はじめまして|教えてください");
    }
}

TEST_CASE("coming back: the flow for it begins, and what she wrote is kept")
{
    Talk talk(first_contact()
                  .flow("coming-back", {{"hello", say("おかえり", "news")},
                                        {"news", ask(AskKind::text, "いかがですか", "news", "bye")},
                                        {"bye", end("どうも")}})
                  .again("coming-back")
                  .build());
    talk.writes("家賃が払えません").taps("お金");
    REQUIRE_FALSE(talk.flow_runs());
    talk.writes("大家さんから電話がありました");
    CHECK(talk.all_said() == "おかえり|どうも");
    CHECK(talk.answer("news") == "大家さんから電話がありました");
    CHECK(talk.answer("story") == "家賃が払えません");
}

TEST_CASE("coming back without a flow for it: the first one begins again")
{
    Talk talk(first_contact().build());
    talk.writes("家賃が払えません").taps("お金").writes("こんにちは");
    CHECK(talk.all_said() == "はじめまして|教えてください");
}

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

// ---------------------------------------------------------------------------- nodes

TEST_CASE("branch, set and score go by the answers")
{
    Score score;
    score.points = {{{"work", {"none"}, false}, 1}, {{"child", {}, true}, 2}, {{"fled", {}, false}, 4}};
    score.stages = {{0, "1"}, {7, "3"}, {3, "2"}};
    score.next = NodeId{"which"};
    const Branch which{{{{{"work", {"none", "looking"}, false}, {"child", {}, true}}, NodeId{"both"}}},
                       NodeId{"other"}};
    const auto playbook =
        PlaybookOf()
            .flow("main", {{"work", ask_choice("仕事は", {choice("none", "していない"), choice("regular", "している")},
                                               "work", "set")},
                           {"set", Set{{{"child", "yes", "yes"}}, NodeId{"score"}}},
                           {"score", score},
                           {"which", which},
                           {"both", end("両方")},
                           {"other", end("ほか")}})
            .build();
    Talk none(playbook);
    none.sends(Followed{}).taps("していない");
    CHECK(none.answer("stage") == "3");
    CHECK(none.all_said() == "両方");
    Talk regular(playbook);
    regular.sends(Followed{}).taps("している");
    CHECK(regular.answer("stage") == "2");
    CHECK(regular.all_said() == "ほか");
}

TEST_CASE("a branch finds one of several chosen values")
{
    auto question = topic_question();
    question.kind = AskKind::choices;
    question.next = NodeId{"which"};
    Talk talk(PlaybookOf()
                  .flow("main", {{"q", question},
                                 {"which", Branch{{{{{"topic", {"work"}, false}}, NodeId{"work"}}}, NodeId{"other"}}},
                                 {"work", end("仕事ですね")},
                                 {"other", end("ほか")}})
                  .build());
    talk.sends(Followed{}).writes("お金、仕事");
    CHECK(talk.all_said() == "仕事ですね");
}

TEST_CASE("a summary reads back what has a title, in the order told, and a long story shortened")
{
    const Summary summary{ja("まとめです"),
                          {{"topic", ja("テーマ")}, {"story", ja("お話")}, {"absent", ja("なし")}},
                          ja("以上です"),
                          NodeId{"bye"}};
    auto story = ask(AskKind::text, "お話は", "story", "secret");
    const auto playbook = PlaybookOf()
                              .flow("main", {{"story", story},
                                             {"secret", ask(AskKind::text, "ひみつは", "secret", "topic")},
                                             {"topic", ask_choice("どれ", {choice("money", "お金")}, "topic", "read")},
                                             {"read", summary},
                                             {"bye", end()}})
                              .build();
    Talk talk(playbook);
    talk.sends(Followed{}).writes("こまっています").writes("だれにも言わないで").taps("お金");
    CHECK(talk.all_said() == "まとめです\n\n・お話: こまっています\n・テーマ: お金\n\n以上です");

    std::string long_story;
    for (int i = 0; i < 300; ++i) long_story += "あ";
    Talk lengthy(playbook);
    lengthy.sends(Followed{}).writes(long_story).writes("x").taps("お金");
    CHECK(lengthy.all_said().find(long_story.substr(0, 600) + "…\n") != std::string::npos);

    Talk nothing(PlaybookOf().flow("main", {{"read", summary}, {"bye", end()}}).build());
    nothing.sends(Followed{});
    CHECK(nothing.all_said() == "以上です");
}

TEST_CASE("a guide that knows nothing yet says so and goes on")
{
    Guide guide;
    guide.texts = ja("さがしますね");
    guide.next = NodeId{"bye"};
    Talk talk(PlaybookOf().flow("main", {{"info", guide}, {"bye", end("またどうぞ")}}).build());
    talk.sends(Followed{});
    CHECK(talk.all_said() == "さがしますね|案内がまだありません|またどうぞ");
}

TEST_CASE("a handoff says its words, asks for the human it names, and ends the flow")
{
    const Handoff handoff{"urgent", {"dv"}, Priority::high, ja("おつなぎします")};
    Talk talk(PlaybookOf().flow("main", {{"human", handoff}}).build());
    talk.sends(Followed{});
    CHECK(talk.all_said() == "おつなぎします");
    REQUIRE(talk.last.effects.size() == 2);
    const auto& need = std::get<NeedHuman>(talk.last.effects.back());  // behind what is said
    CHECK(need.reason == "urgent");
    CHECK(need.skills == Words{"dv"});
    CHECK(need.priority == Priority::high);
    CHECK_FALSE(talk.flow_runs());
}

TEST_CASE("a sub-flow returns to where it was called, also across her answers")
{
    const auto playbook =
        PlaybookOf()
            .flow("main",
                  {{"a", say("はじめ", "b")}, {"b", go("inner", "c")}, {"c", say("もどり", "d")}, {"d", go("tail")}})
            .flow("inner", {{"q", ask(AskKind::text, "なか", "inner", "deeper")},
                            {"deeper", go("tail", "bye")},
                            {"bye", end("なかおわり")}})
            .flow("tail", {{"bye", end("さいご")}})
            .build();
    Talk talk(playbook);
    talk.sends(Followed{});
    CHECK(talk.all_said() == "はじめ|なか");
    CHECK(talk.conversation.position.flow.text == "inner");
    CHECK(talk.conversation.position.returns.size() == 1);
    talk.writes("はい");
    CHECK(talk.all_said() == "さいご|なかおわり|もどり|さいご");
    CHECK_FALSE(talk.flow_runs());
    CHECK(talk.conversation.position.returns.empty());
}

TEST_CASE("a turn takes at most five messages: what is over is joined to the last, whose buttons stay")
{
    std::vector<std::pair<std::string, NodeBody>> nodes;
    for (int i = 1; i <= 6; ++i)
        nodes.emplace_back("s" + std::to_string(i), say(std::to_string(i), i < 6 ? "s" + std::to_string(i + 1) : "q"));
    nodes.emplace_back("q", ask_choice("どれ", {choice("a", "あれ")}, "x", "q"));
    Talk talk(PlaybookOf().flow("main", nodes).build());
    talk.sends(Followed{});
    CHECK(talk.said() == Words{"1", "2", "3", "4", "5\n\n6\n\nどれ"});
    CHECK(talk.buttons() == Words{"あれ", "人と話したい"});
}

TEST_CASE("thirteen choices leave no room for the human button, twelve do")
{
    std::vector<Choice> choices;
    for (int i = 1; i <= 12; ++i) choices.push_back(choice("c" + std::to_string(i), "ボタン" + std::to_string(i)));
    Talk twelve(one_question(ask_choice("?", choices, "x", "after")));
    twelve.sends(Followed{});
    CHECK(twelve.buttons().size() == 13);
    CHECK(twelve.buttons().back() == "人と話したい");
    choices.push_back(choice("c13", "ボタン13"));
    auto question = ask_choice("?", choices, "x", "after");
    Talk thirteen(one_question(question));
    thirteen.sends(Followed{});
    CHECK(thirteen.buttons().size() == 13);
    CHECK(thirteen.buttons().back() == "ボタン13");
    question.optional = true;  // a flow beyond the limit that the checker holds: LINE must still take the message
    Talk too_many(one_question(question));
    too_many.sends(Followed{});
    CHECK(too_many.buttons().size() == 13);
    CHECK(too_many.buttons().back() == "答えない");
}

// ---------------------------------------------------------------------------- a broken flow

TEST_CASE("a broken flow never leaves her alone: she is told, the reason is logged, a human reads on")
{
    const auto broken = [](const Playbook& playbook) {
        Talk talk(playbook);
        talk.sends(Followed{});
        CHECK(talk.all_said() == "不具合です");
        CHECK(talk.handed_over() == "flow_failed");
        CHECK(talk.events() == Words{"event.followed", "event.flow_failed"});
        CHECK_FALSE(talk.flow_runs());
    };
    broken(PlaybookOf().flow("main", {{"a", say("ぐるぐる", "a")}}).build());           // for ever round
    broken(PlaybookOf().flow("main", {{"a", say("どこへ", "nowhere")}}).build());       // no such node
    broken(PlaybookOf().flow("main", {{"a", say("そのさき", "")}}).build());            // no next
    broken(PlaybookOf().flow("main", {{"a", go("nowhere")}}).build());                  // no such flow
    broken(PlaybookOf().flow("main", {{"a", go("main", "b")}, {"b", end()}}).build());  // a flow inside itself
    broken(Playbook{PlaybookOf().playbook});                                            // no flow at all
}

TEST_CASE("a turn walks fifty nodes and not one more")
{
    const auto long_way = [](int sets) {
        std::vector<std::pair<std::string, NodeBody>> nodes;
        for (int i = 1; i <= sets; ++i)
            nodes.emplace_back("n" + std::to_string(i), Set{{}, NodeId{i < sets ? "n" + std::to_string(i + 1) : "q"}});
        nodes.emplace_back("q", ask(AskKind::text, "教えてください", "story", "q"));
        Talk talk(PlaybookOf().flow("main", nodes).build());
        return talk.sends(Followed{}).all_said();
    };
    CHECK(long_way(49) == "教えてください");
    CHECK(long_way(50) == "不具合です");
}

TEST_CASE("a position whose question is gone leads to a human, and the next message begins anew")
{
    Talk talk(first_contact().build());
    talk.sends(Followed{});
    talk.conversation.position.node = NodeId{"gone"};
    talk.writes("家賃が払えません");
    CHECK(talk.all_said() == "不具合です");
    CHECK(talk.handed_over() == "flow_failed");
    CHECK(talk.last.log.front().text == "家賃が払えません");
    talk.writes("もしもし");
    CHECK(talk.said().front() == "はじめまして");

    Talk no_ask(first_contact().build());
    no_ask.sends(Followed{});
    no_ask.conversation.position.node = NodeId{"hello"};
    no_ask.writes("はい");
    CHECK(no_ask.handed_over() == "flow_failed");
}

// ---------------------------------------------------------------------------- begin_flow

TEST_CASE("begin_flow: what was said and logged before stays in front")
{
    const auto playbook = first_contact().build();
    Decision decision;
    decision.next.holder.kind = HolderKind::bot;
    decision.next.revision = 7;
    bot_says(decision, {{"相談員とのお話はおしまいです", {}}}, at_noon());
    const auto begun = begin_flow(decision, playbook.entry, playbook, at_noon());
    CHECK(begun.log.size() == 3);
    CHECK(begun.log.front().text == "相談員とのお話はおしまいです");
    CHECK(begun.log[1].text == "はじめまして");
    CHECK(begun.next.position.node.text == "story");
    CHECK(begun.next.position.playbook == playbook.version);
    CHECK(begun.next.revision == 7);  // one decision, one revision
    CHECK(begun.effects.size() == 2);
}

TEST_CASE("begin_flow: silent while a human holds the conversation")
{
    const auto playbook = first_contact().build();
    Decision decision;
    decision.next.holder.kind = HolderKind::counselor;
    CHECK(begin_flow(decision, playbook.entry, playbook, at_noon()).log.empty());
}
