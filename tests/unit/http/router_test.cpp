#include "server/http/router.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>

using namespace tsunagi::http;

namespace {

net::awaitable<Response> nothing(Request) { co_return Response{}; }

Route route(Method method, std::string pattern)
{
    return {.method = method, .pattern = std::move(pattern), .handler = nothing};
}

std::string found(const Router& router, Method method, std::string_view path)
{
    const auto match = router.find(method, path);
    return match.route == nullptr ? std::string{} : match.route->pattern;
}

}  // namespace

TEST_CASE("router: the most literal pattern wins")
{
    const Router router({route(Method::get, "/"), route(Method::get, "/a"), route(Method::get, "/a/{x}"),
                         route(Method::get, "/a/b"), route(Method::get, "/a/{x}/c"), route(Method::get, "/a/{rest*}"),
                         route(Method::get, "/{any}")});
    CHECK(found(router, Method::get, "/") == "/");
    CHECK(found(router, Method::get, "/a") == "/a");
    CHECK(found(router, Method::get, "/z") == "/{any}");
    CHECK(found(router, Method::get, "/a/b") == "/a/b");
    CHECK(found(router, Method::get, "/a/z") == "/a/{x}");
    CHECK(found(router, Method::get, "/a/b/c") == "/a/{x}/c");
    CHECK(found(router, Method::get, "/a/b/d") == "/a/{rest*}");
    CHECK(found(router, Method::get, "/a/") == "/a/{rest*}");
    CHECK(found(router, Method::get, "/z/z").empty());
}

TEST_CASE("router: captures carry what stood in their place")
{
    const Router router({route(Method::post, "/line/{desk}/webhook"), route(Method::get, "/files/{kind}/{rest*}")});
    const auto webhook = router.find(Method::post, "/line/mirai/webhook");
    REQUIRE(webhook.route);
    CHECK(webhook.captures.at("desk") == "mirai");
    const auto file = router.find(Method::get, "/files/image/a/b.png");
    REQUIRE(file.route);
    CHECK(file.captures.at("kind") == "image");
    CHECK(file.captures.at("rest") == "a/b.png");
    CHECK(router.find(Method::post, "/line//webhook").route == nullptr);
}

TEST_CASE("router: a known path with another method says which it has")
{
    const Router router({route(Method::get, "/a"), route(Method::post, "/a"), route(Method::delete_, "/{x}")});
    CHECK(found(router, Method::delete_, "/a") == "/{x}");
    const auto match = router.find(Method::put, "/a");
    CHECK(match.route == nullptr);
    for (const auto method : {Method::get, Method::post, Method::delete_})
        CHECK(std::find(match.allow.begin(), match.allow.end(), method) != match.allow.end());
    CHECK(router.find(Method::get, "/a/b").allow.empty());
}

TEST_CASE("router: HEAD is answered by GET's route unless it has its own")
{
    const Router router({route(Method::get, "/a"), route(Method::get, "/b"), route(Method::head, "/b")});
    CHECK(router.find(Method::head, "/a").route->method == Method::get);
    CHECK(router.find(Method::head, "/b").route->method == Method::head);
}

TEST_CASE("router: a table that is wrong is refused at the start")
{
    const auto refused = [](std::vector<Route> routes) {
        CHECK_THROWS_AS(Router(std::move(routes)), std::invalid_argument);
    };
    refused({route(Method::get, "a")});
    refused({route(Method::get, "")});
    refused({route(Method::get, "/a/{rest*}/b")});
    refused({route(Method::get, "/a/{}")});
    refused({route(Method::get, "/a/x{b}")});
    refused({route(Method::get, "/{a}/{a}")});
    refused({route(Method::get, "/a"), route(Method::get, "/a")});
    refused({route(Method::get, "/{a}"), route(Method::get, "/{b}")});
    refused({{.method = Method::get, .pattern = "/a"}});
}
