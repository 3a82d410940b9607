#pragma once
#include "bot/base/time.h"

#include <chrono>

namespace tsunagi::handoff {

/// What a clock and a calendar on a wall in Japan show.
struct JapanTime {
    std::chrono::sys_days day;  ///< the local date, counted as std::chrono counts days
    int minute = 0;             ///< since local midnight, 0..1439; seconds are cut off

    std::chrono::year_month_day date() const { return std::chrono::year_month_day{day}; }
    std::chrono::weekday weekday() const { return std::chrono::weekday{day}; }
};

constexpr JapanTime to_japan_time(TimePoint instant)
{
    const auto local = instant + japan_offset;
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const auto minute = std::chrono::floor<std::chrono::minutes>(local - day);
    return {.day = day, .minute = static_cast<int>(minute.count())};
}

/// The instant at which a wall clock in Japan shows `minute` (0..1440) of `day`.
constexpr TimePoint from_japan_time(std::chrono::sys_days day, int minute)
{
    return TimePoint{day} + std::chrono::minutes{minute} - japan_offset;
}

}  // namespace tsunagi::handoff
