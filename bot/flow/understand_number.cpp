#include "bot/flow/understand_number.h"

#include "bot/flow/numerals.h"
#include "bot/flow/understand_date.h"
#include "bot/flow/words.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace tsunagi::bot {
namespace {

template <std::size_t count>
bool begins_with_any(std::string_view text, const std::string_view (&words)[count])
{
    return std::ranges::any_of(words, [&](auto word) { return text.starts_with(word); });
}

constexpr std::string_view nothing_words[]{"なし",       "ない",     "無し",       "いない",     "いません",
                                           "ありません", "ないです", "いないです", "おりません", "none",
                                           "no",         "nothing",  "nobody"};
constexpr std::string_view people_counters[]{"人", "にん", "名", " people", " children", " kids"};
constexpr std::string_view year_units[]{"歳", "才", "さい", " years", " yrs", " year", "years", " yo", "yo"};
constexpr std::string_view month_units[]{"か月",   "ゖ月",    "け月",   "箇月",  "ヶ月",
                                         "かげつ", " months", " month", "months"};
constexpr std::string_view small_units[]{"日", "週", " weeks", " week", " days", " day"};

/// The only number for which `holds`; nothing when none or several.
template <class Holds>
std::optional<double> the_only(const std::vector<NumberAt>& numbers, Holds holds)
{
    std::optional<double> found;
    for (const auto& number : numbers) {
        if (!holds(number)) continue;
        if (found) return std::nullopt;
        found = number.value;
    }
    return found;
}

std::optional<double> read_spoken(std::string_view key)
{
    constexpr std::string_view units[]{"さい", "にん", "こ", "ばん"};
    for (auto core = key;;) {
        if (const auto spoken = spoken_number(core)) return *spoken;
        for (const auto unit : units)
            if (core.ends_with(unit))
                if (const auto spoken = spoken_number(core.substr(0, core.size() - unit.size()))) return *spoken;
        const auto shorter = without_polite_end(core);
        if (shorter == core) return std::nullopt;
        core = shorter;
    }
}

bool says_nothing(std::string_view key)
{
    return std::ranges::find(nothing_words, key) != std::end(nothing_words) ||
           std::ranges::find(nothing_words, without_polite_end(key)) != std::end(nothing_words);
}

double signed_as_written(std::string_view key, const NumberAt& number)
{
    const auto before = key.substr(0, number.from);
    return before == "-" || before == "−" || before.ends_with("まいなす") ? -number.value : number.value;
}

/// Age of a baby: months, weeks and days below one year count as 0, more months as whole years.
std::optional<double> read_months(std::string_view key, const std::vector<NumberAt>& numbers)
{
    const auto months =
        the_only(numbers, [&](const auto& n) { return begins_with_any(key.substr(n.to), month_units); });
    if (months) return std::floor(*months / 12);
    const auto small = the_only(numbers, [&](const auto& n) { return begins_with_any(key.substr(n.to), small_units); });
    if (small && numbers.size() == 1) return 0;
    return std::nullopt;
}

}  // namespace

std::optional<double> read_number(std::string_view key)
{
    if (says_nothing(key)) return 0;
    if (const auto spoken = read_spoken(key)) return spoken;
    auto numbers = numbers_in(key);
    std::erase_if(numbers, [&](const auto& n) { return key.substr(n.to).starts_with("番"); });  // 「今が一番つらい」
    if (numbers.size() == 1) return signed_as_written(key, numbers.front());
    return the_only(numbers, [&](const auto& n) { return begins_with_any(key.substr(n.to), people_counters); });
}

std::optional<double> read_age(std::string_view text, TimePoint now)
{
    const auto key = match_key(text);
    if (const auto spoken = read_spoken(key)) return spoken;
    const auto numbers = numbers_in(key);
    const auto years = the_only(numbers, [&](const auto& n) { return begins_with_any(key.substr(n.to), year_units); });
    if (years) return std::floor(*years);
    if (const auto born = read_date(text, now))
        if (const auto age = age_at(*born, now)) return *age;
    if (const auto months = read_months(key, numbers)) return months;
    if (numbers.size() == 1) return std::floor(signed_as_written(key, numbers.front()));
    return std::nullopt;
}

}  // namespace tsunagi::bot
