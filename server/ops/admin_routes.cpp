#include "server/ops/admin_routes.h"

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>

namespace tsunagi::ops {

namespace net = boost::asio;

namespace {

http::Response ready_response(const Health& health)
{
    const std::string trouble = health.store.trouble();
    const bool ready = health.ready && trouble.empty();
    nlohmann::json body;
    body["ready"] = ready;
    body["trouble"] = !trouble.empty() ? trouble : health.ready ? "" : "starting or stopping";
    body["remarks"] = health.remarks ? health.remarks() : std::vector<std::string>();
    body["waiting_to_be_sent"] = health.outbox.waiting();
    return http::json_response(ready ? 200 : 503, body.dump());
}

http::Route get(std::string pattern, std::function<http::Response()> answer)
{
    auto handler = [answer = std::move(answer)](http::Request) -> net::awaitable<http::Response> { co_return answer(); };
    return {.method = http::Method::get, .pattern = std::move(pattern), .handler = std::move(handler)};
}

}  // namespace

std::vector<http::Route> admin_routes(Health health, Metrics& metrics)
{
    std::vector<http::Route> routes;
    routes.push_back(get("/healthz", [] { return http::json_response(200, R"({"alive":true})"); }));
    routes.push_back(get("/readyz", [health] { return ready_response(health); }));
    routes.push_back(get("/metrics", [&metrics] {
        return http::Response{200, {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}}, metrics.text()};
    }));
    return routes;
}

}  // namespace tsunagi::ops
