#include "bot/risk/detector.h"
#include "server/config/risk_config.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace tsunagi;

namespace {

const bot::RiskRules& shipped_rules()
{
    static const auto rules = [] {
        std::vector<config::Problem> problems;
        auto loaded = config::load_risk("config", problems);
        REQUIRE(problems.empty());
        REQUIRE(loaded);
        return loaded;
    }();
    return *rules;
}

int level_of(const std::string& text) { return bot::detect(shipped_rules(), text).level; }

}  // namespace

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
        CAPTURE(row.text);
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
                          "彼氏にたいして不満", "14にたいして",     "アイリスカラー",   "TODOリスト",             "DVDを借りた"};
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

TEST_CASE("risk: spans count code points of the original text")
{
    const auto finding = bot::detect(shipped_rules(), "\xF0\xA0\xAE\x9F\xE3\x80\x81死にたい");  // 𠮟、死にたい
    REQUIRE_FALSE(finding.spans.empty());
    CHECK(finding.spans.front().from == 2);
    CHECK(finding.spans.front().to == 6);
}
