#include "bot/flow/numerals.h"
#include "bot/flow/understand.h"
#include "bot/flow/understand_date.h"
#include "bot/flow/understand_number.h"
#include "bot/flow/words.h"
#include "tests/unit/bot/flows.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::bot;
using namespace tsunagi::bot::tests;

namespace {

struct NumberRow {
    std::string typed;
    std::string means;  ///< `?`: not understood
};

template <std::size_t count>
void check_numbers(const Ask& question, const NumberRow (&rows)[count])
{
    const auto playbook = PlaybookOf().flow("main", {{"q", question}}).build();
    for (const auto& row : rows) {
        CAPTURE(row.typed);
        const auto understood = understand(question, row.typed, playbook, at_noon());
        CHECK((understood.meaning == Meaning::value ? understood.value : "?") == row.means);
    }
}

}  // namespace

TEST_CASE("understanding a number")
{
    check_numbers(ask(AskKind::number, "?", "n", "end"),
               {{"3", "3"},
                {"３", "3"},
                {"三", "3"},
                {"③", "3"},
                {"３人", "3"},
                {"三人です", "3"},
                {"ひとり", "1"},
                {"一人", "1"},
                {"ふたりです", "2"},
                {"さんにん", "3"},
                {"three", "3"},
                {"12,000円", "12000"},
                {"１２，０００円", "12000"},
                {"15万円", "150000"},
                {"約15.5万くらい", "155000"},
                {"1万5千円", "15000"},
                {"二十五", "25"},
                {"百二十", "120"},
                {"二〇", "20"},
                {"千五百", "1500"},
                {"3.5", "3.5"},
                {"-2", "-2"},
                {"マイナス2", "-2"},
                {"0", "0"},
                {"ゼロ", "0"},
                {"いません", "0"},
                {"なしです", "0"},
                {"2人です。5歳と3歳", "2"},  // people are counted, the ages are told besides
                {"一緒に住んでいる子は二人", "2"},
                {"3〜4", "?"},
                {"2、3", "?"},
                {"5歳と3歳", "?"},
                {"今が一番つらい", "?"},
                {"たくさん", "?"},
                {"万が一", "?"}});
}

TEST_CASE("understanding a number: only within the bounds that the flow sets")
{
    auto question = ask(AskKind::number, "?", "n", "end");
    question.minimum = 1;
    question.maximum = 10;
    check_numbers(question, {{"1", "1"}, {"10", "10"}, {"0", "?"}, {"11", "?"}, {"いません", "?"}});
}

TEST_CASE("understanding an age")
{
    check_numbers(ask(AskKind::age, "?", "age", "end"), {{"35", "35"},
                                                      {"３５", "35"},
                                                      {"35さい", "35"},
                                                      {"35才です", "35"},
                                                      {"三十五歳", "35"},
                                                      {"さんじゅうごさい", "35"},
                                                      {"はたち", "20"},
                                                      {"二十歳", "20"},
                                                      {"満35歳", "35"},
                                                      {"35歳くらい", "35"},
                                                      {"30代", "30"},
                                                      {"1歳半", "1"},
                                                      {"3歳8か月", "3"},
                                                      {"8ヶ月", "0"},
                                                      {"生後3週間", "0"},
                                                      {"18か月", "1"},
                                                      {"0歳", "0"},
                                                      {"35 years old", "35"},
                                                      {"1990年5月3日", "36"},
                                                      {"平成2年12月1日生まれ", "35"},
                                                      {"1990年生まれ", "36"},
                                                      {"131", "?"},
                                                      {"-1", "?"},
                                                      {"5歳と8歳", "?"},
                                                      {"2030年生まれ", "?"},
                                                      {"若い", "?"}});
}

TEST_CASE("understanding a date")
{
    // It is Friday 2026-11-20 in Japan.
    check_numbers(ask(AskKind::date, "?", "day", "end"), {{"2026-05-03", "2026-05-03"},
                                                       {"2026/5/3", "2026-05-03"},
                                                       {"２０２６．５．３", "2026-05-03"},
                                                       {"20260503", "2026-05-03"},
                                                       {"2026年5月3日", "2026-05-03"},
                                                       {"2026年５月３日（日）", "2026-05-03"},
                                                       {"二〇二六年五月三日", "2026-05-03"},
                                                       {"令和8年5月3日", "2026-05-03"},
                                                       {"令和八年五月三日", "2026-05-03"},
                                                       {"れいわ8ねん5がつ3にち", "2026-05-03"},
                                                       {"㋿8年5月3日", "2026-05-03"},
                                                       {"R8.5.3", "2026-05-03"},
                                                       {"r8/5/3", "2026-05-03"},
                                                       {"令和元年5月1日", "2019-05-01"},
                                                       {"平成30年12月24日", "2018-12-24"},
                                                       {"H30.12.24", "2018-12-24"},
                                                       {"昭和60年3月1日", "1985-03-01"},
                                                       {"S60-3-1", "1985-03-01"},
                                                       {"2026年2月29日", "?"},
                                                       {"2024年2月29日", "2024-02-29"},
                                                       {"5月32日", "?"},
                                                       {"13月1日", "?"},
                                                       // without a year: the nearest one
                                                       {"5月3日", "2027-05-03"},
                                                       {"10月3日です", "2026-10-03"},
                                                       {"11/20", "2026-11-20"},
                                                       {"十二月二十四日", "2026-12-24"},
                                                       {"2月29日", "2028-02-29"},
                                                       // as exact as she is
                                                       {"2026年5月", "2026-05"},
                                                       {"2026/5", "2026-05"},
                                                       {"4月ごろ", "2027-04"},
                                                       {"令和2年", "2020"},
                                                       {"2019年くらい", "2019"},
                                                       {"2019", "2019"},
                                                       // from today
                                                       {"今日", "2026-11-20"},
                                                       {"きのう", "2026-11-19"},
                                                       {"おとといです", "2026-11-18"},
                                                       {"一昨日", "2026-11-18"},
                                                       {"明後日", "2026-11-22"},
                                                       {"3日前", "2026-11-17"},
                                                       {"三日前", "2026-11-17"},
                                                       {"2週間後", "2026-12-04"},
                                                       {"２か月前", "2026-09"},
                                                       {"3年前", "2023"},
                                                       {"先月", "2026-10"},
                                                       {"来月10日", "2026-12-10"},
                                                       {"去年の4月", "2025-04"},
                                                       {"来年5月3日", "2027-05-03"},
                                                       {"来年の2月30日", "?"},
                                                       // English
                                                       {"May 3, 2026", "2026-05-03"},
                                                       {"3 May 2026", "2026-05-03"},
                                                       {"3rd of September", "2026-09-03"},
                                                       {"December", "2026-12"},
                                                       {"yesterday", "2026-11-19"},
                                                       {"2 months ago", "2026-09"},
                                                       {"last year", "2025"},
                                                       // no date, or no single one
                                                       {"10日", "?"},
                                                       {"3", "?"},
                                                       {"5月3日から5月5日", "?"},
                                                       {"26/5/3", "?"},
                                                       {"もうすぐ", "?"},
                                                       {"月曜日", "?"},
                                                       {"99999年前", "?"}});
}

TEST_CASE("understanding a date: the day it is in Japan, not in UTC")
{
    using namespace std::chrono;
    const TimePoint late_evening_utc = sys_days{year{2026} / November / 20} + hours{16};
    const auto today = read_date("今日", late_evening_utc);
    REQUIRE(today.has_value());
    CHECK(date_text(*today) == "2026-11-21");
}

TEST_CASE("numbers are kept the same in every locale, without exponent or needless zeros")
{
    CHECK(number_text(3) == "3");
    CHECK(number_text(3.5) == "3.5");
    CHECK(number_text(150000) == "150000");
    CHECK(number_text(1e15) == "1000000000000000");
    CHECK(number_text(-0.25) == "-0.25");
}

TEST_CASE("keys: what is compared of a word")
{
    CHECK(match_key("「お金の　こと」です。") == "お金のこと」です");
    CHECK(match_key("Talk to  a person!") == "talk to a person");
    CHECK(match_key("👍") == "");
    CHECK(match_key("ー") == "");
    CHECK(match_keys(std::string_view("人（ひと）と 話（はな）したい")) ==
          std::vector<std::string>{"人(ひと)と話(はな)したい", "人と話したい", "ひととはなしたい"});
    CHECK(match_keys(std::string_view("住まい")) == std::vector<std::string>{"住まい"});
    CHECK(match_keys(std::string_view("避難（ＤＶ）")) == std::vector<std::string>{"避難(dv"});  // no furigana
}
