#pragma once
#include "server/api/answers.h"
#include "server/http/json_body.h"

#include <optional>
#include <string>

namespace tsunagi::api {

constexpr std::size_t body_bytes_max = 64 * 1024;  ///< the largest is a text of 5,000 characters with its escapes
constexpr int body_depth_max = 8;

/// The JSON object of a request's body (http::object_in); nothing, too, when it is too long.
inline std::optional<json> body_of(const std::string& body)
{
    if (body.size() > body_bytes_max) return std::nullopt;
    return http::object_in(body, body_depth_max);
}

using http::flag_of;
using http::text_of;
using http::whole_of;

/// The number of a log entry.
inline std::optional<std::uint64_t> seq_of(const json& object, const char* name) { return http::whole_of(object, name); }

}  // namespace tsunagi::api
