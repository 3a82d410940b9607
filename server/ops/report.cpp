#include "server/ops/report.h"

#include "handoff/roster/japan_time.h"

#include <array>
#include <cstdio>

namespace tsunagi::ops {

std::string to_text(const config::Problem& problem)
{
    const std::string place = problem.line > 0 ? problem.file + ":" + std::to_string(problem.line) : problem.file;
    return place + ": " + (problem.warning ? "warning: " : "") + problem.what + "; " + problem.mend;
}

std::size_t print_problems(const std::vector<config::Problem>& problems, std::ostream& out)
{
    std::size_t errors = 0;
    for (const auto& problem : problems) {
        out << to_text(problem) << '\n';
        if (!problem.warning) ++errors;
    }
    return errors;
}

std::size_t play_and_print(const std::vector<Story>& stories, const config::Loaded& loaded, std::ostream& out)
{
    std::size_t failed = 0;
    for (const auto& story : stories) {
        const auto failure = play(story, loaded);
        if (!failure) continue;
        ++failed;
        out << to_text(*failure);
    }
    return failed;
}

std::string counted(std::size_t count, const std::string& thing)
{
    return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

std::string day_text(std::chrono::year_month_day day)
{
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
    return text.data();
}

std::string japan_time_text(TimePoint instant)
{
    const auto time = handoff::to_japan_time(instant);
    std::array<char, 16> clock{};
    std::snprintf(clock.data(), clock.size(), " %02u:%02u", static_cast<unsigned>(time.minute) / 60 % 24, static_cast<unsigned>(time.minute) % 60);
    return day_text(time.date()) + clock.data();
}

} // namespace tsunagi::ops
