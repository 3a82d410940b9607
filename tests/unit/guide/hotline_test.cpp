#include "bot/base/japan_day.h"
#include "bot/guide/hotline.h"
#include "server/config/hotline_config.h"
#include "server/config/phone_number.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tsunagi;

namespace {

using namespace std::chrono;

constexpr auto day_of_reading = sys_days(year(2026) / 11 / 21);

const config::LoadedHotlines& real()
{
    static const auto loaded = config::load_hotlines("config", day_of_reading);
    return loaded;
}

const bot::Hotline& line(std::string_view id)
{
    const auto found = std::ranges::find(real().lines, id, &bot::Hotline::id);
    REQUIRE_MESSAGE(found != real().lines.end(), id);
    return *found;
}

/// Japanese wall time.
TimePoint japan(sys_days day, int hour, int minute = 0)
{
    return time_point_cast<Milliseconds>(day + hours(hour) + minutes(minute) - japan_offset);
}

constexpr sys_days monday = sys_days(year(2026) / 11 / 23);
constexpr sys_days sunday = sys_days(year(2026) / 11 / 22);
constexpr sys_days tuesday = sys_days(year(2026) / 11 / 24);

/// Written by hand from hotlines.md, not from the file: from and to which hour the line answers, on weekdays, Saturdays and
/// Sundays; {0, 24} all day, {0, 0} never (or at hours that differ by area, which nobody here knows).
struct Expected {
    const char* id;
    double weekday[2], saturday[2], sunday[2];
};
constexpr Expected expected[] = {
    {"police110", {0, 24}, {0, 24}, {0, 24}},   {"fire119", {0, 24}, {0, 24}, {0, 24}},
    {"yorisoi", {0, 24}, {0, 24}, {0, 24}},     {"inochisos", {0, 24}, {0, 24}, {0, 24}},
    {"dvplus", {0, 24}, {0, 24}, {0, 24}},      {"jiso189", {0, 24}, {0, 24}, {0, 24}},
    {"onestop8891", {0, 24}, {0, 24}, {0, 24}}, {"sos24", {0, 24}, {0, 24}, {0, 24}},
    {"inochidenwa_free", {16, 21}, {16, 21}, {16, 21}}, {"inochidenwa_navi", {10, 22}, {10, 22}, {10, 22}},
    {"childline", {16, 21}, {16, 21}, {16, 21}}, {"houterasu", {9, 21}, {9, 17}, {0, 0}},
    {"houterasu_ml", {9, 17}, {0, 0}, {0, 0}},  {"gaikokujinken", {9, 17}, {0, 0}, {0, 0}},
    {"jasso", {9, 20}, {0, 0}, {0, 0}},         {"dvnavi", {0, 0}, {0, 0}, {0, 0}},
    {"women8778", {0, 0}, {0, 0}, {0, 0}},      {"kokoro", {0, 0}, {0, 0}, {0, 0}},
    {"jiso783", {0, 0}, {0, 0}, {0, 0}},        {"oyakoline", {0, 0}, {0, 0}, {0, 0}},
    {"kodomojinken", {8.5, 17.25}, {0, 0}, {0, 0}},   {"kodomo8000", {0, 0}, {0, 0}, {0, 0}},
    {"kyukyu7119", {0, 0}, {0, 0}, {0, 0}},     {"yorisoi226", {0, 24}, {0, 24}, {0, 24}},
    {"yorisoi050", {0, 24}, {0, 24}, {0, 24}},  {"anatanoibasho", {0, 24}, {0, 24}, {0, 24}},
    {"mamorou", {0, 0}, {0, 0}, {0, 0}},        {"houterasu_ip", {9, 21}, {9, 17}, {0, 0}},
    {"houterasu_ml_ip", {9, 17}, {0, 0}, {0, 0}}, {"youikuhi", {0, 0}, {0, 0}, {0, 0}},
    {"youikuhi_tel", {0, 0}, {0, 0}, {0, 0}},   {"jiritsu", {0, 0}, {0, 0}, {0, 0}},
    {"shohi188", {0, 0}, {0, 0}, {0, 0}},       {"immi", {8.5, 17.25}, {0, 0}, {0, 0}},
    {"onestop_hikari", {0, 24}, {0, 24}, {0, 24}}, {"police8103", {0, 0}, {0, 0}, {0, 0}},
    {"police9110", {8.5, 17.25}, {0, 0}, {0, 0}},     {"joseijinken", {8.5, 17.25}, {0, 0}, {0, 0}},
    {"minnajinken", {8.5, 17.25}, {0, 0}, {0, 0}},
};

bool offers(const std::vector<std::string>& list, std::string_view word) { return std::ranges::find(list, word) != list.end(); }

}  // namespace

TEST_CASE("hotlines: the shipped file has no problem, and nothing of grade C can be shown")
{
    for (const auto& problem : real().problems) CHECK_MESSAGE(false, problem.file, ":", problem.line, ": ", problem.what);
    CHECK(real().lines.size() >= 45);
    for (const auto& each : real().lines) CHECK_MESSAGE(!(each.enabled && each.confidence == bot::Confidence::c), each.id);
}

TEST_CASE("hotlines: 168 hours of a week by the quarter, each line open exactly when hotlines.md says")
{
    for (const auto& each : expected)
        for (int quarter = 0; quarter < 168 * 4; ++quarter) {
            const auto day = quarter / 96;
            const auto hour = quarter % 96 / 4.0;
            const auto* open = day < 5 ? each.weekday : day == 5 ? each.saturday : each.sunday;
            const auto now = japan(monday + days(day), 0, quarter % 96 * 15);
            CHECK_MESSAGE(bot::open_at(line(each.id), now, false) == (hour >= open[0] && hour < open[1]), each.id, " ", day, " ", hour);
        }
    for (const auto& each : real().lines) {
        const auto is_listed = std::ranges::any_of(expected, [&](const auto& row) { return each.id == row.id; });
        CHECK_MESSAGE((is_listed || !each.enabled), each.id);
    }
}

TEST_CASE("hotlines: at no hour of the week is a closed line offered, for any topic, nor more than three")
{
    std::vector<std::string> topics;
    for (const auto& each : real().lines) topics.insert(topics.end(), each.topics.begin(), each.topics.end());
    for (int hour = 0; hour < 168; ++hour)
        for (const auto& topic : topics) {
            const auto now = japan(monday + days(hour / 24), hour % 24, 20);
            const auto offered = bot::choose(real().lines, {.topics = {topic}}, now, false);
            CHECK(offered.size() <= 3);
            for (const auto* each : offered) CHECK_MESSAGE((each->enabled && bot::open_at(*each, now, false)), each->id);
        }
}

TEST_CASE("hotlines: offices open at half past eight and close at a quarter past five, but not on a public holiday")
{
    const auto& rights = line("joseijinken");
    CHECK_FALSE(bot::open_at(rights, japan(tuesday, 8, 29), false));
    CHECK(bot::open_at(rights, japan(tuesday, 8, 30), false));
    CHECK(bot::open_at(rights, japan(tuesday, 17, 14), false));
    CHECK_FALSE(bot::open_at(rights, japan(tuesday, 17, 15), false));
    CHECK_FALSE(bot::open_at(rights, japan(tuesday, 10), true));
    CHECK(bot::open_at(line("yorisoi"), japan(tuesday, 10), true));
}

TEST_CASE("hotlines: Inochi no Denwa answers through the night of each month's tenth, and only then")
{
    const auto& free_line = line("inochidenwa_free");
    const auto tenth = sys_days(year(2026) / 12 / 10);
    CHECK_FALSE(bot::open_at(free_line, japan(tenth, 7, 59), false));
    CHECK(bot::open_at(free_line, japan(tenth, 8), false));
    CHECK(bot::open_at(free_line, japan(tenth, 23, 59), false));
    CHECK(bot::open_at(free_line, japan(tenth + days(1), 7, 59), false));
    CHECK_FALSE(bot::open_at(free_line, japan(tenth + days(1), 8), false));
    CHECK_FALSE(bot::open_at(free_line, japan(sunday, 2), false));
}

TEST_CASE("hotlines: Childline rests over the new year")
{
    const auto& childline = line("childline");
    CHECK(bot::open_at(childline, japan(sys_days(year(2026) / 12 / 28), 17), false));
    for (const auto day : {sys_days(year(2026) / 12 / 29), sys_days(year(2026) / 12 / 31), sys_days(year(2027) / 1 / 3)})
        CHECK_FALSE(bot::open_at(childline, japan(day, 17), false));
    CHECK(bot::open_at(childline, japan(sys_days(year(2027) / 1 / 4), 17), false));
}

TEST_CASE("hotlines: what rests on public holidays rests from 29 December to 3 January, too, as every public office does")
{
    const auto rests = [](const auto& rule) { return !rule.on_public_holidays; };
    for (const auto& each : real().lines) {
        if (std::ranges::none_of(each.hours.rules, rests)) continue;
        for (auto day = sys_days(year(2026) / 12 / 29); day <= sys_days(year(2027) / 1 / 3); day += days(1))
            CHECK_MESSAGE(!bot::open_at(each, japan(day, 10), false), each.id);
    }
    CHECK(bot::open_at(line("police9110"), japan(sys_days(year(2026) / 12 / 28), 10), false));
    CHECK(bot::open_at(line("police9110"), japan(sys_days(year(2027) / 1 / 4), 10), false));
}

TEST_CASE("hotlines: at two on a Sunday morning, life in danger: emergency first, then who listens all night")
{
    const auto offered = bot::choose(real().lines, {.topics = {"emergency", "suicide"}}, japan(sunday, 2), false);
    REQUIRE(offered.size() == 3);
    CHECK(offered[0]->id == "fire119");
    CHECK(offered[1]->id == "police110");
    CHECK(offers(offered[2]->topics, "suicide"));
    const auto quiet = bot::choose(real().lines, {.topics = {"suicide"}}, japan(sunday, 2), false);
    REQUIRE_FALSE(quiet.empty());
    for (const auto* each : quiet) CHECK_FALSE(offers(each->topics, "emergency"));
    CHECK(std::ranges::any_of(quiet, [](const auto* each) { return each->id == "inochisos"; }));
}

TEST_CASE("hotlines: an unknown topic falls back to a general line; a line of one region only serves that region")
{
    const auto offered = bot::choose(real().lines, {.topics = {"nothing-known"}}, japan(sunday, 2), false);
    REQUIRE(offered.size() == 1);
    CHECK(offered.front()->id == "yorisoi");
    const auto there = bot::choose(real().lines, {.topics = {"suicide"}, .regions = {"mirai", "fukushima"}}, japan(sunday, 2), false);
    CHECK(there.front()->id == "yorisoi226");
}

TEST_CASE("hotlines: somebody who speaks Nepali hears of a line in Nepali first")
{
    const auto offered = bot::choose(real().lines, {.topics = {"rights"}, .languages = {"ne"}}, japan(tuesday, 10), false);
    REQUIRE_FALSE(offered.empty());
    CHECK(offered.front()->id == "gaikokujinken");
}

TEST_CASE("hotlines: a line that has a way for other languages comes before those that answer in Japanese alone")
{
    const auto first_for = [](const char* language) {
        const auto offered = bot::choose(real().lines, {.topics = {"suicide"}, .languages = {language}}, japan(tuesday, 18), false);
        return offered.empty() ? std::string() : offered.front()->id;
    };
    CHECK(first_for("vi") == "yorisoi");
    CHECK(first_for("ja") == "inochisos");
}

TEST_CASE("hotlines: dial strings are what a telephone understands")
{
    CHECK(line("dvnavi").dial == "%238008");
    CHECK(line("yorisoi").dial == "0120279338");
    for (const auto& each : real().lines) CHECK(each.dial.find('#') == std::string::npos);
}

TEST_CASE("hotlines: wrong entries met in the wild are none of ours")
{
    for (const auto& each : real().lines) CHECK(each.dial != "0570046556");
    for (const auto* old : {"0570064000", "0570783189", "0570055210", "0570079714", "0120762029"})
        for (const auto& each : real().lines) CHECK_MESSAGE(!(each.enabled && each.dial == old), old);
    CHECK_FALSE(line("kodoku9999").enabled);
}

TEST_CASE("hotlines: a false promise about a line is found in its own sentence only")
{
    const auto& lines = real().lines;
    CHECK(bot::find_forbidden_phrase("いのちの電話 0120-783-556 は24時間です。", lines));
    CHECK(bot::find_forbidden_phrase("いのちの電話（ナビダイヤル）は２４時間つながります", lines));
    CHECK(bot::find_forbidden_phrase("生活保護相談 0120-279-338", lines));
    CHECK(bot::find_forbidden_phrase("よりそいホットライン 自殺予防ライン 0120-783-556", lines));
    CHECK_FALSE(bot::find_forbidden_phrase("よりそいホットラインは24時間です。いのちの電話 0120-783-556 は16時から21時です。", lines));
}

TEST_CASE("hotlines: overdue numbers warn, and still load")
{
    const auto later = config::load_hotlines("config", sys_days(year(2028) / 1 / 1));
    CHECK(later.ok());
    CHECK(later.problems.size() == later.lines.size());
}

TEST_CASE("hotlines: every telephone number we hold is seen by the checker of other texts")
{
    for (const auto& each : real().lines)
        if (!each.tel.empty()) CHECK_MESSAGE(config::find_phone_number("電話 " + each.tel), each.id);
}

TEST_CASE("hotlines: what is forbidden of a line is forbidden in every language")
{
    const auto& lines = real().lines;
    for (const char* text : {"いのちの電話 0570-783-556 24時間", "Inochi no Denwa: 0570-783-556, 24 hours", "0570-783-556 miễn phí",
                             "0570-783-556: 무료", "0570-783-556 निःशुल्क", "0570-783-556, gratuito", "0570-783-556 24小时"})
        CHECK_MESSAGE(bot::find_forbidden_phrase(text, lines), text);
    CHECK_FALSE(bot::find_forbidden_phrase("Yorisoi Hotline: 0120-279-338, 24 hours, toll-free", lines));
}

TEST_CASE("the day a line must be read again by is Japan's, also before nine in the morning there")
{
    CHECK(japan_day(sys_days(year(2026) / 11 / 23) + hours{14} + minutes{59}) == sys_days(year(2026) / 11 / 23));
    CHECK(japan_day(sys_days(year(2026) / 11 / 23) + hours{15}) == sys_days(year(2026) / 11 / 24));
    CHECK(japan_day(sys_days(year(2026) / 11 / 23) + hours{23} + minutes{59}) == sys_days(year(2026) / 11 / 24));
}
