#include "server/http/refusals.h"

#include "server/http/wire.h"

#include <algorithm>

namespace tsunagi::http {
namespace {

constexpr std::string_view retry_after_seconds = "5";

Response with_allow(Response response, const std::vector<Method>& methods)
{
    std::string allow;
    const auto add = [&](std::string_view name) { allow.append(allow.empty() ? "" : ", ").append(name); };
    for (const auto method : methods) {
        if (method == Method::options) continue;
        add(method_name(method));
        if (method == Method::get && std::find(methods.begin(), methods.end(), Method::head) == methods.end())
            add("HEAD");
    }
    add("OPTIONS");
    response.fields.emplace_back("Allow", std::move(allow));
    return response;
}

}  // namespace

Response refusal(unsigned status, std::string_view code) { return problem(status, code, reason_phrase(status)); }

Response busy(std::string_view code)
{
    auto response = refusal(503, code);
    response.fields.emplace_back("Retry-After", retry_after_seconds);
    response.fields.emplace_back("Connection", "close");
    return response;
}

Response unrouted(const Request& request, const Match& match)
{
    if (request.path != "*" && match.allow.empty()) return refusal(404, "not_found");
    if (request.method == Method::options) return with_allow({.status = 204, .fields = {}, .body = {}}, match.allow);
    return with_allow(refusal(405, "method_not_allowed"), match.allow);
}

}  // namespace tsunagi::http
