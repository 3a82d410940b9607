// What a desk's manager is told of the month's LINE messages: the truth, or that it is not known.
#include "server/api/line_status.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace std::chrono_literals;
using api::ChannelStatus;

namespace {

const TimePoint november_20 = from_unix_ms(1'795'140'000'000);  // 2026-11-20 11:00 in Japan

ChannelStatus channel(std::optional<std::int64_t> limit, std::int64_t used, TimePoint read_at = november_20)
{
    ChannelStatus status;
    status.name = "line-main";
    status.quota = {limit, used, limit ? *limit / 10 : 0, read_at};
    return status;
}

std::string state_of(const ChannelStatus& status, TimePoint now = november_20) { return api::channel_json(status, now)["state"]; }

}  // namespace

TEST_CASE("quota: limit, used, left and reserve with the hour LINE said so")
{
    const auto shown = api::channel_json(channel(200, 185), november_20 + 30min);
    CHECK(shown["state"] == "limited");
    CHECK(shown["limit"] == 200);
    CHECK(shown["used"] == 185);
    CHECK(shown["left"] == 15);
    CHECK(shown["reserve"] == 20);
    CHECK(shown["read_at"] == "2026-11-20T11:00:00.000+09:00");
    CHECK(shown["unanswered_at"].is_null());
    CHECK(api::channel_json(channel(200, 230), november_20)["left"] == 0);
}

TEST_CASE("quota: a plan without a limit has no rest that could run out")
{
    const auto shown = api::channel_json(channel(std::nullopt, 99'999), november_20);
    CHECK(shown["state"] == "unlimited");
    CHECK(shown["used"] == 99'999);
    CHECK(shown["limit"].is_null());
    CHECK(shown["left"].is_null());
    CHECK(api::low_quota_json({channel(std::nullopt, 99'999)}, november_20).is_null());
}

TEST_CASE("quota: what is not known is said as such, never as a zero")
{
    ChannelStatus status;
    status.name = "line-main";
    CHECK(state_of(status) == "not_read");
    CHECK(api::channel_json(status, november_20)["used"].is_null());
    status.unanswered_at = november_20;
    CHECK(state_of(status) == "no_answer");
    status.paused = true;
    CHECK(state_of(status) == "paused");
    CHECK(api::low_quota_json({status}, november_20).is_null());
}

TEST_CASE("quota: older figures stay while LINE does not answer, with both hours")
{
    auto status = channel(200, 50);
    status.unanswered_at = november_20 + 1h;
    const auto shown = api::channel_json(status, november_20 + 61min);
    CHECK(shown["state"] == "limited");
    CHECK(shown["unanswered_at"] == "2026-11-20T12:00:00.000+09:00");
}

TEST_CASE("quota: last month's figures say nothing of this month, by the calendar in Japan")
{
    const TimePoint last_evening = from_unix_ms(1'796'050'740'000);   // 2026-11-30 23:59 in Japan
    const TimePoint first_morning = from_unix_ms(1'796'050'800'000);  // 2026-12-01 00:00 in Japan
    const auto used_up = channel(200, 200, last_evening);
    CHECK(state_of(used_up, last_evening) == "limited");
    CHECK(state_of(used_up, first_morning) == "not_read");
    CHECK_FALSE(api::low_quota_json({used_up}, last_evening).is_null());
    CHECK(api::low_quota_json({used_up}, first_morning).is_null());
}

TEST_CASE("quota: counselors are told once only their reserve is left, of the channel that has least")
{
    CHECK(api::low_quota_json({channel(200, 179)}, november_20).is_null());
    CHECK(api::low_quota_json({channel(200, 180)}, november_20)["left"] == 20);
    const auto low = api::low_quota_json({channel(200, 185), channel(1'000, 995), channel(1'000, 0)}, november_20);
    CHECK(low["left"] == 5);
    CHECK(low["read_at"] == "2026-11-20T11:00:00.000+09:00");
}
