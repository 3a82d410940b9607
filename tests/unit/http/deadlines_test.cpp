#include "tests/unit/http/running_server.h"

#include <doctest/doctest.h>

#include <netinet/in.h>
#include <sys/socket.h>

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

TEST_CASE("deadlines: a large body over a slow line is taken as long as it comes on")
{
    Listen listen;
    listen.limits.body_timeout = 1s;
    RunningServer running(listen);
    auto raw = running.connect();
    raw.send("POST /big HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n");
    const auto began = std::chrono::steady_clock::now();
    for (int part = 0; part < 16; ++part) {
        raw.send(std::string(64 * 1024, 'x'));
        std::this_thread::sleep_for(80ms);
    }
    const auto response = raw.receive();
    REQUIRE(response);
    CHECK(response->status == 200);
    CHECK(std::chrono::steady_clock::now() - began > listen.limits.body_timeout);
}

TEST_CASE("deadlines: a large body byte by byte is told 408 all the same")
{
    RunningServer running(with(&Limits::body_timeout));
    auto raw = running.connect();
    raw.send("POST /big HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n");
    std::thread drip([&] {
        while (raw.send("x")) std::this_thread::sleep_for(10ms);
    });
    const auto response = raw.receive();
    CHECK(raw.closed());
    drip.join();
    REQUIRE(response);
    CHECK(response->status == 408);
}

TEST_CASE("deadlines: even a body that comes on must end")
{
    RunningServer running(with(&Limits::transfer_timeout));
    auto raw = running.connect();
    raw.send("POST /big HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n");
    std::thread drip([&] {
        while (raw.send(std::string(1024, 'x'))) std::this_thread::sleep_for(10ms);
    });
    const auto response = raw.receive();
    CHECK(raw.closed());
    drip.join();
    REQUIRE(response);
    CHECK(response->status == 408);
}

TEST_CASE("deadlines: who reads slowly gets the whole answer")
{
    Listen listen;
    listen.limits.write_timeout = 1s;
    RunningServer running(listen);
    // Small buffers on this side, so that the answer waits on the other.
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    const int bytes = 64 * 1024;
    ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(running.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    Raw raw(socket);
    raw.send("GET /huge HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const auto began = std::chrono::steady_clock::now();
    std::size_t taken = 0;
    std::vector<char> part(64 * 1024);
    for (;;) {
        const auto count = ::recv(socket, part.data(), part.size(), MSG_WAITALL);
        if (count <= 0) break;
        taken += static_cast<std::size_t>(count);
        std::this_thread::sleep_for(20ms);
    }
    CHECK(taken > 8 * 1024 * 1024);
    CHECK(std::chrono::steady_clock::now() - began > listen.limits.write_timeout);
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

TEST_CASE("deadlines: a gate that takes too long is answered for like a handler, before a body and before an upgrade")
{
    RunningServer running(with(&Limits::handler_timeout));
    for (const auto* request : {"POST /gated/mirai?wait HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
                                "GET /live?wait HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"}) {
        const auto response = running.ask(request);
        REQUIRE(response);
        CHECK(response->status == 503);
    }
    CHECK(running.troubles() == std::vector<std::string>{"handler_timeout", "handler_timeout"});
    running.door.open();
    CHECK(eventually([&] { return running.server().connections() == 0; }));
    CHECK(running.handled == 0);
    CHECK(running.live == 0);
}

TEST_CASE("deadlines: who does not read his answer is cut off")
{
    RunningServer running(with(&Limits::write_timeout));
    auto raw = running.connect();
    raw.send("GET /huge HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(eventually([&] { return running.server().connections() == 0; }));
    CHECK(running.troubles().empty());  // no fault of ours
    CHECK(running.ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")->status == 200);
}
