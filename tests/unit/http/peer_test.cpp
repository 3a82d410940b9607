// Who asks, for limits: behind a proxy and in front of none.
#include "server/http/peer.h"

#include <doctest/doctest.h>

using namespace tsunagi::http;

namespace {

std::string asks(const std::string& peer, const std::string& forwarded = {})
{
    Request request;
    request.peer = peer;
    if (!forwarded.empty()) request.fields = {{"X-Forwarded-For", forwarded}};
    return who_asks(request);
}

}  // namespace

TEST_CASE("peer: behind a proxy of ours everybody has an allowance of her own; a stranger cannot choose his name")
{
    CHECK(asks("127.0.0.1") == "127.0.0.1");
    CHECK(asks("127.0.0.1", "1.2.3.4, 203.0.113.9") == "203.0.113.9");
    CHECK(asks("127.0.0.1", "203.0.113.9") == "203.0.113.9");
    CHECK(asks("172.20.0.3", "203.0.113.9") == "203.0.113.9");
    CHECK(asks("198.51.100.7", "203.0.113.9") == "198.51.100.7");
    CHECK(asks("172.32.0.3", "203.0.113.9") == "172.32.0.3");
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
}
