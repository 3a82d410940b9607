#include "tests/unit/risk/shipped.h"

using namespace tsunagi;
using tests::level_of;
using tests::shipped_rules;

TEST_CASE("risk: what asks for help now is never read as less")
{
    struct Row {
        const char* text;
        int at_least;
        bot::RiskCategory category;
    };
    using enum bot::RiskCategory;
    const Row rows[] = {{"死にたい", 2, suicide},
                        {"消えたい", 2, suicide},
                        {"し に た い", 2, suicide},
                        {"死☆に☆た☆い", 2, suicide},
                        {"子どもと一緒に死のうと思う", 4, family_suicide},
                        {"薬を40錠飲みました", 4, self_harm},
                        {"夫に首を絞められました", 3, dv},
                        {"今夜泊まるところがありません", 2, no_shelter},
                        {"3日何も食べてない", 2, no_food}};
    for (const auto& row : rows) {
        CAPTURE(std::string(row.text));
        const auto finding = bot::detect(shipped_rules(), row.text);
        CHECK(finding.level >= row.at_least);
        CHECK(std::find(finding.categories.begin(), finding.categories.end(), row.category) != finding.categories.end());
        CHECK_FALSE(finding.spans.empty());
    }
}

TEST_CASE("risk: innocent words that only look like danger when folded together (crisis-language.md, section 2)")
{
    const char* rows[] = {"わたしにたいして",   "はなしにたいする", "くらしにたいおう", "わたしのうちは遠いです", "つらいしねむい",
                          "心して聞きました",   "こころして",       "うまれたひ",       "またひつようです",       "データがきえたいま",
                          "彼氏にたいして不満", "14にたいして",     "アイリスカラー",   "TODOリスト",             "DVDを借りた",
                          "しんせいしょ ください", "しょうめいしょは いりますか"};
    for (const char* text : rows) {
        CAPTURE(text);
        CHECK(level_of(text) <= 1);
    }
}

TEST_CASE("risk: ordinary questions stay ordinary")
{
    const char* rows[] = {"児童扶養手当の現況届はいつまでですか", "保育園の申し込みについて教えてください", "家賃が払えません",
                          "離婚の手続きを知りたいです",           "死亡届の出し方を教えてください",         "死ぬほど忙しいです",
                          "仕事をクビになりました",               "高校の授業料の支援はありますか"};
    for (const char* text : rows) {
        CAPTURE(text);
        CHECK(level_of(text) <= 1);
    }
}

TEST_CASE("risk: a sentence sent in two messages is read as one")
{
    CHECK(bot::detect_in_context(shipped_rules(), {"もう"}, "消えたい").level >= 2);
    CHECK(bot::detect_in_context(shipped_rules(), {"し"}, "にたい").level >= 2);
}
