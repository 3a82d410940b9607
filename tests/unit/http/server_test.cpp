#include "tests/unit/http/running_server.h"

#include <doctest/doctest.h>

using namespace tsunagi::http;
using namespace tsunagi::http::test;

TEST_CASE("server: a request, its answer, and the next on the same connection")
{
    RunningServer running;
    auto raw = running.connect();
    for (int time = 0; time < 3; ++time) {
        raw.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        const auto response = raw.receive();
        REQUIRE(response);
        CHECK(response->status == 200);
        CHECK(response->body == "hello");
        CHECK(response->field("x-content-type-options") == "nosniff");
        CHECK_FALSE(response->field("date").empty());
        CHECK(response->field("server").empty());
    }
    CHECK(running.server().connections() == 1);
}

TEST_CASE("server: fifty requests in one breath are answered in their order")
{
    RunningServer running;
    auto raw = running.connect();
    std::string breath;
    for (int number = 0; number < 50; ++number) {
        const auto body = "message " + std::to_string(number);
        breath +=
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    raw.send(breath);
    for (int number = 0; number < 50; ++number) {
        const auto response = raw.receive();
        REQUIRE(response);
        REQUIRE(response->body == "message " + std::to_string(number));
    }
}

TEST_CASE("server: a body by length, in chunks, and byte by byte is the same body")
{
    RunningServer running;
    CHECK(running.ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n\xe3\x81\x82\xff\x01z")->body ==
          "\xe3\x81\x82\xff\x01z");
    CHECK(
        running
            .ask("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            ->body == "abcde");
    auto raw = running.connect();
    for (const char c :
         std::string_view("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"))
        raw.send({&c, 1});
    CHECK(raw.receive()->body == "abc");
}

TEST_CASE("server: one empty line between requests is forgiven, two are not")
{
    RunningServer running;
    auto raw = running.connect();
    raw.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(raw.receive()->status == 200);
    CHECK(raw.receive()->status == 200);
    raw.send("\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(raw.receive()->status == 400);
}

TEST_CASE("server: captures and query arrive decoded, with the peer's address")
{
    RunningServer running;
    const auto response =
        running.ask("GET http://any.host/desk/%E7%AA%93/a/b?q=%E3%81%82+1 HTTP/1.1\r\nHost: a\r\n\r\n");
    REQUIRE(response);
    CHECK(response->body == "窓|a/b|あ 1|127.0.0.1");
}

TEST_CASE("server: HEAD says what GET would, without the body")
{
    RunningServer running;
    auto raw = running.connect();
    raw.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto head = raw.receive(true);
    REQUIRE(head);
    CHECK(head->field("content-length") == "5");
    CHECK(raw.receive()->body == "hello");
}

TEST_CASE("server: unknown path 404, known path with another method 405 and what it allows")
{
    RunningServer running;
    auto raw = running.connect();
    raw.send("GET /none HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto missing = raw.receive();
    REQUIRE(missing);
    CHECK(missing->status == 404);
    CHECK(missing->field("content-type") == "application/problem+json");

    raw.send("DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto wrong = raw.receive();
    REQUIRE(wrong);
    CHECK(wrong->status == 405);
    CHECK(wrong->field("allow") == "GET, HEAD, OPTIONS");

    raw.send("BREW /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(raw.receive()->status == 405);

    raw.send("OPTIONS /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto options = raw.receive();
    REQUIRE(options);
    CHECK(options->status == 204);
    CHECK(options->field("allow") == "GET, HEAD, OPTIONS");

    raw.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(raw.receive()->status == 204);
    raw.send("OPTIONS /none HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(raw.receive()->status == 404);
}

TEST_CASE("server: HTTP/1.0 closes after its answer unless it asks to stay")
{
    RunningServer running;
    auto once = running.connect();
    once.send("GET /hello HTTP/1.0\r\n\r\n");
    CHECK(once.receive()->status == 200);
    CHECK(once.closed());

    auto staying = running.connect();
    for (int time = 0; time < 2; ++time) {
        staying.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        const auto response = staying.receive();
        REQUIRE(response);
        CHECK(response->field("connection") == "keep-alive");
    }
}

TEST_CASE("server: Connection: close is obeyed, and what was pipelined behind it is not answered")
{
    RunningServer running;
    auto raw = running.connect();
    raw.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto all = raw.receive_all();
    CHECK(all.find("hello") != std::string::npos);
    CHECK(all.find("HTTP/1.1", 8) == std::string::npos);
    CHECK(running.handled == 1);
}

TEST_CASE("server: who asks before sending a body hears 100 Continue, or the refusal instead")
{
    RunningServer running;
    auto raw = running.connect();
    raw.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    CHECK(raw.receive()->status == 100);
    raw.send("abc");
    CHECK(raw.receive()->body == "abc");

    CHECK(running.ask("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 65537\r\n\r\n")
              ->status == 413);
    CHECK(running.ask("POST /none HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")->status ==
          404);
    auto old = running.connect();  // HTTP/1.0 knows no 100
    old.send("POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    old.send("abc");
    CHECK(old.receive()->body == "abc");
}

TEST_CASE("server: a handler that throws answers 500 and tells nobody why; the connection lives on")
{
    RunningServer running;
    auto raw = running.connect();
    raw.send("GET /throws HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto response = raw.receive();
    REQUIRE(response);
    CHECK(response->status == 500);
    CHECK(response->body.find("secret") == std::string::npos);
    CHECK(running.troubles() == std::vector<std::string>{"handler_threw"});
    raw.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(raw.receive()->status == 200);
}

TEST_CASE("server: a response that would split in two is not sent")
{
    RunningServer running;
    const auto response = running.ask("GET /split HTTP/1.1\r\nHost: a\r\n\r\n");
    REQUIRE(response);
    CHECK(response->status == 500);
    CHECK(response->field("set-cookie").empty());
    CHECK(running.troubles() == std::vector<std::string>{"response_invalid"});
}

TEST_CASE("server: a large answer arrives whole")
{
    RunningServer running;
    const auto response = running.ask("GET /huge HTTP/1.1\r\nHost: a\r\n\r\n");
    REQUIRE(response);
    CHECK(response->body == std::string(8 * 1024 * 1024, 'x'));
}

TEST_CASE("server: over connections_max a client hears 503 and when to come back")
{
    Listen listen;
    listen.limits.connections_max = 2;
    RunningServer running(listen);
    auto first = running.connect();
    auto second = running.connect();
    REQUIRE(eventually([&] { return running.server().connections() == 2; }));

    auto third = running.connect();
    third.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto busy = third.receive();
    REQUIRE(busy);
    CHECK(busy->status == 503);
    CHECK_FALSE(busy->field("retry-after").empty());
    CHECK(third.closed());

    first.close();
    REQUIRE(eventually([&] { return running.server().connections() == 1; }));
    CHECK(running.ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")->status == 200);
}

TEST_CASE("server: connections are spread over the threads and all are served")
{
    RunningServer running({}, 2);
    std::vector<Raw> clients;
    for (int at = 0; at < 8; ++at) clients.push_back(running.connect());
    for (auto& client : clients) client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(eventually([&] { return running.door.waiting() == 8; }));
    CHECK(running.threads_used() == 2);
    running.door.open();
    for (auto& client : clients) CHECK(client.receive()->body == "waited");
}

TEST_CASE("server: an address that is taken or nonsense is told at the start")
{
    RunningServer running;
    Threads threads(1);
    Listen taken;
    taken.port = running.port();
    Server second(threads.contexts(), taken, {});
    CHECK_THROWS_AS(second.start(), std::runtime_error);
    Listen nonsense;
    nonsense.address = "not an address";
    Server third(threads.contexts(), nonsense, {});
    CHECK_THROWS_AS(third.start(), std::runtime_error);
}
