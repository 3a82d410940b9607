#include "server/ops/pretended_time.h"

#include <doctest/doctest.h>

using namespace tsunagi;

namespace {

config::ServerConfig on_this_machine()
{
    config::ServerConfig server;
    server.listen.address = "127.0.0.1";
    server.admin.address = "127.0.0.1";
    return server;
}

const TimePoint now = from_unix_ms(1'795'000'000'000);

}  // namespace

TEST_CASE("pretended time: two in the morning of a Sunday in Japan is 17:00 of the Saturday before in UTC")
{
    const auto ahead = ops::clock_ahead("2026-11-22T02:00", on_this_machine(), now);
    REQUIRE(ahead.ok());
    CHECK(now + *ahead == TimePoint{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21}} + std::chrono::hours{17});
}

TEST_CASE("pretended time: without it the clock is the machine's")
{
    CHECK(*ops::clock_ahead("", on_this_machine(), now) == Milliseconds{0});
}

TEST_CASE("pretended time: what is no time is refused, in words")
{
    for (const auto* wrong : {"yesterday", "2026-11-22", "2026-02-30T02:00", "2026-11-22T24:00", "2026-11-22T02:00:00Z", "2026-11-22T02:61"})
        CHECK_MESSAGE(!ops::clock_ahead(wrong, on_this_machine(), now).ok(), wrong);
}

TEST_CASE("pretended time: a server that others can reach never lives at another hour")
{
    auto server = on_this_machine();
    server.listen.address = "0.0.0.0";
    CHECK_FALSE(ops::clock_ahead("2026-11-22T02:00", server, now).ok());
}
