#include "tests/unit/http/running_server.h"

#include <doctest/doctest.h>

using namespace tsunagi::http;
using namespace tsunagi::http::test;
using namespace std::chrono_literals;

TEST_CASE("stop: what has begun is finished, what is new is refused")
{
    RunningServer running({}, 2);
    auto begun = running.connect();
    begun.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    auto receiving = running.connect();
    receiving.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    CHECK(receiving.receive()->status == 100);
    auto idle = running.connect();
    idle.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(idle.receive()->status == 200);
    REQUIRE(eventually([&] { return running.door.waiting() == 1; }));

    auto stopped = running.stop();
    idle.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto refused = idle.receive();
    REQUIRE(refused);
    CHECK(refused->status == 503);
    CHECK_FALSE(refused->field("retry-after").empty());
    CHECK(idle.closed());

    receiving.send("body");
    const auto finished = receiving.receive();
    REQUIRE(finished);
    CHECK(finished->body == "body");
    CHECK(finished->field("connection") == "close");

    CHECK(stopped.wait_for(0s) == std::future_status::timeout);
    running.door.open();
    const auto answer = begun.receive();
    REQUIRE(answer);
    CHECK(answer->body == "waited");
    CHECK(stopped.wait_for(patience) == std::future_status::ready);
    CHECK(running.server().connections() == 0);
    CHECK_FALSE(Raw(running.port()).send("x"));
}

TEST_CASE("stop: an idle server and one with silent connections stop at once")
{
    RunningServer running;
    auto silent = running.connect();
    REQUIRE(eventually([&] { return running.server().connections() == 1; }));
    CHECK(running.stop().wait_for(patience) == std::future_status::ready);
    CHECK(silent.closed());
}

TEST_CASE("stop: after drain_timeout what still runs is closed")
{
    Listen listen;
    listen.limits.drain_timeout = 100ms;
    RunningServer running(listen);
    auto raw = running.connect();
    raw.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    REQUIRE(eventually([&] { return running.door.waiting() == 1; }));
    auto stopped = running.stop();
    CHECK(raw.closed());
    CHECK(stopped.wait_for(patience) == std::future_status::ready);
}

TEST_CASE("stop: a server that never started says done as well")
{
    Threads threads(1);
    Server server(threads.contexts(), {}, {});
    std::promise<void> done;
    server.stop([&] { done.set_value(); });
    CHECK(done.get_future().wait_for(patience) == std::future_status::ready);
}

TEST_CASE("stop: a server that is destroyed without a stop closes its connections")
{
    Threads threads(2);
    auto server = std::make_unique<Server>(threads.contexts(), Listen{}, std::vector<Route>{});
    server->start();
    Raw raw(server->port());
    REQUIRE(eventually([&] { return server->connections() == 1; }));
    server.reset();
    CHECK(raw.closed());
}
