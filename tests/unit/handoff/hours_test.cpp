#include "handoff/roster/hours.h"
#include "handoff/roster/japan_time.h"

#include "tests/unit/handoff/story.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

using namespace std::chrono;
using namespace tsunagi;
using namespace tsunagi::handoff;
using namespace tsunagi::story;

namespace {

constexpr int minutes_a_day = 24 * 60;

/// Open or closed for every minute from the beginning of a year on, painted slot by slot: slow, but hard to get wrong.
class Painted {
public:
    Painted(const OpeningHours& hours, sys_days first_day, int day_count)
        : first_(from_japan_time(first_day, 0)), open_(static_cast<std::size_t>(day_count * minutes_a_day), false)
    {
        for (int i = 0; i < day_count; ++i) paint_day(hours, first_day + days{i}, i * minutes_a_day);
    }

    TimePoint at(std::size_t minute) const { return first_ + minutes{minute}; }
    bool open(std::size_t minute) const { return open_[minute]; }
    std::optional<TimePoint> next(std::size_t from, bool wanted) const
    {
        const auto limit = std::min(open_.size(), from + std::size_t{60} * minutes_a_day + 1);
        for (auto minute = from; minute < limit; ++minute)
            if (open_[minute] == wanted) return at(minute);
        return std::nullopt;
    }

private:
    void paint_day(const OpeningHours& hours, sys_days day, int offset)
    {
        const std::vector<Slot>* slots = &hours.weekly[weekday{day}.c_encoding()];
        static const std::vector<Slot> none;
        if (hours.closed_on_public_holidays && public_holiday(day)) slots = &none;
        for (const auto& exception : hours.exceptions)
            if (exception.day == year_month_day{day}) slots = &exception.slots;
        for (const auto& slot : *slots)
            for (int minute = slot.from_minute; minute < slot.to_minute; ++minute)
                open_[static_cast<std::size_t>(offset + minute)] = true;
    }

    TimePoint first_;
    std::vector<bool> open_;
};

/// Compares a year with the painted one: every minute whether it is open; around every change, and every now and then
/// between, when it opens and closes next.
void check_year(const OpeningHours& hours, year which)
{
    const int year_days = which.is_leap() ? 366 : 365;
    const Painted oracle(hours, which / January / 1, year_days + 62);
    const auto last = static_cast<std::size_t>(year_days) * minutes_a_day;
    int wrong = 0;
    for (std::size_t minute = 1; minute < last; ++minute) {
        const auto now = oracle.at(minute);
        const bool open = is_open(hours, now);
        if (open != oracle.open(minute)) ++wrong;
        if (oracle.open(minute) == oracle.open(minute - 1) && minute % 97 != 0) continue;
        if (next_opening(hours, now) != oracle.next(minute, true)) ++wrong;
        if (closes_at(hours, now) != (open ? oracle.next(minute, false) : std::nullopt)) ++wrong;
        const auto within = now + 59s + 999ms;  // seconds never round a minute up
        if (is_open(hours, within) != open) ++wrong;
    }
    CHECK(wrong == 0);
}

OpeningHours demo_hours()
{
    OpeningHours hours;
    for (unsigned day = 1; day <= 5; ++day) hours.weekly[day] = {{10 * 60, 17 * 60}, {18 * 60, 20 * 60}};
    hours.weekly[6] = {{10 * 60, 12 * 60}};
    hours.exceptions = {{2026y / December / 29, {}}, {2027y / January / 4, {{13 * 60, 17 * 60}}}};
    return hours;
}

}  // namespace

TEST_CASE("hours: a lunch break is closed, its first and last minute count")
{
    const auto hours = demo_hours();
    CHECK_FALSE(is_open(hours, at(2026y / November / 20, 9, 59)));
    CHECK(is_open(hours, at(2026y / November / 20, 10, 0)));
    CHECK(is_open(hours, at(2026y / November / 20, 16, 59)));
    CHECK_FALSE(is_open(hours, at(2026y / November / 20, 17, 0)));
    CHECK(next_opening(hours, at(2026y / November / 20, 17, 0)) == at(2026y / November / 20, 18, 0));
    CHECK(closes_at(hours, at(2026y / November / 20, 11, 0)) == at(2026y / November / 20, 17, 0));
    CHECK(closes_at(hours, at(2026y / November / 20, 17, 0)) == std::nullopt);
}

TEST_CASE("hours: two in the morning on Sunday before a public holiday: open again on Tuesday")
{
    // 23 November 2026 is a Monday and 勤労感謝の日.
    CHECK(next_opening(demo_hours(), at(2026y / November / 22, 2, 0)) == at(2026y / November / 24, 10, 0));
    auto hours = demo_hours();
    hours.closed_on_public_holidays = false;
    CHECK(next_opening(hours, at(2026y / November / 22, 2, 0)) == at(2026y / November / 23, 10, 0));
}

TEST_CASE("hours: a one-off day wins over the week and over a holiday")
{
    auto hours = demo_hours();
    CHECK_FALSE(is_open(hours, at(2026y / December / 29, 11, 0)));
    CHECK_FALSE(is_open(hours, at(2027y / January / 4, 11, 0)));
    CHECK(is_open(hours, at(2027y / January / 4, 13, 0)));
    hours.exceptions.push_back({2027y / January / 1, {{9 * 60, 10 * 60}}});
    CHECK(is_open(hours, at(2027y / January / 1, 9, 30)));
}

TEST_CASE("hours: open past midnight is one opening, whatever the date says")
{
    OpeningHours hours;
    hours.weekly[5] = {{17 * 60, 24 * 60}};
    hours.weekly[6] = {{0, 2 * 60}};
    CHECK(is_open(hours, at(2026y / November / 20, 23, 59)));
    CHECK(is_open(hours, at(2026y / November / 21, 0, 0)));
    CHECK_FALSE(is_open(hours, at(2026y / November / 21, 2, 0)));
    CHECK(closes_at(hours, at(2026y / November / 20, 20, 0)) == at(2026y / November / 21, 2, 0));
}

TEST_CASE("hours: slots that overlap close with the later one")
{
    OpeningHours hours;
    hours.weekly[5] = {{10 * 60, 15 * 60}, {9 * 60, 12 * 60}, {14 * 60, 16 * 60}};
    CHECK(next_opening(hours, at(2026y / November / 20, 8, 0)) == at(2026y / November / 20, 9, 0));
    CHECK(closes_at(hours, at(2026y / November / 20, 9, 0)) == at(2026y / November / 20, 16, 0));
}

TEST_CASE("hours: open now, the next opening is now, to the millisecond")
{
    const auto now = at(2026y / November / 20, 10, 30) + 12s + 345ms;
    CHECK(next_opening(demo_hours(), now) == now);
}

TEST_CASE("hours: a desk that never opens names no date, one that never closes no end")
{
    const auto now = at(2026y / November / 20, 10, 0);
    CHECK(next_opening(OpeningHours{}, now) == std::nullopt);
    OpeningHours far;
    far.exceptions = {{year_month_day{sys_days{2026y / November / 20} + days{61}}, {{10 * 60, 11 * 60}}}};
    CHECK(next_opening(far, now) == std::nullopt);
    far.exceptions = {{year_month_day{sys_days{2026y / November / 20} + days{60}}, {{10 * 60, 11 * 60}}}};
    CHECK(next_opening(far, now) == now + days{60});
    CHECK(next_opening(far, now - 1min) == std::nullopt);

    OpeningHours always{.weekly = {}, .closed_on_public_holidays = false, .exceptions = {}};
    for (auto& day : always.weekly) day = {{0, minutes_a_day}};
    CHECK(is_open(always, now));
    CHECK(closes_at(always, now) == std::nullopt);
}

TEST_CASE("hours: a slot that ends before it begins opens nothing")
{
    OpeningHours hours;
    hours.weekly[5] = {{12 * 60, 11 * 60}, {13 * 60, 13 * 60}};
    CHECK_FALSE(is_open(hours, at(2026y / November / 20, 11, 30)));
    CHECK(next_opening(hours, at(2026y / November / 20, 11, 30)) == std::nullopt);
}

TEST_CASE("hours: minute by minute over a year as painted by hand")
{
    check_year(demo_hours(), 2026y);
    auto night = demo_hours();
    night.weekly[0] = {{0, 2 * 60}, {22 * 60, minutes_a_day}};
    night.weekly[6] = {{22 * 60, minutes_a_day}, {0, 5}};
    night.closed_on_public_holidays = false;
    check_year(night, 2024y);
}

TEST_CASE("hours: made-up hours, minute by minute")
{
    std::mt19937 dice(20261120);
    const auto below = [&](int limit) { return static_cast<int>(dice() % static_cast<unsigned>(limit)); };
    for (int round = 0; round < 3; ++round) {
        OpeningHours hours;
        hours.closed_on_public_holidays = below(2) == 0;
        for (auto& day : hours.weekly)
            for (int i = below(4); i > 0; --i) {
                const int from = below(minutes_a_day);
                day.push_back({from, from + 1 + below(minutes_a_day - from)});
            }
        for (int i = 0; i < 20; ++i) {
            const auto day = sys_days{2025y / January / 1} + days{i * 18 + below(18)};
            hours.exceptions.push_back({day, below(2) == 0 ? std::vector<Slot>{} : std::vector<Slot>{{600, 900}}});
        }
        INFO(round);
        check_year(hours, 2025y);
    }
}
