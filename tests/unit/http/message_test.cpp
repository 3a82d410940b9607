#include "server/http/head_scanner.h"
#include "server/http/request_parser.h"
#include "server/http/wire.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace tsunagi::http;

TEST_CASE("message: fields are found whatever their case, the first one first")
{
    const Fields fields{{"X-Line-Signature", "abc"}, {"x-line-signature", "def"}};
    CHECK(find_field(fields, "x-LINE-signature") == "abc");
    CHECK_FALSE(find_field(fields, "x-line"));
}

TEST_CASE("message: a cookie is found among others and never by the end of its name")
{
    Request request;
    request.fields = {{"Cookie", "a=1; xsession=no;session=yes=1 ; b"}, {"cookie", "later=2"}};
    CHECK(request.cookie("session") == "yes=1");
    CHECK(request.cookie("a") == "1");
    CHECK(request.cookie("later") == "2");
    CHECK(request.cookie("b").empty());
    CHECK(request.cookie("none").empty());
}

TEST_CASE("message: a problem is RFC 9457")
{
    const auto response = problem(409, "claimed", "held by \"somebody\"");
    CHECK(response.status == 409);
    CHECK(find_field(response.fields, "content-type") == "application/problem+json");
    const auto body = nlohmann::json::parse(response.body);
    CHECK(body["type"] == "about:blank");
    CHECK(body["status"] == 409);
    CHECK(body["code"] == "claimed");
    CHECK(body["title"] == "held by \"somebody\"");
}

TEST_CASE("message: what would split a response is not fit to send")
{
    CHECK(fit_to_send({.status = 200, .fields = {{"Location", "/a?b=c"}, {"X", "tab\there"}, {"Name", "みらい"}}}));
    CHECK_FALSE(fit_to_send({.status = 200, .fields = {{"Location", "/a\r\nSet-Cookie: x"}}}));
    CHECK_FALSE(fit_to_send({.status = 200, .fields = {{"Location", "/a\nb"}}}));
    CHECK_FALSE(fit_to_send({.status = 200, .fields = {{"Bad name", "x"}}}));
    CHECK_FALSE(fit_to_send({.status = 200, .fields = {{"", "x"}}}));
    CHECK_FALSE(fit_to_send({.status = 99}));
    CHECK_FALSE(fit_to_send({.status = 1000}));
}

TEST_CASE("message: the connection writes its own fields and nobody else's")
{
    std::string head;
    append_head(
        head,
        {.status = 200,
         .fields = {{"content-length", "9999"}, {"Transfer-Encoding", "chunked"}, {"Server", "x"}, {"X-A", "1"}},
         .body = "abc"},
        true);
    CHECK(head.starts_with("HTTP/1.1 200 OK\r\nDate: "));
    CHECK(head.find("Content-Length: 3\r\n") != std::string::npos);
    CHECK(head.find("X-A: 1\r\n") != std::string::npos);
    CHECK(head.find("X-Content-Type-Options: nosniff\r\n") != std::string::npos);
    CHECK(head.find("9999") == std::string::npos);
    CHECK(head.find("chunked") == std::string::npos);
    CHECK(head.find("Server") == std::string::npos);
    CHECK(head.ends_with("\r\n\r\n"));
}

TEST_CASE("message: 204 and 304 carry no length")
{
    for (const unsigned status : {204u, 304u}) {
        std::string head;
        append_head(head, {.status = status}, false);
        CHECK(head.find("Content-Length") == std::string::npos);
        CHECK(head.find("Connection: close") != std::string::npos);
    }
}

namespace {

/// The status a request would be refused with, 0 when it is read whole; its bytes arrive `step` at a time.
unsigned outcome(std::string_view bytes, std::size_t step, std::string* body = nullptr)
{
    HeadScanner scanner;
    std::size_t arrived = 0;
    for (;;) {
        arrived = std::min(bytes.size(), arrived + step);
        const auto verdict = scanner.scan(bytes.substr(0, arrived));
        if (verdict == HeadScanner::Verdict::malformed) return 400;
        if (verdict == HeadScanner::Verdict::complete) break;
        REQUIRE(arrived < bytes.size());
    }
    RequestParser parser;
    if (const auto refused = parser.take_head(bytes.substr(0, scanner.size()))) return refused->status;
    if (const auto refused = parser.limit_body(100)) return refused->status;
    std::size_t at = scanner.size();
    while (!parser.done()) {
        if (arrived - at >= parser.bytes_wanted()) {
            std::size_t taken = 0;
            if (const auto refused = parser.take_body(bytes.substr(at, arrived - at), taken)) return refused->status;
            at += taken;
            if (parser.done()) break;
        }
        REQUIRE(arrived < bytes.size());
        arrived = std::min(bytes.size(), arrived + step);
    }
    if (body != nullptr) *body = parser.request().body;
    return 0;
}

struct Spelling {
    std::string_view bytes;
    unsigned status;
    std::string_view body = {};
};

constexpr Spelling spellings[] = {
    {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0},
    {"GET / HTTP/1.0\r\n\r\n", 0},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 0, "abc"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 0},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0},
    {"POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: CHUNKED\r\n\r\n3\r\nabc\r\nA;x=\"y\"\r\n0123456789\r\n0\r\n\r\n",
     0, "abc0123456789"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Trailer: 1\r\nHost: b\r\n\r\n",
     0, "a"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n", 413},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n65\r\nx", 413},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabXX0\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: folded\r\n here\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: folded\r\n\there\r\n\r\n", 400},
    {"GET / HTTP/1.1\nHost: a\n\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\n: empty\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n", 400},
    {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
    {"GET /\r\n\r\n", 400},
    {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
    {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
    {"GET / HTTPS/1.1\r\nHost: a\r\n\r\n", 400},
    {"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 4\r\n\r\nabcd", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabc", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3a\r\n\r\nabc", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 501},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", 501},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 501},
    {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nExpect: a miracle\r\nContent-Length: 1\r\n\r\na", 417},
    {"CONNECT host:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
};

}  // namespace

TEST_CASE("message: one meaning for each spelling, however its bytes are cut")
{
    for (const auto& spelling : spellings) {
        CAPTURE(spelling.bytes);
        for (std::size_t step = 1; step <= spelling.bytes.size(); ++step) {
            CAPTURE(step);
            std::string body;
            REQUIRE(outcome(spelling.bytes, step, &body) == spelling.status);
            REQUIRE(body == spelling.body);
        }
    }
}

TEST_CASE("message: NUL anywhere in a head is refused")
{
    using namespace std::string_view_literals;
    CHECK(outcome("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n"sv, 1) == 400);
    CHECK(outcome("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"sv, 100) == 400);
}

TEST_CASE("message: a trailer never becomes a field")
{
    constexpr std::string_view head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    constexpr std::string_view body = "0\r\nX-Line-Signature: forged\r\n\r\n";
    RequestParser parser;
    REQUIRE_FALSE(parser.take_head(head));
    std::size_t taken = 0;
    REQUIRE_FALSE(parser.take_body(body, taken));
    CHECK(parser.done());
    CHECK(parser.request().field("x-line-signature").empty());
}
