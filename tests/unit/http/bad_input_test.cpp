#include "tests/unit/http/running_server.h"

#include <doctest/doctest.h>

#include <fstream>

using namespace tsunagi::http;
using namespace tsunagi::http::test;
using namespace std::string_view_literals;

namespace {

/// The server still serves: asked after each attack.
bool serves(RunningServer& running)
{
    const auto response = running.ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    return response && response->status == 200;
}

/// Sends `bytes` and expects that status, the end of the connection, and a server that goes on.
void refused_with(unsigned status, RunningServer& running, std::string_view bytes)
{
    CAPTURE(bytes.substr(0, 200));
    auto raw = running.connect();
    raw.send(bytes);
    const auto response = raw.receive();
    REQUIRE(response);
    CHECK(response->status == status);
    CHECK(response->field("connection") == "close");
    raw.shut_writing();
    CHECK(raw.closed());
    CHECK(serves(running));
}

std::size_t resident_bytes()
{
    std::ifstream statm("/proc/self/statm");
    std::size_t pages = 0, resident = 0;
    statm >> pages >> resident;
    return resident * 4096;
}

}  // namespace

TEST_CASE("bad input: smuggling shapes are refused and never reach a handler")
{
    RunningServer running;
    const std::string smuggled = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
    const std::string post = "POST /echo HTTP/1.1\r\nHost: a\r\n";
    const std::string length = std::to_string(5 + smuggled.size());
    int served = 0;
    for (const auto& bytes : {
             post + "Content-Length: " + length + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
             post + "Transfer-Encoding: chunked\r\nContent-Length: " + length + "\r\n\r\n0\r\n\r\n" + smuggled,
             post + "Content-Length: 3\r\nContent-Length: 0\r\n\r\nabc" + smuggled,
             post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
             post + "Content-Length:\r\n 3\r\n\r\nabc" + smuggled,
             post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + smuggled,
             post + "X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
             post + "Transfer-Encoding: chunked\r\n\r\n0;\n\r\n\r\n" + smuggled,
         }) {
        refused_with(400, running, bytes);
        CHECK(running.handled == ++served);  // the one that asked whether the server goes on
    }
    refused_with(501, running, post + "Transfer-Encoding: gzip\r\n\r\n" + smuggled);
    refused_with(400, running,
                 post +
                     "Transfer-Encoding: \x0b"
                     "chunked\r\n\r\n" +
                     smuggled);
}

TEST_CASE("bad input: what is not HTTP/1.1")
{
    RunningServer running;
    refused_with(505, running, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    refused_with(400, running, "\x16\x03\x01\x02\x01\r\n\r\n");
    refused_with(400, running, "hello\r\n\r\n");
    refused_with(400, running, "GET /hello\r\n\r\n");
    refused_with(400, running, "GET /hello HTTP/1.1\r\n\r\n");
    refused_with(400, running, "GET /hello HTTP/1.1\r\nHost: a\r\nX: b\r\n folded\r\n\r\n");
    refused_with(400, running, "GET /hello HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n"sv);
    refused_with(400, running, "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n");
    refused_with(417, running, "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 1\r\n\r\na");
}

TEST_CASE("bad input: paths that climb or hide a slash")
{
    RunningServer running;
    for (const auto* path :
         {"/desk/a/../../hello", "/desk/%2e%2e/hello", "/desk/a/..%2f..%2fetc%2fpasswd", "/desk/a%2fb/c",
          "/desk/a%5cb/c", "/desk/%00/c", "/desk/%zz/c", "/desk/%ff/c", "/hello?a=%", "/hello#x"})
        refused_with(400, running, "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n");
}

TEST_CASE("bad input: a header without end or of many fields is cut off at its limit")
{
    RunningServer running;
    refused_with(431, running, "GET /hello HTTP/1.1\r\nHost: a\r\nX: " + std::string(17 * 1024, 'x'));
    refused_with(431, running, "GET /" + std::string(17 * 1024, 'x'));
    std::string many = "GET /hello HTTP/1.1\r\nHost: a\r\n";
    while (many.size() < 17 * 1024) many += "A: b\r\n";
    refused_with(431, running, many + "\r\n");
}

TEST_CASE("bad input: a body over the route's limit is refused before it is read")
{
    RunningServer running;
    const std::string limit = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: ";
    CHECK(running.ask(limit + "65536\r\n\r\n" + std::string(65536, 'x'))->status == 200);
    refused_with(413, running, limit + "65537\r\n\r\n");
    refused_with(413, running, limit + "18446744073709551615\r\n\r\n");

    const auto chunk = "8000\r\n" + std::string(0x8000, 'x') + "\r\n";
    const std::string chunked = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    CHECK(running.ask(chunked + chunk + chunk + "0\r\n\r\n")->status == 200);
    refused_with(413, running, chunked + chunk + chunk + "1\r\nx\r\n0\r\n\r\n");
    refused_with(413, running, chunked + "7fffffffffffffff\r\n");
}

TEST_CASE("bad input: a client that pushes ten MiB all the same still hears 413")
{
    RunningServer running;
    auto raw = running.connect();
    raw.send("POST /big HTTP/1.1\r\nHost: a\r\nContent-Length: 10485760\r\n\r\n");
    CHECK(raw.send(std::string(10 * 1024 * 1024, 'x')));
    const auto response = raw.receive();
    REQUIRE(response);
    CHECK(response->status == 413);
    CHECK(running.handled == 0);
    CHECK(serves(running));
}

TEST_CASE("bad input: chunks that are wrong")
{
    RunningServer running;
    const std::string chunked = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    refused_with(400, running, chunked + "zz\r\nabc\r\n0\r\n\r\n");
    refused_with(400, running, chunked + "-3\r\nabc\r\n0\r\n\r\n");
    refused_with(400, running, chunked + "3\r\nabcd\r\n0\r\n\r\n");
    refused_with(400, running, chunked + "3\nabc\n0\n\r\n");
    refused_with(400, running, chunked + "fffffffffffffffffff\r\n");
    refused_with(400, running, chunked + "1;" + std::string(20 * 1024, 'e'));
    refused_with(400, running, chunked + "0\r\nX: " + std::string(20 * 1024, 't'));
}

TEST_CASE("bad input: a client that goes away at any byte leaves nothing behind")
{
    RunningServer running;
    const std::string_view whole =
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
        auto raw = running.connect();
        raw.send(whole.substr(0, cut));
        if (cut % 2 == 0)
            raw.reset();
        else
            raw.close();
    }
    CHECK(serves(running));
    CHECK(eventually([&] { return running.server().connections() == 0; }));
    CHECK(running.handled == 1);
    CHECK(running.troubles().empty());
}

TEST_CASE("bad input: claimed lengths take no memory")
{
    RunningServer running;
    CHECK(serves(running));
    std::vector<Raw> clients;
    const auto before = resident_bytes();
    for (int at = 0; at < 100; ++at) {
        clients.push_back(running.connect());
        clients.back().send("POST /big HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\nx");
    }
    CHECK(eventually([&] { return running.server().connections() >= 100; }));
    CHECK(serves(running));
    CHECK(resident_bytes() - before < 50 * 1024 * 1024);  // they claim 100 MiB
}

TEST_CASE("bad input: a client that pipelines without reading is not answered into memory")
{
    Listen listen;
    listen.limits.write_timeout = std::chrono::milliseconds(300);
    RunningServer running(listen);
    auto raw = running.connect();
    const auto before = resident_bytes();
    std::string breath;
    for (int at = 0; at < 100; ++at) breath += "GET /huge HTTP/1.1\r\nHost: a\r\n\r\n";
    raw.send(breath);
    CHECK(eventually([&] { return running.server().connections() == 0; }));
    CHECK(resident_bytes() - before < 100 * 1024 * 1024);  // they ask for 800 MiB
    CHECK(serves(running));
}
