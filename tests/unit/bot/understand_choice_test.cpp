#include "bot/flow/understand.h"
#include "bot/flow/words.h"
#include "bot/flow/understand_choice.h"
#include "tests/unit/bot/flows.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::bot;
using namespace tsunagi::bot::tests;

namespace {

/// What is typed, and the choices (joined by `,`), or what else it means.
struct Row {
    std::string typed;
    std::string means;
};

Playbook prepared(const Ask& question) { return PlaybookOf().flow("main", {{"q", question}, {"end", End{}}}).build(); }

const Ask& question_of(const Playbook& playbook)
{
    return std::get<Ask>(playbook.flows.at(FlowId{"main"}).nodes.at(NodeId{"q"}).body);
}

std::string meaning(const Ask& question, const Understanding& understood)
{
    switch (understood.meaning) {
    case Meaning::not_understood:
        return "?";
    case Meaning::unknown:
        return "unknown";
    case Meaning::skip:
        return "skip";
    case Meaning::done:
        return "done";
    case Meaning::human:
        return "human";
    case Meaning::value:
        return "=" + understood.value;
    case Meaning::choices:
        break;
    }
    std::string ids;
    for (const auto* choice : understood.choices) {
        CHECK(choice_of_id(question, choice->id) == choice);
        ids += (ids.empty() ? "" : ",") + choice->id;
    }
    return understood.complete ? ids + "!" : ids;
}

template <std::size_t count>
void check_rows(const Ask& question, const Row (&rows)[count])
{
    const auto playbook = prepared(question);
    for (const auto& row : rows) {
        CAPTURE(row.typed);
        CHECK(meaning(question_of(playbook), understand(question_of(playbook), row.typed, playbook, at_noon())) ==
              row.means);
    }
}

Ask topics()
{
    auto question = ask_choice("どのことですか",
                               {choice("money", "お金・手当", {"お金", "おかね", "養育費", "money"}),
                                choice("school", "学校・進学のお金", {"学校のお金", "学費"}),
                                choice("housing", "住まい", {"すまい", "家賃", "やちん", "rent"}),
                                choice("work", "仕事", {"しごと", "job"}), choice("divorce", "離婚のこと", {"りこん"}),
                                choice("heard", "ただ聞いてほしい", {"つらい"})},
                               "topic", "end");
    question.choices[1].labels["ja-easy"] = "学校（がっこう）の お金（かね）";
    question.choices[2].labels["ja-easy"] = "住（す）む ところ";
    question.choices[3].labels["en"] = "Work";
    return question;
}

}  // namespace

TEST_CASE("understanding a choice: typed instead of tapped")
{
    check_rows(topics(), {
                             // said as it stands on the button, in any of its languages
                             {"お金・手当", "money"},
                             {"住まい", "housing"},
                             {"学校（がっこう）の お金（かね）", "school"},
                             {"学校のお金", "school"},
                             {"がっこうの おかね", "school"},  // the reading of the furigana
                             {"すむところ", "housing"},
                             {"WORK", "work"},
                             {"ｗｏｒｋ", "work"},
                             {"housing", "housing"},
                             // kana, katakana, width, punctuation, pictures, a word drawn out
                             {"オカネ", "money"},
                             {"ｵｶﾈ", "money"},
                             {"スマイ", "housing"},
                             {" 仕 事 ", "work"},
                             {"「仕事」", "work"},
                             {"仕事。", "work"},
                             {"仕事！？", "work"},
                             {"仕事💦", "work"},
                             {"リコンー", "divorce"},
                             // polite ends
                             {"お金です", "money"},
                             {"お金のことです", "money"},
                             {"仕事でお願いします", "work"},
                             {"仕事かな", "work"},
                             {"離婚についてです", "divorce"},
                             // inside a sentence, when it is clear
                             {"家賃が払えません", "housing"},
                             {"やちんが はらえません", "housing"},
                             {"養育費をもらえていなくて困っています", "money"},
                             {"I lost my job", "work"},
                             {"学校のお金が足りない", "school"},  // the longer word counts
                                                                  // a part of one label
                             {"進学", "school"},
                             {"手当", "money"},
                             {"聞いてほしい", "heard"},
                             {"聞いてほしいです", "heard"},
                         });
}

TEST_CASE("understanding a choice: what is not clear is not guessed")
{
    check_rows(topics(), {
                             {"仕事とお金", "?"},
                             {"家賃と離婚で困っています", "?"},
                             {"jobs", "?"},    // no word of ours, though one begins it
                             {"parent", "?"},  // `rent` inside a word
                             {"ねこ", "?"},
                             {"？", "?"},
                             {"…", "?"},
                             {"", "?"},
                             {"　", "?"},
                             {"7", "?"},
                             {"0", "?"},
                             {"99999999999999999999", "?"},
                             {"1.5", "?"},
                             {"７月に引っ越しました", "?"},
                             {"3歳と5歳の子がいます", "?"},
                             {"仕事ではないです", "?"},
                             {"仕事のことではなくて", "?"},
                             {"仕事以外", "?"},
                             {"仕事ではなく家賃です", "housing"},
                             {"一番困っていることですか", "?"},
                         });
}

TEST_CASE("understanding a choice: a long story chooses nothing by what it mentions")
{
    const auto playbook = prepared(topics());
    std::string story = "仕事のあとで、";
    for (int i = 0; i < 10; ++i) story += "夫が何も言わずに出ていきました。";
    CHECK(understand(question_of(playbook), story, playbook, at_noon()).meaning == Meaning::not_understood);
    auto several = topics();
    several.kind = AskKind::choices;
    const auto several_playbook = prepared(several);
    CHECK(understand(question_of(several_playbook), story, several_playbook, at_noon()).meaning ==
          Meaning::not_understood);
}

TEST_CASE("understanding a choice: by its place in the list")
{
    check_rows(topics(),
               {{"2", "school"},    {"２", "school"},     {"二", "school"},     {"②", "school"},
                {"2番", "school"},  {"２番", "school"},   {"2番目", "school"},  {"二番", "school"},
                {"2.", "school"},   {"(2)", "school"},    {"2です", "school"},  {"2番でお願いします", "school"},
                {"No.2", "school"}, {"に", "school"},     {"ふたつめ", "?"},    {"2つ目", "school"},
                {"㊁", "school"},   {"６", "heard"},      {"⑥番です", "heard"}, {"3番の住まいです", "housing"},
                {"第2", "school"},  {"2️⃣", "school"}});
}

TEST_CASE("understanding a choice: labels that are numbers themselves")
{
    check_rows(ask_choice("何人ですか",
                          {choice("0", "0人"), choice("1", "1人"), choice("2", "2人"), choice("3", "3人以上")}, "n",
                          "end"),
               {{"2", "2"},
                {"２人", "2"},
                {"二人", "2"},
                {"ふたり", "2"},
                {"２人です", "2"},
                {"3人", "3"},
                {"0", "0"},
                {"4", "?"}});
}

TEST_CASE("understanding yes and no")
{
    const auto question = ask_choice(
        "よろしいですか", {choice("yes", "ある"), choice("no", "いまは大丈夫", {"ない", "ありません"})}, "ok", "end");
    check_rows(question, {{"はい", "yes"},
                          {"ハイ", "yes"},
                          {"はーい", "yes"},
                          {"は〜い♪", "yes"},
                          {"うん", "yes"},
                          {"そうです", "yes"},
                          {"OK", "yes"},
                          {"ＯＫです！", "yes"},
                          {"yes", "yes"},
                          {"Yes please", "yes"},
                          {"👍", "yes"},
                          {"👍🏽", "yes"},
                          {"○", "yes"},
                          {"はい、そうです", "yes"},
                          {"はい。お願いします", "yes"},
                          {"いいですよ", "yes"},
                          {"よろしくお願いします", "yes"},
                          {"いいえ", "no"},
                          {"イイエ", "no"},
                          {"ううん", "no"},
                          {"no", "no"},
                          {"No, thank you", "no"},
                          {"ちがいます", "no"},
                          {"いいえ、特に", "no"},
                          {"×", "no"},
                          {"🙅‍♀️", "no"},
                          {"ないです", "no"},
                          // not a yes, though it begins like one; not a no, though it ends like one
                          {"はいらない服があります", "?"},
                          {"食べるものがありません", "?"},
                          {"know", "?"},
                          {"no money", "?"},
                          {"うーん", "?"}});
}

TEST_CASE("understanding 「わからない」 wherever a choice, a number or a date is asked")
{
    for (auto kind : {AskKind::choice, AskKind::choices, AskKind::number, AskKind::date, AskKind::age}) {
        auto question = topics();
        question.kind = kind;
        check_rows(question, {{"わからない", "unknown"},
                              {"わかりません", "unknown"},
                              {"ワカラナイ", "unknown"},
                              {"分からないです。", "unknown"},
                              {"ちょっとわからないです", "unknown"},
                              {"自分でもよくわからない", "unknown"},
                              {"何に困っているのかわからない", "unknown"},
                              {"I'm not sure", "unknown"}});
    }
}

TEST_CASE("understanding 「わからない」: the flow's own choice for it wins")
{
    check_rows(ask_choice("?", {choice("a", "あれ"), choice("unknown", "まだ言えない")}, "x", "end"),
               {{"わかりません", "unknown"}, {"よくわからないです", "unknown"}, {"まだ言えない", "unknown"}});
    const auto playbook =
        prepared(ask_choice("?", {choice("a", "あれ"), choice("unknown", "まだ言えない")}, "x", "end"));
    CHECK(understand(question_of(playbook), "わかりません", playbook, at_noon()).meaning == Meaning::choices);
}

TEST_CASE("understanding the wish for a human at every kind of question")
{
    for (auto kind : {AskKind::text, AskKind::choice, AskKind::choices, AskKind::number, AskKind::date, AskKind::age}) {
        auto question = topics();
        question.kind = kind;
        check_rows(question, {{"人と話したい", "human"},
                              {"人と話したいです。", "human"},
                              {"人（ひと）と 話（はな）したい", "human"},
                              {"ひとと はなしたい", "human"},
                              {"ヒトトハナシタイ", "human"},
                              {"相談員", "human"},
                              {"相談員さんお願いします", "human"},
                              {"すみません、相談員に代わってください", "human"},
                              {"相談員と話せますか？", "human"},
                              {"もう無理なので人と話したいです", "human"},
                              {"夫がこわいです。人と話したいです。", "human"},
                              {"talk to a person", "human"},
                              {"Can I talk to someone please?", "human"}});
    }
}

TEST_CASE("understanding the wish for a human: telling about one is none")
{
    auto question = topics();
    question.kind = AskKind::text;
    const std::string told[]{
        "前の相談員に冷たくされました", "人と話したいわけではないです",       "相談員はいやです",
        "相談員の友だちがいます",       "市の相談員さんに行けと言われました", "人と話すのがこわい"};
    const auto playbook = prepared(question);
    for (const auto& text : told) {
        CAPTURE(text);
        CHECK(meaning(question_of(playbook), understand(question_of(playbook), text, playbook, at_noon())) ==
              "=" + text);
    }
}

TEST_CASE("understanding: the flow's own words come before the desk's")
{
    check_rows(ask_choice("?", {choice("talk", "相談員と話す", {"相談員"}), choice("none", "わからない")}, "x", "end"),
               {{"相談員", "talk"}, {"わからない", "none"}, {"人と話したい", "human"}});
}

TEST_CASE("understanding 「答えない」, only where it may be said")
{
    auto question = topics();
    question.optional = true;
    check_rows(question, {{"答えない", "skip"},
                          {"こたえない", "skip"},
                          {"答えたくないです", "skip"},
                          {"スキップ", "skip"},
                          {"Skip this", "skip"},
                          {"言いたくない", "skip"}});
    question.optional = false;
    check_rows(question, {{"答えない", "?"}, {"スキップ", "?"}});
}

TEST_CASE("understanding several choices in one text")
{
    auto question = topics();
    question.kind = AskKind::choices;
    check_rows(question, {{"お金", "money"},
                          {"お金、仕事", "money,work!"},
                          {"仕事　お金", "work,money!"},
                          {"1,3", "money,housing!"},
                          {"１と３", "money,housing!"},
                          {"①③", "?"},
                          {"お金と住まい", "money,housing!"},
                          {"お金\n仕事\n離婚", "money,work,divorce!"},
                          {"お金・手当", "money"},
                          {"お金・手当、学校・進学のお金", "money,school!"},
                          {"お金、お金", "money"},
                          {"お金、ねこ", "money"},  // the rest was not understood: asked for more
                          {"家賃と離婚で困っています", "housing,divorce!"},
                          {"家賃も離婚もたいへん", "housing,divorce"},  // perhaps there is more
                          {"ありません", "done"},
                          {"これで全部です", "done"},
                          {"いいえ", "done"},
                          {"以上です", "done"},
                          {"ねこ", "?"}});
}

TEST_CASE("understanding a free text: whatever she writes")
{
    auto question = ask(AskKind::text, "?", "story", "end");
    auto english = choice("en", "English", {"英語"});
    english.language = "en";
    question.choices = {english};
    question.optional = true;
    check_rows(question, {{"夫が帰ってきません", "=夫が帰ってきません"},
                          {"  つらい ", "=  つらい "},
                          {"？", "=？"},
                          {"2", "=2"},
                          {"はい", "=はい"},
                          {"English", "en"},
                          {"英語", "en"},
                          {"English is hard for me", "=English is hard for me"},
                          {"わからない", "unknown"},
                          {"何もわからない。こわい", "=何もわからない。こわい"},
                          {"答えない", "skip"}});
}

TEST_CASE("understanding a sticker: only by keywords that clearly are one choice")
{
    const auto yes_no = prepared(ask_choice("?", {choice("yes", "はい"), choice("no", "いいえ")}, "x", "end"));
    const auto heard = [&](const Playbook& playbook, std::vector<std::string> keywords) {
        return meaning(question_of(playbook), understand_sticker(question_of(playbook), keywords));
    };
    CHECK(heard(yes_no, {"cony", "OK", "thumbs up"}) == "yes");
    CHECK(heard(yes_no, {"はい", "うん", "了解"}) == "yes");
    CHECK(heard(yes_no, {"no", "いや"}) == "no");
    CHECK(heard(yes_no, {"OK", "no"}) == "?");
    CHECK(heard(yes_no, {"ok google", "work hard"}) == "?");
    CHECK(heard(yes_no, {}) == "?");
    CHECK(heard(prepared(topics()), {"work"}) == "work");
    CHECK(heard(prepared(topics()), {"hard work"}) == "?");
    CHECK(heard(prepared(ask(AskKind::text, "?", "x", "end")), {"OK"}) == "?");
}

TEST_CASE("understanding the answer to the offer of a human")
{
    const auto playbook = PlaybookOf().flow("main", {{"end", End{}}}).build();
    for (const std::string text : {"はい", "相談員に代わる", "お願いします", "うん", "人と話したい", "ok", "👍"}) {
        CAPTURE(text);
        CHECK(understand_offer(text, match_key(text), playbook) == OfferAnswer::yes);
    }
    for (const std::string text :
         {"いいえ", "このまま続ける", "大丈夫です", "いいです", "いらない", "no", "結構です"}) {
        CAPTURE(text);
        CHECK(understand_offer(text, match_key(text), playbook) == OfferAnswer::no);
    }
    for (const std::string text : {"ねこ", "2", "？"}) CHECK(understand_offer(text, match_key(text), playbook) == OfferAnswer::neither);
}

TEST_CASE("understanding a greeting")
{
    const auto playbook = PlaybookOf().flow("main", {{"end", End{}}}).build();
    CHECK(is_only_greeting("こんにちは！", playbook));
    CHECK(is_only_greeting("はじめまして。こんにちは", playbook));
    CHECK_FALSE(is_only_greeting("こんにちは。家賃が払えません", playbook));
    CHECK_FALSE(is_only_greeting("助けて", playbook));
    CHECK_FALSE(is_only_greeting("", playbook));
}
