#include "server/ops/backup_time.h"

#include "handoff/roster/japan_time.h"

namespace tsunagi::ops {

static constexpr std::chrono::minutes after_a_start{10};

TimePoint next_backup(std::optional<TimePoint> newest, int minute_of_day, TimePoint now)
{
    if (!newest) return now + after_a_start;
    const auto day = handoff::to_japan_time(*newest).day;
    auto due = handoff::from_japan_time(day, minute_of_day);
    if (due <= *newest) due = handoff::from_japan_time(day + std::chrono::days(1), minute_of_day);
    return due < now ? now + after_a_start : due;
}

}  // namespace tsunagi::ops
