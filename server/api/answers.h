#pragma once
#include "server/api/words.h"
#include "server/http/message.h"

#include <nlohmann/json.hpp>

#include <string>

namespace tsunagi::api {

using nlohmann::json;

/// `value` as JSON; a text that is no UTF-8 is repaired instead of failing.
http::Response answer(unsigned status, const json& value);

/// problem+json with the catalogue's `api.problem.<code>` as its title. `more` adds fields (holder), or another title.
http::Response refuse(const Words& words, unsigned status, const std::string& code, json more = json::object());

/// RFC 3339 in Japanese time with milliseconds: what openapi.yaml calls Time.
std::string time_text(TimePoint time);

}  // namespace tsunagi::api
