#include "server/webchat/peer.h"
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

TEST_CASE("rate: behind a proxy of ours everybody has her own allowance; a stranger cannot choose his name")
{
    http::Request request;
    request.peer = "127.0.0.1";
    CHECK(webchat::who_asks(request) == "127.0.0.1");
    request.fields = {{"X-Forwarded-For", "1.2.3.4, 203.0.113.9"}};
    CHECK(webchat::who_asks(request) == "203.0.113.9");
    request.fields = {{"X-Forwarded-For", "203.0.113.9"}};
    CHECK(webchat::who_asks(request) == "203.0.113.9");
    request.peer = "172.20.0.3";
    CHECK(webchat::who_asks(request) == "203.0.113.9");
    request.peer = "198.51.100.7";
    CHECK(webchat::who_asks(request) == "198.51.100.7");
    request.peer = "172.32.0.3";
    CHECK(webchat::who_asks(request) == "172.32.0.3");
    request.peer = "10.0.0.1";
    request.fields = {{"X-Forwarded-For", std::string(500, 'x')}};
    CHECK(webchat::who_asks(request) == "10.0.0.1");
}
