// What one stranger can take: connections, memory for bodies, and nothing before he is asked who he is.
#include "server/http/lane.h"
#include "tests/unit/http/running_server.h"

#include <doctest/doctest.h>

using namespace tsunagi::http;
using namespace tsunagi::http::test;

namespace {

std::string upload(std::string_view target, std::size_t bytes, std::string_view more = {})
{
    return "POST " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more) +
           "Content-Length: " + std::to_string(bytes) + "\r\n\r\n";
}

std::string upgrade_for(std::string_view address)
{
    return "GET /live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
           "X-Forwarded-For: " + std::string(address) + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
}

/// Opens a live line as a proxy would for `address`, and keeps it in `kept`; the status it is answered with, 0 for none.
unsigned live_line(RunningServer& running, std::vector<Raw>& kept, std::string_view address)
{
    kept.push_back(running.connect());
    kept.back().send(upgrade_for(address));
    const auto response = kept.back().receive(true);
    return response ? response->status : 0U;
}

}  // namespace

TEST_CASE("limits: who may not send a body hears it from the head alone, not a byte of it is waited for")
{
    RunningServer running;
    auto refused = running.connect();
    refused.send(upload("/gated/mirai?refuse", 1024 * 1024));
    const auto response = refused.receive();
    REQUIRE(response);
    CHECK(response->status == 403);
    CHECK(running.ask(upload("/gated/mirai?throw", 1024 * 1024))->status == 500);
    CHECK(running.ask(upload("/gated/mirai?refuse", 1024 * 1024, "Expect: 100-continue\r\n"))->status == 403);
    CHECK(running.handled == 0);
    CHECK(running.ask(upload("/gated/mirai", 100'000) + std::string(100'000, 'x'))->body == "100000");
}

TEST_CASE("limits: large bodies together take only so much; ordinary requests go on, and room comes back")
{
    Listen listen;
    listen.limits.bodies_bytes_max = 300'000;
    RunningServer running(listen);
    auto first = running.connect();
    first.send(upload("/gated/mirai", 200'000) + "x");
    CHECK(eventually([&] {
        const auto second = running.ask(upload("/big", 200'000) + std::string(200'000, 'x'));
        return second && second->status == 503;
    }));
    CHECK(running.ask(upload("/echo", 5) + "hello")->body == "hello");
    first.send(std::string(199'999, 'x'));
    CHECK(first.receive()->body == "200000");
    CHECK(eventually([&] { return running.ask(upload("/big", 200'000) + std::string(200'000, 'x'))->status == 200; }));
}

TEST_CASE("limits: one address has a share of the connections; a proxy of ours has all")
{
    net::io_context context;
    Listen listen;
    listen.limits.connections_per_address_max = 2;
    const auto shared = std::make_shared<Shared>(std::vector{&context}, listen, std::vector<Route>{});
    Lane& lane = *shared->lanes.front();
    std::vector<Seat> seats;
    const auto is_refused = [&](const std::string& peer) {
        seats.emplace_back(shared, lane, peer);
        return seats.back().refused();
    };
    CHECK_FALSE(is_refused("203.0.113.1"));
    CHECK_FALSE(is_refused("203.0.113.1"));
    CHECK(is_refused("203.0.113.1"));
    CHECK_FALSE(is_refused("203.0.113.2"));
    for (int i = 0; i < 5; ++i) CHECK_FALSE(is_refused("127.0.0.1"));
    CHECK_FALSE(is_refused("10.0.0.1"));
    CHECK_FALSE(is_refused("10.0.0.1"));
    CHECK(is_refused("10.0.0.1"));  // a private network is not a proxy because it is private
    CHECK_FALSE(is_refused("2001:db8:1:2::1"));
    CHECK_FALSE(is_refused("2001:db8:1:2::2"));
    CHECK(is_refused("2001:db8:1:2::3"));
    seats.clear();
    CHECK(shared->connections == 0);
    CHECK_FALSE(is_refused("203.0.113.1"));
}

TEST_CASE("limits: behind a proxy one address has a share of the WebSockets, and others have theirs")
{
    Listen listen;
    listen.limits.connections_per_address_max = 2;
    RunningServer running(listen);
    std::vector<Raw> kept;
    const auto status = [&](std::string_view address) { return live_line(running, kept, address); };
    CHECK(status("198.51.100.7") == 101);
    CHECK(status("198.51.100.7") == 101);
    CHECK(status("198.51.100.7") == 503);
    CHECK(status("203.0.113.1") == 101);
    kept.clear();
    CHECK(eventually([&] { return running.server().connections() == 0; }));
    CHECK(status("198.51.100.7") == 101);
}

TEST_CASE("limits: who comes to the machine itself is nobody's share, WebSocket or not")
{
    Listen listen;
    listen.limits.connections_per_address_max = 2;
    RunningServer running(listen);
    std::vector<Raw> kept;
    for (int i = 0; i < 5; ++i) CHECK(live_line(running, kept, "") == 101);
}

TEST_CASE("limits: only so many are told that there is no room; who comes then is not listened to")
{
    Listen listen;
    SUBCASE("of all") { listen.limits.connections_max = 1; }
    SUBCASE("of one address")
    {
        listen.limits.connections_per_address_max = 1;
        listen.proxies = {};
    }
    RunningServer running(listen);
    std::vector<Raw> kept;
    for (std::size_t at = 0; at < 1 + refusals_max; ++at) kept.push_back(running.connect());
    CHECK(eventually([&] { return running.server().connections() == 1 + refusals_max; }));
    auto unheard = running.connect();
    unheard.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(unheard.receive_all().empty());
    kept.back().send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(kept.back().receive()->status == 503);
}

TEST_CASE("limits: whoever reaches us directly does not choose his address by X-Forwarded-For")
{
    Listen listen;
    listen.limits.connections_per_address_max = 2;
    listen.proxies = {};
    RunningServer running(listen);
    std::vector<Raw> kept;
    const auto status = [&](std::string_view address) { return live_line(running, kept, address); };
    CHECK(status("198.51.100.7") == 101);
    CHECK(status("198.51.100.8") == 101);
    CHECK(status("198.51.100.9") == 503);
}
