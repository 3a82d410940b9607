#include "tests/unit/http/client_scene.h"

#include <doctest/doctest.h>

using namespace tsunagi::http;
using namespace tsunagi::http::test;
using namespace std::chrono_literals;

TEST_CASE("client: a request goes out as it should and the answer comes back")
{
    Scene scene;
    auto future = scene.post("{\"a\":1}");
    auto peer = scene.listener.accept();
    const auto head = peer.receive_until("\r\n\r\n");
    CHECK(head.starts_with("POST /v2/bot/push HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(scene.listener.port()) +
                           "\r\n"));
    CHECK(head.find("\r\nX-Line-Retry-Key: k\r\n") != std::string::npos);
    CHECK(head.find("\r\nContent-Length: 7\r\n") != std::string::npos);
    CHECK(peer.receive_until("{\"a\":1}") == "{\"a\":1}");
    peer.send("HTTP/1.1 409 Conflict\r\nX-Line-Accepted-Request-Id: 12\r\nContent-Length: 2\r\n\r\n{}");
    const auto answer = outcome(future);
    REQUIRE(answer.ok());
    CHECK(answer.value().status == 409);
    CHECK(find_field(answer.value().fields, "x-line-accepted-request-id") == "12");
    CHECK(answer.value().body == "{}");
}

TEST_CASE("client: one connection serves many requests; chunks, 1xx and answers without a body are understood")
{
    Scene scene;
    auto first = scene.post();
    auto peer = scene.listener.accept();
    peer.receive_until("message");
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1;x=y\r\nk\r\n0\r\nX: y\r\n\r\n");
    CHECK(is_ok(first));
    auto second = scene.post();
    peer.receive_until("message");
    peer.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
    peer.send(ok);
    CHECK(is_ok(second));
    auto third = scene.post();
    peer.receive_until("message");
    peer.send("HTTP/1.1 204 No Content\r\n\r\n");
    CHECK(outcome(third).value().status == 204);
    auto fourth = begin_send(scene.threads[1], scene.client, {.method = Method::head, .path = "/"});
    peer.receive_until("\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    CHECK(outcome(fourth).value().status == 200);
    auto fifth = scene.post();
    CHECK_FALSE(peer.receive_until("message").empty());
    peer.send(ok);
    CHECK(is_ok(fifth));
}

TEST_CASE("client: an answer that ends with its connection is whole; the next request takes a new one")
{
    Scene scene;
    auto first = scene.post();
    {
        auto peer = scene.listener.accept();
        peer.receive_until("message");
        peer.send("HTTP/1.1 200 OK\r\n\r\nok");
    }
    CHECK(is_ok(first));
    auto second = scene.post();
    auto peer = scene.listener.accept();
    peer.receive_until("message");
    peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    CHECK(is_ok(second));
    auto third = scene.post();
    auto again = scene.listener.accept();
    again.receive_until("message");
    again.send(ok);
    CHECK(is_ok(third));
}

TEST_CASE("client: nobody listens: certainly not sent")
{
    std::uint16_t free_port = 0;
    {
        RawListener listener;
        free_port = listener.port();
    }
    Threads threads(1);
    std::string trouble;
    auto options = quick();
    options.on_trouble = [&](std::string_view code) { trouble = code; };
    Client client(threads[0].get_executor(), "http://127.0.0.1:" + std::to_string(free_port), options);
    auto future = begin_send(threads[0], client, {.path = "/"});
    CHECK(is(ClientFailure::not_sent, future));
    CHECK(trouble == "connect_failed");
}

TEST_CASE("client: a host that does not exist: certainly not sent")
{
    Threads threads(1);
    std::string trouble;
    auto options = quick();
    options.on_trouble = [&](std::string_view code) { trouble = code; };
    Client client(threads[0].get_executor(), "http://no-such-host.invalid", options);
    auto future = begin_send(threads[0], client, {.path = "/"});
    CHECK(is(ClientFailure::not_sent, future));
    CHECK(trouble == "resolve_failed");
}

TEST_CASE("client: a TLS peer that never shakes hands: certainly not sent")
{
    RawListener listener;
    Threads threads(1);
    Client client(threads[0].get_executor(), "https://localhost:" + std::to_string(listener.port()), quick());
    auto future = begin_send(threads[0], client, {.path = "/"});
    auto peer = listener.accept();
    CHECK(is(ClientFailure::not_sent, future));
}

TEST_CASE("client: whoever may have read the request may have acted: ambiguous")
{
    Scene scene(quick());
    const auto plays = [&](auto play) {
        auto future = scene.post();
        auto peer = scene.listener.accept();
        peer.receive_until("message");
        play(peer);
        CHECK(is(ClientFailure::ambiguous, future));
    };
    SUBCASE("closes after reading")
    {
        plays([](Raw& peer) { peer.close(); });
    }
    SUBCASE("resets after reading")
    {
        plays([](Raw& peer) { peer.reset(); });
    }
    SUBCASE("never answers")
    {
        plays([](Raw&) {});
    }
    SUBCASE("half a status line")
    {
        plays([](Raw& peer) { peer.send("HTTP/1.1 20"); });
    }
    SUBCASE("half a head, then the end")
    {
        plays([](Raw& peer) { peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"), peer.close(); });
    }
    SUBCASE("half a body, then silence")
    {
        plays([](Raw& peer) { peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no"); });
    }
    SUBCASE("half a body, then the end")
    {
        plays([](Raw& peer) { peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no"), peer.close(); });
    }
    SUBCASE("nonsense")
    {
        plays([](Raw& peer) { peer.send("nonsense\r\n\r\n"); });
    }
    SUBCASE("a broken chunk")
    {
        plays([](Raw& peer) { peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"); });
    }
    SUBCASE("1xx without end")
    {
        plays([](Raw& peer) {
            for (int at = 0; at < 20; ++at) peer.send("HTTP/1.1 103 Early Hints\r\n\r\n");
        });
    }
}

TEST_CASE("client: an answer now and then a byte meets its deadline as a whole")
{
    Scene scene(quick());
    auto future = scene.post();
    auto peer = scene.listener.accept();
    peer.receive_until("message");
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    while (future.wait_for(20ms) != std::future_status::ready) peer.send("x");
    CHECK(is(ClientFailure::ambiguous, future));
}

TEST_CASE("client: an answer beyond its limit is not taken into memory")
{
    auto options = quick();
    options.response_bytes_max = 1000;
    options.deadlines.read = patience;
    Scene scene(options);
    auto future = scene.post();
    auto peer = scene.listener.accept();
    peer.receive_until("message");
    auto expected = ClientFailure::too_large;
    SUBCASE("by its length") { peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"); }
    SUBCASE("in chunks") { peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"); }
    SUBCASE("to the end of the connection") { peer.send("HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'x')); }
    SUBCASE("in a header without end")
    {
        expected = ClientFailure::ambiguous;
        peer.send("HTTP/1.1 200 OK\r\n");
        while (peer.send("X: " + std::string(1000, 'x') + "\r\n") && future.wait_for(0s) != std::future_status::ready) {
        }
    }
    CHECK(is(expected, future));
}

TEST_CASE("client: a peer that does not take the request: ambiguous once a byte is out")
{
    Scene scene(quick());
    auto future = scene.post(std::string(64 * 1024 * 1024, 'x'));
    auto peer = scene.listener.accept();
    CHECK(is(ClientFailure::ambiguous, future));
}

TEST_CASE("client: a kept connection that the peer closed meanwhile is replaced without a word")
{
    Scene scene;
    auto first = scene.post();
    {
        auto peer = scene.listener.accept();
        peer.receive_until("message");
        peer.send(ok);
        REQUIRE(is_ok(first));
        SUBCASE("closed") {}
        SUBCASE("reset") { peer.reset(); }
        SUBCASE("said something unasked") { peer.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"); }
    }
    auto second = scene.post();
    auto peer = scene.listener.accept();
    CHECK_FALSE(peer.receive_until("message").empty());
    peer.send(ok);
    CHECK(is_ok(second));
}

TEST_CASE("client: a kept connection that the peer closes after reading is not repeated")
{
    Scene scene(quick());
    auto first = scene.post();
    auto peer = scene.listener.accept();
    peer.receive_until("message");
    peer.send(ok);
    REQUIRE(is_ok(first));
    auto second = scene.post();
    CHECK_FALSE(peer.receive_until("message").empty());
    peer.close();
    CHECK(is(ClientFailure::ambiguous, second));
}

TEST_CASE("client: many threads send at once, each gets its own answer")
{
    RunningServer running({}, 2);
    Threads threads(3);
    ClientOptions options;
    options.connections_max = 4;
    Client client(threads[0].get_executor(), "http://127.0.0.1:" + std::to_string(running.port()), options);
    std::vector<std::future<Answer>> futures;
    for (std::size_t at = 0; at < 300; ++at)
        futures.push_back(
            begin_send(threads[at % 3], client, {.method = Method::post, .path = "/echo", .body = std::to_string(at)}));
    for (std::size_t at = 0; at < futures.size(); ++at) {
        const auto answer = outcome(futures[at]);
        REQUIRE(answer.ok());
        REQUIRE(answer.value().body == std::to_string(at));
    }
    CHECK(running.server().connections() <= 4);
}

TEST_CASE("client: a client that goes away lets what it began come to its end")
{
    RawListener listener;
    Threads threads(1);
    auto client =
        std::make_unique<Client>(threads[0].get_executor(), "http://127.0.0.1:" + std::to_string(listener.port()));
    auto future = begin_send(threads[0], *client, {.path = "/"});
    auto peer = listener.accept();
    peer.receive_until("\r\n\r\n");
    client.reset();
    peer.send(ok);
    CHECK(is_ok(future));
    CHECK(peer.closed());
}

TEST_CASE("client: what cannot stand in a request is refused before anything is sent")
{
    Threads threads(1);
    Client client(threads[0].get_executor(), "http://127.0.0.1:1");
    for (auto request :
         {ClientRequest{.path = "no slash"}, ClientRequest{.path = "/a b"}, ClientRequest{.path = "/a\r\nX: y"},
          ClientRequest{.path = "/", .fields = {{"X", "a\r\nY: b"}}},
          ClientRequest{.path = "/", .fields = {{"X y", "a"}}}, ClientRequest{.method = Method::other, .path = "/"}})
        CHECK(refuses(threads[0], client, request));
    CHECK_THROWS_AS(Client(threads[0].get_executor(), "api.line.me"), std::invalid_argument);
    ClientOptions options;
    options.ca_file = "/nowhere.pem";
    CHECK_THROWS_AS(Client(threads[0].get_executor(), "https://api.line.me", options), std::system_error);
    options = {};
    options.connections_max = 0;
    CHECK_THROWS_AS(Client(threads[0].get_executor(), "https://api.line.me", options), std::invalid_argument);
}
