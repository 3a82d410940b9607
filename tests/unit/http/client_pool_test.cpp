// The connections of a client: how many, whose turn it is, and which may be used again.
#include "tests/unit/http/client_scene.h"

#include <doctest/doctest.h>

using namespace tsunagi::http;
using namespace tsunagi::http::test;
using namespace std::chrono_literals;

TEST_CASE("client: beyond connections_max requests wait their turn, and not for ever")
{
    auto options = quick();
    options.connections_max = 2;
    options.deadlines.read = patience;
    options.deadlines.queue = patience;
    Scene scene(options);
    auto first = scene.post("first body");
    auto peer = scene.listener.accept();
    auto second = scene.post("second body");
    auto other = scene.listener.accept();
    auto third = scene.post("third body");
    peer.receive_until(" body");
    peer.send(ok);
    CHECK(is_ok(first));
    CHECK(peer.receive_until("third body").ends_with("third body"));
    peer.send(ok);
    CHECK(is_ok(third));
    other.receive_until(" body");
    other.send(ok);
    CHECK(is_ok(second));
}

TEST_CASE("client: who waits too long for a connection has certainly not sent")
{
    auto options = quick();
    options.connections_max = 1;
    options.deadlines.read = patience;
    std::string trouble;
    options.on_trouble = [&](std::string_view code) { trouble = code; };
    Scene scene(options);
    auto first = scene.post();
    auto peer = scene.listener.accept();
    auto second = scene.post();
    CHECK(is(ClientFailure::not_sent, second));
    CHECK(trouble == "queue_full");
    auto third = scene.post("third body");  // stands behind nobody who has gone
    scene.settle();
    peer.receive_until("message");
    peer.send(ok);
    CHECK(is_ok(first));
    CHECK(peer.receive_until("third body").ends_with("third body"));
    peer.send(ok);
    CHECK(is_ok(third));
}

TEST_CASE("client: who came first has the next connection, and a connection that is free again serves whoever comes")
{
    ClientOptions options;
    options.connections_max = 1;
    Scene scene(options);
    auto first = scene.post();
    auto peer = scene.listener.accept();
    auto second = scene.post("second body");
    auto third = scene.post("third body");
    scene.settle();
    peer.receive_until("message");
    peer.send(ok);
    CHECK(is_ok(first));
    for (auto [body, waiting] : {std::pair("second body", &second), std::pair("third body", &third)}) {
        CHECK(peer.receive_until(" body").ends_with(body));
        peer.send(ok);
        CHECK(is_ok(*waiting));
    }
    for (int later = 0; later < 3; ++later) {  // nobody waits: the place must have come back
        auto one = scene.post();
        CHECK_FALSE(peer.receive_until("message").empty());
        peer.send(ok);
        CHECK(is_ok(one));
    }
}

TEST_CASE("client: a connection that lay idle for too long is closed, not used")
{
    ClientOptions options;
    options.idle_age_max = 0ms;
    Scene scene(options);
    auto first = scene.post();
    auto peer = scene.listener.accept();
    auto second = scene.post();
    auto other = scene.listener.accept();
    for (auto* line : {&peer, &other}) {
        CHECK_FALSE(line->receive_until("message").empty());
        line->send(ok);
    }
    CHECK(is_ok(first));
    CHECK(is_ok(second));
    auto third = scene.post();
    auto fresh = scene.listener.accept();
    CHECK_FALSE(fresh.receive_until("message").empty());
    fresh.send(ok);
    CHECK(is_ok(third));
    CHECK(peer.closed());
    CHECK(other.closed());
}

TEST_CASE("client: what comes behind an answer is never taken for the answer to the next request")
{
    Scene scene;
    auto first = scene.post();
    {
        auto peer = scene.listener.accept();
        peer.receive_until("message");
        peer.send(std::string(ok) + "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nanother");
        CHECK(is_ok(first));
        CHECK(peer.closed());
    }
    auto second = scene.post();
    auto peer = scene.listener.accept();
    CHECK_FALSE(peer.receive_until("message").empty());
    peer.send(ok);
    CHECK(is_ok(second));
}

TEST_CASE("client: a kept connection that breaks in the middle of a request is not tried again elsewhere")
{
    Scene scene;
    auto first = scene.post();
    auto peer = scene.listener.accept();
    peer.receive_until("message");
    peer.send(ok);
    REQUIRE(is_ok(first));
    auto second = scene.post(std::string(64 * 1024 * 1024, 'x'));
    CHECK_FALSE(peer.receive_until("xxxx").empty());
    peer.reset();
    CHECK(is(ClientFailure::ambiguous, second));
    CHECK_FALSE(scene.listener.is_called());
}

TEST_CASE("client: a host that does not take the connection: certainly not sent, and soon")
{
    RawListener full(0);
    const Raw taken(full.port());  // the one who may wait there; nobody else is answered
    Threads threads(1);
    std::string trouble;
    auto options = quick();
    options.on_trouble = [&](std::string_view code) { trouble = code; };
    Client client(threads[0].get_executor(), "http://127.0.0.1:" + std::to_string(full.port()), options);
    auto future = begin_send(threads[0], client, {.path = "/"});
    CHECK(is(ClientFailure::not_sent, future));
    CHECK(trouble == "connect_failed");
}

TEST_CASE("client: of a host's addresses the next is tried when the first refuses")
{
    Listen listen;
    listen.address = "::1";
    std::optional<RunningServer> only_ipv6;
    try {
        only_ipv6.emplace(listen);
    } catch (const std::runtime_error&) {
        MESSAGE("this machine has no IPv6");
        return;
    }
    Threads threads(1);
    Client client(threads[0].get_executor(), "http://localhost:" + std::to_string(only_ipv6->port()));
    const auto answer = send(threads[0], client, {.path = "/hello"});
    REQUIRE(answer.ok());
    CHECK(answer->body == "hello");
}

TEST_CASE("client: the connection's own fields are never the caller's, and a length stands where a server asks for one")
{
    Scene scene;
    auto head_of = [&scene, peer = std::optional<Raw>()](ClientRequest request) mutable {
        auto future = begin_send(scene.threads[1], scene.client, std::move(request));
        if (!peer) peer.emplace(scene.listener.accept());
        const auto head = peer->receive_until("\r\n\r\n");
        peer->send(ok);
        CHECK(is_ok(future));
        return head;
    };
    const Fields meddling{{"Host", "elsewhere.example"}, {"content-length", "999"}, {"Connection", "close"}, {"Transfer-Encoding", "chunked"}};
    CHECK(head_of({.path = "/", .fields = meddling}) == "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(scene.listener.port()) + "\r\n\r\n");
    for (const auto method : {Method::post, Method::put, Method::patch})
        CHECK(head_of({.method = method, .path = "/"}).find("\r\nContent-Length: 0\r\n") != std::string::npos);
    for (const auto method : {Method::get, Method::delete_, Method::options})
        CHECK(head_of({.method = method, .path = "/"}).find("Content-Length") == std::string::npos);
}

TEST_CASE("client: a TLS server is told by which name it was called")
{
    RawListener listener;
    Threads threads(1);
    Client client(threads[0].get_executor(), "https://localhost:" + std::to_string(listener.port()), quick());
    auto future = begin_send(threads[0], client, {.path = "/"});
    auto peer = listener.accept();
    CHECK_FALSE(peer.receive_until("localhost").empty());
    CHECK(is(ClientFailure::not_sent, future));
}

TEST_CASE("client: a server that is for ever about to answer is given up, not listened to")
{
    auto options = quick();
    options.deadlines.read = 2 * patience;
    Scene scene(options);
    auto future = scene.post();
    auto peer = scene.listener.accept();
    peer.receive_until("message");
    for (int at = 0; at < 20; ++at) peer.send("HTTP/1.1 103 Early Hints\r\n\r\n");
    CHECK(is(ClientFailure::ambiguous, future));
}
