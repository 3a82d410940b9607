#include "tests/unit/bot/flows.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::bot;
using namespace tsunagi::bot::tests;

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
