#include "bot/flow/relative_date.h"

#include "bot/flow/numerals.h"

namespace tsunagi::bot {
namespace {

using std::chrono::local_days;
using std::chrono::year_month_day;

enum class Measure { day, week, month, year };

/// A word that names a day, month or year from here. Longer words first where one contains another.
struct Near {
    std::string_view word;
    Measure measure;
    int offset;
};
constexpr Near near_words[]{{"再来年", Measure::year, 2},
                            {"さらいねん", Measure::year, 2},
                            {"一昨年", Measure::year, -2},
                            {"おととし", Measure::year, -2},
                            {"再来月", Measure::month, 2},
                            {"先々月", Measure::month, -2},
                            {"一昨日", Measure::day, -2},
                            {"おととい", Measure::day, -2},
                            {"明後日", Measure::day, 2},
                            {"あさって", Measure::day, 2},
                            {"day before yesterday", Measure::day, -2},
                            {"day after tomorrow", Measure::day, 2},
                            {"今日", Measure::day, 0},
                            {"きょう", Measure::day, 0},
                            {"本日", Measure::day, 0},
                            {"today", Measure::day, 0},
                            {"昨日", Measure::day, -1},
                            {"きのう", Measure::day, -1},
                            {"yesterday", Measure::day, -1},
                            {"明日", Measure::day, 1},
                            {"あした", Measure::day, 1},
                            {"tomorrow", Measure::day, 1},
                            {"今月", Measure::month, 0},
                            {"こんげつ", Measure::month, 0},
                            {"this month", Measure::month, 0},
                            {"先月", Measure::month, -1},
                            {"せんげつ", Measure::month, -1},
                            {"last month", Measure::month, -1},
                            {"来月", Measure::month, 1},
                            {"らいげつ", Measure::month, 1},
                            {"next month", Measure::month, 1},
                            {"今年", Measure::year, 0},
                            {"ことし", Measure::year, 0},
                            {"this year", Measure::year, 0},
                            {"去年", Measure::year, -1},
                            {"きょねん", Measure::year, -1},
                            {"昨年", Measure::year, -1},
                            {"last year", Measure::year, -1},
                            {"来年", Measure::year, 1},
                            {"らいねん", Measure::year, 1},
                            {"next year", Measure::year, 1}};

/// What follows the number of 「3日前」. Longer words first.
struct Counted {
    std::string_view unit;
    Measure measure;
};
constexpr Counted counted_units[]{
    {"週間", Measure::week},   {"しゅうかん", Measure::week}, {"か月", Measure::month},    {"ゖ月", Measure::month},
    {"け月", Measure::month},  {"箇月", Measure::month},      {"ヶ月", Measure::month},    {"かげつ", Measure::month},
    {"年", Measure::year},     {"日", Measure::day},          {" days", Measure::day},     {" day", Measure::day},
    {" weeks", Measure::week}, {" week", Measure::week},      {" months", Measure::month}, {" month", Measure::month},
    {" years", Measure::year}, {" year", Measure::year}};
constexpr std::string_view before_words[]{"前", "まえ", "ほど前", "くらい前", "ぐらい前", " ago", " before"};
constexpr std::string_view after_words[]{"後", "ご", " later", " from now"};
constexpr double offset_max = 200 * 366;  // beyond any life, and far from what a date type holds

DateRead exact(local_days day)
{
    const year_month_day date{day};
    return {date.year(), date.month(), date.day()};
}

DateRead moved(local_days today, Measure measure, int offset)
{
    if (measure == Measure::day) return exact(today + std::chrono::days{offset});
    if (measure == Measure::week) return exact(today + std::chrono::weeks{offset});
    const year_month_day date{today};
    const auto year_month = date.year() / date.month();
    if (measure == Measure::month) {
        const auto there = year_month + std::chrono::months{offset};
        return {there.year(), there.month(), std::nullopt};
    }
    return {(year_month + std::chrono::years{offset}).year(), std::nullopt, std::nullopt};
}

/// -1 for 前, 1 for 後, 0 when neither follows.
int direction(std::string_view rest)
{
    for (const auto word : before_words)
        if (rest.starts_with(word)) return -1;
    for (const auto word : after_words)
        if (rest.starts_with(word)) return 1;
    return 0;
}

std::optional<DateRead> read_counted(std::string_view key, const std::vector<NumberAt>& numbers, local_days today)
{
    if (numbers.size() != 1 || numbers.front().value > offset_max) return std::nullopt;
    const auto rest = key.substr(numbers.front().to);
    for (const auto& [unit, measure] : counted_units) {
        if (!rest.starts_with(unit)) continue;
        const int sign = direction(rest.substr(unit.size()));
        if (sign == 0) return std::nullopt;
        return moved(today, measure, sign * static_cast<int>(numbers.front().value));
    }
    return std::nullopt;
}

/// The number right before `mark`, when it is the only one such.
std::optional<unsigned> numbered(std::string_view key, const std::vector<NumberAt>& numbers, std::string_view mark)
{
    std::optional<unsigned> found;
    for (const auto& number : numbers) {
        if (!key.substr(number.to).starts_with(mark) || number.value > 31) continue;
        if (found) return std::nullopt;
        found = static_cast<unsigned>(number.value);
    }
    return found;
}

/// 去年の4月, 来月10日: what stands behind the word makes it more exact. Behind a day nothing does.
DateRead refined(DateRead date, Measure measure, std::string_view rest)
{
    const auto numbers = numbers_in(rest);
    if (measure == Measure::year)
        if (const auto month = numbered(rest, numbers, "月")) date.month = std::chrono::month{*month};
    if (measure != Measure::day && date.month)
        if (const auto day = numbered(rest, numbers, "日")) date.day = std::chrono::day{*day};
    return date;
}

}  // namespace

local_days today_in_japan(TimePoint now)
{
    return local_days{std::chrono::floor<std::chrono::days>(now + japan_offset).time_since_epoch()};
}

std::optional<DateRead> read_relative_date(std::string_view key, local_days today)
{
    for (const auto& [word, measure, offset] : near_words) {
        const auto at = key.find(word);
        if (at != std::string_view::npos)
            return refined(moved(today, measure, offset), measure, key.substr(at + word.size()));
    }
    return read_counted(key, numbers_in(key), today);
}

}  // namespace tsunagi::bot
