#pragma once
#include "server/http/message.h"

#include <nlohmann/json.hpp>

#include <string>

namespace tsunagi::webchat {

// What the web chat's handlers answer with.

inline http::Response answer(unsigned status, const nlohmann::json& value)
{
    return http::json_response(status, value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

inline http::Response too_often()
{
    auto response = http::problem(429, "too_often", "Too many requests. Please wait a little.");
    response.fields.emplace_back("Retry-After", "60");
    return response;
}

inline http::Response not_kept() { return http::problem(503, "not_kept", "It could not be kept just now. Please send it again."); }

/// The value of `name` behind the question mark; empty when there is none.
inline std::string query(const http::Request& request, const std::string& name)
{
    const auto found = request.query.find(name);
    return found == request.query.end() ? std::string() : found->second;
}

}  // namespace tsunagi::webchat
