#include "bot/flow/situation.h"

#include "bot/flow/answers.h"
#include "bot/flow/numerals.h"
#include "bot/flow/words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

namespace tsunagi::bot {
namespace {

constexpr int child_age_max = 25;  // beyond it the number is something else: a house, a year, her own age
constexpr int months_a_year = 12;
constexpr int months_spoken_max = 36;  // 「30か月」 is said of nobody much older

template <class Words = std::initializer_list<std::string_view>>
bool begins_with_any(std::string_view text, const Words& words)
{
    return std::ranges::any_of(words, [&](auto word) { return text.starts_with(word); });
}

template <class Words = std::initializer_list<std::string_view>>
bool ends_with_any(std::string_view text, const Words& words)
{
    return std::ranges::any_of(words, [&](auto word) { return text.ends_with(word); });
}

std::string_view without_spaces_before(std::string_view text)
{
    while (text.starts_with(' ')) text.remove_prefix(1);
    return text;
}

std::string_view without_spaces_behind(std::string_view text)
{
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

// Behind a number, as the languages of the flows say it, with and without their marks.
constexpr std::string_view years_old[]{"歳", "才", "さい", "years old", "year old", "years-old", "yo", "y/o", "years",
                                       "岁", "歲", "tuổi", "tuoi", "taon", "ano", "살", "세", "वर्ष", "बर्ष", "साल"};
constexpr std::string_view months_old[]{"か月", "ヶ月", "ケ月", "カ月", "ヵ月", "かげつ", "months", "month", "个月", "個月",
                                        "개월", "tháng", "thang", "meses", "mes", "mês", "buwan", "महिना"};
// What else a number counts: children, years of a school, which of them a child is, money.
constexpr std::string_view counted_else[]{
    "人", "にん", "名", "つ", "月", "年", "日", "万", "円", "kid", "child", "boy", "girl", "son", "daughter", "young", "个", "個",
    "명", "학년", "월", "번째", "만", "원", "con", "bé", "đứa", "cháu", "nhóc", "triệu", "nghìn", "ngàn", "anak", "bata", "na anak",
    "na bata", "ang anak", "libo", "filh", "crian", "menin", "bebê", "mil", "reais", "o ano", "o filh", "a filh", "a série", "जना",
    "छोरा", "छोरी", "बच्चा", "सन्तान", "कक्षा", "लाख", "हजार", "yen", "st ", "nd ", "rd ", "th "};
// Before a number: a year of a school, which begins at another age in each country, or which of her children it is.
constexpr std::string_view ordinal_before[]{"lớp", "lop", "grade", "कक्षा", "thứ", "ika-", "ika", "第", "제"};
constexpr std::string_view ordinal_at_once[]{"초", "중", "고", "初"};  // within a sentence they end other words: 있고 5

/// The age at which a school's first year begins; 0 when the number is no year of a school.
int age_at_first_year(std::string_view before)
{
    if (ends_with_any(before, {"小学", "小学校", "小"})) return 6;
    if (ends_with_any(before, {"中学", "中学校", "中"})) return 12;
    if (ends_with_any(before, {"高校", "高"})) return 15;
    return 0;
}

/// 「초3」: first of all, or behind a comma.
bool follows_ordinal_at_once(std::string_view before)
{
    return std::ranges::any_of(ordinal_at_once, [&](auto word) {
        if (!before.ends_with(word)) return false;
        const auto rest = before.substr(0, before.size() - word.size());
        return rest.empty() || static_cast<unsigned char>(rest.back()) < 0x80;
    });
}

struct Named {
    std::optional<int> age;
    bool with_unit = false;
};

/// What one number of the text says of a child's age.
Named read_age(std::string_view key, const NumberAt& number)
{
    const auto before = key.substr(0, number.from);
    const auto behind = without_spaces_before(key.substr(number.to));
    if (number.value < 0 || number.value > months_spoken_max || number.value != std::floor(number.value)) return {};
    const auto value = static_cast<int>(number.value);
    if (const int first = age_at_first_year(before); first > 0 && value >= 1 && value <= 6)
        return {first + value - 1, true};
    if (begins_with_any(behind, months_old))
        return value <= months_spoken_max ? Named{value / months_a_year, true} : Named{};
    if (begins_with_any(behind, counted_else)) return {};  // before the years: "2 young children" is no "2 yo"
    if (begins_with_any(behind, years_old)) return value <= child_age_max ? Named{value, true} : Named{};
    const bool is_number_of = ends_with_any(without_spaces_behind(before), ordinal_before) || follows_ordinal_at_once(before);
    if (is_number_of || value > child_age_max || number.kanji) return {};
    return {value, false};
}

void add_all(std::vector<std::string>& to, const std::vector<std::string>& from)
{
    for (const auto& each : from)
        if (std::ranges::find(to, each) == to.end()) to.push_back(each);
}

int stage_in(const Conversation& conversation, const std::string& name)
{
    const auto* answer = name.empty() ? nullptr : find_answer(conversation, name);
    const bool is_stage = answer && answer->value.size() == 1 && answer->value[0] >= '1' && answer->value[0] <= '5';
    return is_stage ? answer->value[0] - '0' : 0;
}

/// 「妊娠中」 beside the ages: a child who is not born yet.
bool is_expecting(std::string_view text)
{
    const auto key = match_key(text);
    return std::ranges::any_of(std::array{"妊娠", "にんしん", "おなかの中", "お腹の中", "expecting", "pregnant", "怀孕", "懷孕",
                                          "mang thai", "có thai", "co thai", "mang bầu", "buntis", "grávida", "gravida",
                                          "gestante", "임신", "गर्भवती"},
                               [&](const char* word) { return key.find(word) != key.npos; });
}

}  // namespace

std::vector<int> ages_in(std::string_view text)
{
    const auto key = match_key(text);
    std::vector<Named> named;
    for (const auto& number : numbers_in(key)) named.push_back(read_age(key, number));
    const bool units = std::ranges::any_of(named, &Named::with_unit);
    std::vector<int> ages;
    // Beside 「3歳と8歳」 a bare number is something else; only bare ones ("5 and 8") are ages together.
    for (const auto& each : named)
        if (each.age && each.with_unit == units) ages.push_back(*each.age);
    return ages;
}

Situation situation_of(const Conversation& conversation, const SituationWords& words, TimePoint now)
{
    Situation situation;
    for (const auto& rule : words.rules) {
        const bool given = rule.is.empty();
        if (!holds({.answer = rule.answer, .is = rule.is, .given = given}, conversation)) continue;
        add_all(situation.topics, rule.topics);
        add_all(situation.audience, rule.audience);
        add_all(situation.events, rule.events);
        add_all(situation.named, rule.programmes);
    }
    if (const auto* children = find_answer(conversation, words.children_answer)) {
        situation.children_ages = ages_in(children->value);
        if (is_expecting(children->value)) add_all(situation.events, {"pregnancy"});
    }
    situation.stage = stage_in(conversation, words.stage_answer);
    const auto day = std::chrono::floor<std::chrono::days>(now + japan_offset);
    situation.month = static_cast<int>(static_cast<unsigned>(std::chrono::year_month_day(day).month()));
    return situation;
}

}  // namespace tsunagi::bot
