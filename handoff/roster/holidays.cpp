#include "handoff/roster/holidays.h"

#include <algorithm>
#include <string_view>

namespace tsunagi::handoff {
namespace {

using namespace std::chrono;

/// A holiday of article 2 of the act, or nothing: the act calls only these 国民の祝日. The days that articles 3-2 and 3-3
/// add are mere 休日 and never beget another one.
using Named = std::string_view;

struct Fixed {
    month_day day;
    Named name;
};
constexpr Fixed fixed_days[] = {
    {January / 1, "元日"},     {February / 11, "建国記念の日"}, {February / 23, "天皇誕生日"}, {April / 29, "昭和の日"},
    {May / 3, "憲法記念日"},   {May / 4, "みどりの日"},         {May / 5, "こどもの日"},       {August / 11, "山の日"},
    {November / 3, "文化の日"}, {November / 23, "勤労感謝の日"},
};

struct HappyMonday {
    month_weekday day;
    Named name;
};
constexpr HappyMonday happy_mondays[] = {
    {January / Monday[2], "成人の日"},
    {July / Monday[3], "海の日"},
    {September / Monday[3], "敬老の日"},
    {October / Monday[2], "スポーツの日"},
};

/// The Tokyo Olympics moved three holidays of 2020 and, postponed, of 2021 (special measures act for the games).
struct Moved {
    Named name;
    year_month_day to;
};
constexpr Moved moved_days[] = {
    {"海の日", 2020y / July / 23}, {"スポーツの日", 2020y / July / 24}, {"山の日", 2020y / August / 10},
    {"海の日", 2021y / July / 22}, {"スポーツの日", 2021y / July / 23}, {"山の日", 2021y / August / 8},
};

/// The day of an equinox in Japan: `at_1980` is the instant of 1980 as a fractional day of its month, which moves by
/// the tropical year's surplus and falls back with each leap day. Holds for 1980 to 2099 (2100 has no leap day).
int equinox_day(year which, double at_1980)
{
    const int years = static_cast<int>(which) - 1980;
    return static_cast<int>(at_1980 + 0.242194 * years) - years / 4;
}
year_month_day spring_equinox(year which) { return which / March / equinox_day(which, 20.8431); }
year_month_day autumn_equinox(year which) { return which / September / equinox_day(which, 23.2488); }

bool moved_away(Named name, year which)
{
    return std::ranges::any_of(moved_days, [&](const Moved& m) { return m.name == name && m.to.year() == which; });
}

Named national_holiday(year_month_day day)
{
    for (const auto& moved : moved_days)
        if (moved.to == day) return moved.name;
    for (const auto& fixed : fixed_days)
        if (day.year() / fixed.day == day && !moved_away(fixed.name, day.year())) return fixed.name;
    for (const auto& monday : happy_mondays)
        if (year_month_day{day.year() / monday.day} == day && !moved_away(monday.name, day.year())) return monday.name;
    if (day == spring_equinox(day.year())) return "春分の日";
    if (day == autumn_equinox(day.year())) return "秋分の日";
    return {};
}
bool is_national_holiday(sys_days day) { return !national_holiday(year_month_day{day}).empty(); }

/// Article 3-2: a Sunday's holiday is made up for on the nearest day after it that is not a holiday itself.
bool makes_up_for_a_sunday(sys_days day)
{
    for (auto before = day - days{1}; is_national_holiday(before); before -= days{1})
        if (weekday{before} == Sunday) return true;
    return false;
}

/// Article 3-3: a day that has a holiday on either side is a day off.
bool lies_between_holidays(sys_days day)
{
    return is_national_holiday(day - days{1}) && is_national_holiday(day + days{1});
}

}  // namespace

std::optional<std::string> public_holiday(year_month_day day)
{
    if (!day.ok()) return std::nullopt;
    if (const auto name = national_holiday(day); !name.empty()) return std::string{name};
    if (makes_up_for_a_sunday(sys_days{day})) return "振替休日";
    if (lies_between_holidays(sys_days{day})) return "国民の休日";
    return std::nullopt;
}

}  // namespace tsunagi::handoff
