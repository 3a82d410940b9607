// Who asks, for limits: behind a proxy and in front of none.
#include "server/http/network.h"
#include "server/http/peer.h"

#include <doctest/doctest.h>

using namespace tsunagi::http;

namespace {

std::string asks(const std::string& peer, const std::string& forwarded = {})
{
    Request request;
    request.peer = peer;
    request.by_proxy = !forwarded.empty();
    if (!forwarded.empty()) request.fields = {{"X-Forwarded-For", forwarded}};
    return who_asks(request);
}

}  // namespace

TEST_CASE("peer: behind a proxy of ours everybody has an allowance of her own; a stranger cannot choose his name")
{
    CHECK(asks("127.0.0.1") == "127.0.0.1");
    CHECK(asks("127.0.0.1", "1.2.3.4, 203.0.113.9") == "203.0.113.9");
    CHECK(asks("127.0.0.1", "203.0.113.9") == "203.0.113.9");
    CHECK(asks("127.0.0.1", "1.2.3.4, 5.6.7.8, 203.0.113.9") == "203.0.113.9");
    Request direct;
    direct.peer = "10.0.0.9";
    direct.fields = {{"X-Forwarded-For", "203.0.113.9"}, {"X-Forwarded-Proto", "https"}};
    CHECK(who_asks(direct) == "10.0.0.9");
    CHECK_FALSE(came_over_https(direct));
    direct.by_proxy = true;
    CHECK(who_asks(direct) == "203.0.113.9");
    CHECK(came_over_https(direct));
    direct.fields.back().second = "https, http";
    CHECK_FALSE(came_over_https(direct));
}

TEST_CASE("peer: a port that the proxy writes is no part of the address, and what is none names nobody")
{
    CHECK(asks("10.0.0.1", "203.0.113.9:50123") == "203.0.113.9");
    CHECK(asks("10.0.0.1", "[2001:db8:1:2::5]:50123") == "2001:db8:1:2::/64");
    CHECK(asks("10.0.0.1", std::string(500, 'x')) == "10.0.0.1");
    CHECK(asks("10.0.0.1", "unknown") == "10.0.0.1");
    CHECK(asks("10.0.0.1", "[") == "10.0.0.1");
}

TEST_CASE("peer: all of one subscriber's IPv6 addresses are one")
{
    CHECK(asks("2001:db8:1:2::5") == asks("2001:db8:1:2:ffff:ffff:ffff:ffff"));
    CHECK(asks("2001:db8:1:2::5") != asks("2001:db8:1:3::5"));
    CHECK(asks("::1", "2001:db8:1:2::5") == "2001:db8:1:2::/64");
    CHECK(share_of("203.0.113.9") == "203.0.113.9");
    CHECK(asks("::1", "::ffff:203.0.113.9") == "203.0.113.9");
    CHECK(asks("::1", "::ffff:203.0.113.8") != asks("::1", "::ffff:203.0.113.9"));
}

TEST_CASE("network: addresses and networks of both kinds, and what is none")
{
    const auto holds = [](std::string_view network, const std::string& address) {
        const auto read = Network::parse(network);
        REQUIRE(read);
        return read->holds(address);
    };
    CHECK(holds("10.1.0.0/16", "10.1.255.1"));
    CHECK_FALSE(holds("10.1.0.0/16", "10.2.0.1"));
    CHECK(holds("192.168.4.0/22", "192.168.7.255"));
    CHECK_FALSE(holds("192.168.4.0/22", "192.168.8.0"));
    CHECK(holds("192.0.2.7", "192.0.2.7"));
    CHECK_FALSE(holds("192.0.2.7", "192.0.2.8"));
    CHECK(holds("192.0.2.7/32", "192.0.2.7"));
    CHECK(holds("2001:db8::7/128", "2001:db8::7"));
    CHECK_FALSE(holds("2001:db8::7/128", "2001:db8::8"));
    CHECK(holds("0.0.0.0/0", "203.0.113.9"));
    CHECK_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
    CHECK(holds("2001:db8::/32", "2001:db8:ffff::1"));
    CHECK_FALSE(holds("2001:db8::/32", "2001:db9::1"));
    CHECK(holds("127.0.0.0/8", "::ffff:127.0.0.1"));
    CHECK_FALSE(holds("127.0.0.0/8", "not an address"));
    for (const auto* none : {"", "10.1.0.0/", "10.1.0.0/33", "10.1.0.0/-1", "10.1.0/8", "example.com", "2001:db8::/129", "10.0.0.0/8x"})
        CHECK_FALSE(Network::parse(none));
}
