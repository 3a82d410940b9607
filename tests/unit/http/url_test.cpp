#include "server/http/url.h"

#include <doctest/doctest.h>

using namespace tsunagi::http;

TEST_CASE("url: percent-encoding there and back")
{
    CHECK(percent_decode("%E3%81%82b%20c") == "あb c");
    CHECK(percent_encode("あ b/c~") == "%E3%81%82%20b%2Fc~");
    CHECK(percent_decode(percent_encode("みらい & \"x\" ? #")) == "みらい & \"x\" ? #");
    CHECK(percent_decode("a+b") == "a+b");
}

TEST_CASE("url: an escape that is broken or hides a control character is refused")
{
    for (const auto* text : {"%", "%4", "%zz", "%4g", "a%", "%00", "%0a", "%1f", "%7f", "%ff", "%c0%af", "%ed%a0%80",
                             "%e3%81", "%f5%80%80%80", "%e0%80%af", "%f0%80%80%af", "%f4%90%80%80"}) {
        CAPTURE(text);
        CHECK_FALSE(percent_decode(text));
    }
}

TEST_CASE("url: query pairs, first of a name wins, plus is a space")
{
    const auto query = parse_query("q=%E3%81%82+b&empty=&flag&q=second&&x=1%2B1%0A");
    REQUIRE(query);
    CHECK(query->at("q") == "あ b");
    CHECK(query->at("empty").empty());
    CHECK(query->at("flag").empty());
    CHECK(query->at("x") == "1+1\n");
    CHECK(query->size() == 4);
    CHECK_FALSE(parse_query("a=%zz"));
    CHECK_FALSE(parse_query("a%00=1"));
}

TEST_CASE("url: a query with more pairs than anybody needs is refused")
{
    std::string query;
    for (std::size_t at = 0; at < query_pairs_max; ++at) query += "a" + std::to_string(at) + "=&";
    CHECK(parse_query(query));
    CHECK_FALSE(parse_query(query + "one=more"));
}

TEST_CASE("url: the forms of a target")
{
    CHECK(parse_target("/")->path == "/");
    CHECK(parse_target("/a/%E3%81%82?x=1")->path == "/a/あ");
    CHECK(parse_target("/a?x=1")->query.at("x") == "1");
    CHECK(parse_target("http://host:80/a/b?x=2")->path == "/a/b");
    CHECK(parse_target("HTTPS://host/a")->path == "/a");
    CHECK(parse_target("http://host")->path == "/");
    CHECK(parse_target("*")->path == "*");
    CHECK(parse_target("/a...b/..c/d..")->path == "/a...b/..c/d..");
    CHECK(parse_target("//a")->path == "//a");
}

TEST_CASE("url: a target that could mean another path than it shows is refused")
{
    for (const auto* target :
         {"",      "a",         "host:443",       "ftp://host/a", "http:///a",      "http://host?x=1",
          "/a#b",  "/..",       "/../etc/passwd", "/a/..",        "/a/../b",        "/a/./b",
          "/.",    "/%2e%2e/b", "/a/%2E%2e",      "/a/.%2e/b",    "/a%2fb",         "/a%2Fb",
          "/a\\b", "/a%5cb",    "/%00",           "/a%0d%0ab",    "/%c0%ae%c0%ae/", "/a?b=%"}) {
        CAPTURE(target);
        CHECK_FALSE(parse_target(target));
    }
}

TEST_CASE("url: an address on the web is where to go and what to ask for")
{
    const auto parts = [](std::string_view url) {
        const auto address = parse_web_address(url).value();
        return address.base + " " + address.path;
    };
    CHECK(parts("https://a.example") == "https://a.example /");
    CHECK(parts("http://127.0.0.1:81/bell?key=1/2") == "http://127.0.0.1:81 /bell?key=1/2");
    CHECK(parts("https://a.example?key=1") == "https://a.example /?key=1");
    CHECK(parts("https://a.example/%E3%81%82") == "https://a.example /%E3%81%82");
    for (const auto* url : {"", "a.example/x", "ftp://a/x", "https:///x", "https://a:0/x", "https://a/b c", "https://a/当番",
                            "https://当番.example/", "http://[当番]/", "https://a/x#y", "https://a/x\n", "https://u@a/x"}) {
        CAPTURE(url);
        CHECK_FALSE(parse_web_address(url));
    }
}

TEST_CASE("url: base addresses of a client")
{
    const auto line = parse_base("https://api.line.me");
    REQUIRE(line);
    CHECK(line->secure);
    CHECK(line->host == "api.line.me");
    CHECK(line->port == 443);
    CHECK(line->authority == "api.line.me");

    const auto local = parse_base("http://127.0.0.1:8090/");
    REQUIRE(local);
    CHECK_FALSE(local->secure);
    CHECK(local->port == 8090);
    CHECK(local->authority == "127.0.0.1:8090");

    const auto six = parse_base("http://[::1]:81");
    REQUIRE(six);
    CHECK(six->host == "::1");
    CHECK(six->port == 81);

    for (const auto* base : {"", "api.line.me", "ftp://a", "https://", "https://:443", "https://a:0", "https://a:65536",
                             "https://a:x", "https://a:", "https://a/path", "https://a?x", "https://a b",
                             "https://user@a", "https://a%62", "http://[::1", "http://[::1]x", "http://[::1]80"}) {
        CAPTURE(base);
        CHECK_FALSE(parse_base(base));
    }
}
