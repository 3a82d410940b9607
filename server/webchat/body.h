#pragma once
#include "bot/base/json_escapes.h"
#include "bot/base/text.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace tsunagi::webchat {

/// The JSON object in `body`; an empty body is an empty object. Nothing when it is anything else, is nested (no request of
/// the page is), or is not UTF-8. The server has held it to the route's limit.
inline std::optional<nlohmann::json> body_of(const std::string& body)
{
    using nlohmann::json;
    if (body.empty()) return json::object();
    if (!is_utf8(body)) return std::nullopt;
    bool nested = false;
    const auto watch_depth = [&nested](int depth, json::parse_event_t event, json&) {
        const bool opens = event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
        nested = nested || (opens && depth > 0);
        return !nested;
    };
    json value = json::parse(with_whole_escapes(body), watch_depth, false);
    if (nested || value.is_discarded() || !value.is_object()) return std::nullopt;
    return value;
}

inline std::optional<std::string> text_of(const nlohmann::json& object, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
}

inline std::optional<bool> flag_of(const nlohmann::json& object, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_boolean()) return std::nullopt;
    return found->get<bool>();
}

inline std::optional<std::uint64_t> whole_of(const nlohmann::json& object, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
    return found->get<std::uint64_t>();
}

}  // namespace tsunagi::webchat
