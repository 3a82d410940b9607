#include "tests/unit/http/running_server.h"

#include <doctest/doctest.h>

using namespace tsunagi::http;
using namespace tsunagi::http::test;
using namespace std::chrono_literals;

namespace {

/// Deadlines of which only one is short, so that the test sees which one acted.
Listen with(std::chrono::milliseconds Limits::*deadline)
{
    Listen listen;
    listen.limits.*deadline = 100ms;
    return listen;
}

}  // namespace

TEST_CASE("deadlines: slow-loris, a header byte now and then, is told 408 and closed")
{
    RunningServer running(with(&Limits::header_timeout));
    auto raw = running.connect();
    raw.send("GET /hello HTTP/1.1\r\n");
    std::thread drip([&] {
        while (raw.send("X: y\r\n")) std::this_thread::sleep_for(10ms);
    });
    const auto response = raw.receive();
    CHECK(raw.closed());
    drip.join();
    REQUIRE(response);
    CHECK(response->status == 408);
    CHECK(running.ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")->status == 200);
}

TEST_CASE("deadlines: many slow headers at once hold up nobody")
{
    RunningServer running(with(&Limits::header_timeout));
    std::vector<Raw> slow;
    for (int at = 0; at < 50; ++at) {
        slow.push_back(running.connect());
        slow.back().send("GET /hello HTTP/1.1\r\nHost");
    }
    CHECK(running.ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")->status == 200);
    for (auto& raw : slow) CHECK(raw.receive()->status == 408);
}

TEST_CASE("deadlines: a body that does not come is told 408")
{
    RunningServer running(with(&Limits::body_timeout));
    auto raw = running.connect();
    raw.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    const auto response = raw.receive();
    REQUIRE(response);
    CHECK(response->status == 408);
    CHECK(running.handled == 0);
}

TEST_CASE("deadlines: an idle connection is closed without a word, before its first request and after")
{
    RunningServer running(with(&Limits::idle_timeout));
    auto silent = running.connect();
    CHECK(silent.receive_all().empty());
    auto spoken = running.connect();
    spoken.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(spoken.receive()->status == 200);
    CHECK(spoken.receive_all().empty());
    CHECK(eventually([&] { return running.server().connections() == 0; }));
}

TEST_CASE("deadlines: a handler that takes too long is answered for; what it says later is dropped")
{
    RunningServer running(with(&Limits::handler_timeout));
    auto raw = running.connect();
    raw.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto response = raw.receive();
    REQUIRE(response);
    CHECK(response->status == 503);
    CHECK_FALSE(response->field("retry-after").empty());
    CHECK(raw.receive_all().empty());
    CHECK(running.troubles() == std::vector<std::string>{"handler_timeout"});
    running.door.open();
    CHECK(eventually([&] { return running.server().connections() == 0; }));
}

TEST_CASE("deadlines: who does not read his answer is cut off")
{
    RunningServer running(with(&Limits::write_timeout));
    auto raw = running.connect();
    raw.send("GET /huge HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(eventually([&] { return running.server().connections() == 0; }));
    CHECK(running.ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")->status == 200);
}
