#include "handoff/roster/holidays.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

using namespace std::chrono;
using tsunagi::handoff::public_holiday;

namespace {

struct Listed {
    int month;
    int day;
    std::string name;
};
using Year = std::vector<Listed>;

// The Cabinet Office's list of each year (国民の祝日について). It calls both kinds of added days 休日; we name them.
const std::map<int, Year> published = {
    {2020, {{1, 1, "元日"},        {1, 13, "成人の日"},     {2, 11, "建国記念の日"}, {2, 23, "天皇誕生日"},
            {2, 24, "振替休日"},   {3, 20, "春分の日"},     {4, 29, "昭和の日"},     {5, 3, "憲法記念日"},
            {5, 4, "みどりの日"},  {5, 5, "こどもの日"},    {5, 6, "振替休日"},      {7, 23, "海の日"},
            {7, 24, "スポーツの日"}, {8, 10, "山の日"},     {9, 21, "敬老の日"},     {9, 22, "秋分の日"},
            {11, 3, "文化の日"},   {11, 23, "勤労感謝の日"}}},
    {2021, {{1, 1, "元日"},        {1, 11, "成人の日"},     {2, 11, "建国記念の日"}, {2, 23, "天皇誕生日"},
            {3, 20, "春分の日"},   {4, 29, "昭和の日"},     {5, 3, "憲法記念日"},    {5, 4, "みどりの日"},
            {5, 5, "こどもの日"},  {7, 22, "海の日"},       {7, 23, "スポーツの日"}, {8, 8, "山の日"},
            {8, 9, "振替休日"},    {9, 20, "敬老の日"},     {9, 23, "秋分の日"},     {11, 3, "文化の日"},
            {11, 23, "勤労感謝の日"}}},
    {2022, {{1, 1, "元日"},        {1, 10, "成人の日"},     {2, 11, "建国記念の日"}, {2, 23, "天皇誕生日"},
            {3, 21, "春分の日"},   {4, 29, "昭和の日"},     {5, 3, "憲法記念日"},    {5, 4, "みどりの日"},
            {5, 5, "こどもの日"},  {7, 18, "海の日"},       {8, 11, "山の日"},       {9, 19, "敬老の日"},
            {9, 23, "秋分の日"},   {10, 10, "スポーツの日"}, {11, 3, "文化の日"},    {11, 23, "勤労感謝の日"}}},
    {2023, {{1, 1, "元日"},        {1, 2, "振替休日"},      {1, 9, "成人の日"},      {2, 11, "建国記念の日"},
            {2, 23, "天皇誕生日"}, {3, 21, "春分の日"},     {4, 29, "昭和の日"},     {5, 3, "憲法記念日"},
            {5, 4, "みどりの日"},  {5, 5, "こどもの日"},    {7, 17, "海の日"},       {8, 11, "山の日"},
            {9, 18, "敬老の日"},   {9, 23, "秋分の日"},     {10, 9, "スポーツの日"}, {11, 3, "文化の日"},
            {11, 23, "勤労感謝の日"}}},
    {2024, {{1, 1, "元日"},        {1, 8, "成人の日"},      {2, 11, "建国記念の日"}, {2, 12, "振替休日"},
            {2, 23, "天皇誕生日"}, {3, 20, "春分の日"},     {4, 29, "昭和の日"},     {5, 3, "憲法記念日"},
            {5, 4, "みどりの日"},  {5, 5, "こどもの日"},    {5, 6, "振替休日"},      {7, 15, "海の日"},
            {8, 11, "山の日"},     {8, 12, "振替休日"},     {9, 16, "敬老の日"},     {9, 22, "秋分の日"},
            {9, 23, "振替休日"},   {10, 14, "スポーツの日"}, {11, 3, "文化の日"},    {11, 4, "振替休日"},
            {11, 23, "勤労感謝の日"}}},
    {2025, {{1, 1, "元日"},        {1, 13, "成人の日"},     {2, 11, "建国記念の日"}, {2, 23, "天皇誕生日"},
            {2, 24, "振替休日"},   {3, 20, "春分の日"},     {4, 29, "昭和の日"},     {5, 3, "憲法記念日"},
            {5, 4, "みどりの日"},  {5, 5, "こどもの日"},    {5, 6, "振替休日"},      {7, 21, "海の日"},
            {8, 11, "山の日"},     {9, 15, "敬老の日"},     {9, 23, "秋分の日"},     {10, 13, "スポーツの日"},
            {11, 3, "文化の日"},   {11, 23, "勤労感謝の日"}, {11, 24, "振替休日"}}},
    {2026, {{1, 1, "元日"},        {1, 12, "成人の日"},     {2, 11, "建国記念の日"}, {2, 23, "天皇誕生日"},
            {3, 20, "春分の日"},   {4, 29, "昭和の日"},     {5, 3, "憲法記念日"},    {5, 4, "みどりの日"},
            {5, 5, "こどもの日"},  {5, 6, "振替休日"},      {7, 20, "海の日"},       {8, 11, "山の日"},
            {9, 21, "敬老の日"},   {9, 22, "国民の休日"},   {9, 23, "秋分の日"},     {10, 12, "スポーツの日"},
            {11, 3, "文化の日"},   {11, 23, "勤労感謝の日"}}},
    {2027, {{1, 1, "元日"},        {1, 11, "成人の日"},     {2, 11, "建国記念の日"}, {2, 23, "天皇誕生日"},
            {3, 21, "春分の日"},   {3, 22, "振替休日"},     {4, 29, "昭和の日"},     {5, 3, "憲法記念日"},
            {5, 4, "みどりの日"},  {5, 5, "こどもの日"},    {7, 19, "海の日"},       {8, 11, "山の日"},
            {9, 20, "敬老の日"},   {9, 23, "秋分の日"},     {10, 11, "スポーツの日"}, {11, 3, "文化の日"},
            {11, 23, "勤労感謝の日"}}},
};

std::string name_of(year_month_day day) { return public_holiday(day).value_or(""); }

std::string written(year_month_day day)
{
    return std::to_string(static_cast<int>(day.year())) + "-" + std::to_string(static_cast<unsigned>(day.month())) + "-" +
           std::to_string(static_cast<unsigned>(day.day()));
}

}  // namespace

TEST_CASE("holidays: every day of 2020 to 2027 is as the Cabinet Office published it")
{
    for (const auto& [which, listed] : published) {
        std::map<sys_days, std::string> expected;
        for (const auto& [m, d, name] : listed)
            expected[sys_days{year{which} / month(static_cast<unsigned>(m)) / day(static_cast<unsigned>(d))}] = name;
        REQUIRE(expected.size() == listed.size());
        for (sys_days day = year{which} / January / 1; day <= sys_days{year{which} / December / 31}; day += days{1}) {
            const auto found = expected.find(day);
            INFO(written(day));
            CHECK(name_of(day) == (found == expected.end() ? "" : found->second));
        }
    }
}

TEST_CASE("holidays: the rare Wednesday between two holidays of September")
{
    CHECK(name_of(2026y / September / 22) == "国民の休日");
    CHECK(name_of(2032y / September / 21) == "国民の休日");
    CHECK(name_of(2037y / September / 22) == "国民の休日");
    CHECK(name_of(2028y / September / 21).empty());  // two days lie between
}

TEST_CASE("holidays: a day off made up for a Sunday is no holiday that could enclose another day")
{
    // 2024: Sunday 22 September is the equinox, Monday 23 its substitute; Tuesday 24 is a day of work.
    CHECK(name_of(2024y / September / 24).empty());
    // 2025: Tuesday 6 May makes up for Sunday 4 May, behind the holiday of 5 May.
    CHECK(name_of(2025y / May / 6) == "振替休日");
    CHECK(name_of(2025y / May / 7).empty());
}

TEST_CASE("holidays: until 2099 each year has its sixteen, each equinox falls on a day it can fall on")
{
    for (int which = 2020; which <= 2099; ++which) {
        int named = 0;
        for (sys_days day = year{which} / January / 1; day <= sys_days{year{which} / December / 31}; day += days{1}) {
            const auto name = name_of(day);
            if (name.empty()) continue;
            const year_month_day date{day};
            INFO(written(date));
            if (name == "春分の日") CHECK((date.day() >= 19d && date.day() <= 21d));
            if (name == "秋分の日") CHECK((date.day() >= 22d && date.day() <= 23d));
            if (name == "振替休日") CHECK(weekday{day} != Sunday);
            if (name != "振替休日" && name != "国民の休日") ++named;
        }
        INFO(which);
        CHECK(named == 16);
    }
}

TEST_CASE("holidays: a date that does not exist is none")
{
    CHECK(name_of(2026y / February / 30).empty());
}
