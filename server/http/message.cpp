#include "server/http/message.h"

#include "server/http/wire.h"

#include <nlohmann/json.hpp>

namespace tsunagi::http {

std::optional<std::string_view> find_field(const Fields& fields, std::string_view name)
{
    for (const auto& [field, value] : fields)
        if (same_name(field, name)) return value;
    return std::nullopt;
}

std::string_view Request::field(std::string_view name) const
{
    return find_field(fields, name).value_or(std::string_view{});
}

std::string_view Request::cookie(std::string_view name) const
{
    for (const auto& [field, value] : fields) {
        if (!same_name(field, "cookie")) continue;
        for (std::string_view rest = value; !rest.empty();) {
            const auto end = rest.find(';');
            const auto pair = trimmed(rest.substr(0, end));
            const auto equals = pair.find('=');
            if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        }
    }
    return {};
}

bool same_origin(const Request& request, std::string_view public_url)
{
    const auto origin = request.field("origin");
    const std::string host(request.field("host"));
    if (origin.empty() || host.empty()) return false;
    if (origin == public_url) return true;
    return origin == (request.secure ? "https://" : "http://") + host || origin == "https://" + host;
}

Response json_response(unsigned status, std::string body)
{
    return {.status = status,
            .fields = {{"Content-Type", "application/json; charset=utf-8"}, {"Cache-Control", "no-store"}},
            .body = std::move(body)};
}

Response problem(unsigned status, std::string_view code, std::string_view title)
{
    nlohmann::ordered_json body;
    body["type"] = "about:blank";
    body["title"] = title;
    body["status"] = status;
    body["code"] = code;
    return {.status = status,
            .fields = {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}},
            .body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)};
}

}  // namespace tsunagi::http
