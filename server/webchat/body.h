#pragma once
#include "server/http/json_body.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace tsunagi::webchat {

/// The JSON object in `body` (http::object_in). Nothing when it is nested, too: no request of the page is. The server has held it
/// to the route's limit.
inline std::optional<nlohmann::json> body_of(const std::string& body) { return http::object_in(body, 1); }

using http::flag_of;
using http::text_of;
using http::whole_of;

}  // namespace tsunagi::webchat
