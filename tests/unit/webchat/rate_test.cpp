#include "server/webchat/rate.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using webchat::Rate;

TEST_CASE("rate: a burst, then as many a minute as allowed, each for himself")
{
    Rate rate(3, 6);
    TimePoint now = from_unix_ms(1'795'140'000'000);
    for (int i = 0; i < 3; ++i) CHECK(rate.take("a", now));
    CHECK_FALSE(rate.take("a", now));
    CHECK(rate.take("b", now));
    now += std::chrono::seconds(10);
    CHECK(rate.has("a", now));
    CHECK(rate.take("a", now));
    CHECK_FALSE(rate.has("a", now));
    now += std::chrono::hours(1);
    for (int i = 0; i < 3; ++i) CHECK(rate.take("a", now));
    CHECK_FALSE(rate.take("a", now));
}

TEST_CASE("rate: a clock that steps back gives nothing away and takes nothing")
{
    Rate rate(1, 60);
    const TimePoint now = from_unix_ms(1'795'140'000'000);
    CHECK(rate.take("a", now));
    CHECK_FALSE(rate.take("a", now - std::chrono::hours(1)));
}
