#include "server/ops/backup_time.h"

#include <doctest/doctest.h>

using namespace tsunagi;

namespace {

/// An instant of the days around 2026-11-24, as a clock in Japan shows it.
TimePoint japan(int day, int hour, int minute)
{
    const auto date = std::chrono::sys_days{std::chrono::year{2026} / 11 / day};
    return TimePoint{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} - japan_offset;
}

constexpr int three_in_the_morning = 3 * 60;

}  // namespace

TEST_CASE("backup: after last night's copy the next is due in the coming night, in Japan's time")
{
    CHECK(ops::next_backup(japan(24, 3, 1), three_in_the_morning, japan(24, 3, 1)) == japan(25, 3, 0));
    CHECK(ops::next_backup(japan(24, 3, 0), three_in_the_morning, japan(24, 3, 0)) == japan(25, 3, 0));
    CHECK(ops::next_backup(japan(24, 2, 59), three_in_the_morning, japan(24, 2, 59)) == japan(24, 3, 0));
}

TEST_CASE("backup: a restart in the afternoon does not move the night's copy")
{
    CHECK(ops::next_backup(japan(24, 3, 1), three_in_the_morning, japan(24, 15, 0)) == japan(25, 3, 0));
}

TEST_CASE("backup: a night that was missed is made good soon after the start, not during it")
{
    CHECK(ops::next_backup(japan(22, 3, 1), three_in_the_morning, japan(24, 15, 0)) == japan(24, 15, 10));
    CHECK(ops::next_backup(std::nullopt, three_in_the_morning, japan(24, 15, 0)) == japan(24, 15, 10));
}
