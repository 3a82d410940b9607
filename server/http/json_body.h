#pragma once
#include "bot/base/json_escapes.h"
#include "bot/base/text.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>

// The JSON object that a request brings, and what stands in it. A stranger wrote it: nothing is taken for what it is not.

namespace tsunagi::http {

/// The JSON object of a request's body; an empty body is an empty object. Nothing when it is anything else, nested deeper than
/// `depth_max` (1: it holds no other object and no list), or not UTF-8. How long it is, the caller has looked at.
inline std::optional<nlohmann::json> object_in(const std::string& body, int depth_max)
{
    using nlohmann::json;
    if (body.empty()) return json::object();
    if (!is_utf8(body)) return std::nullopt;
    bool too_deep = false;
    const auto watch_depth = [&](int depth, json::parse_event_t event, json&) {
        const bool opens = event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
        too_deep = too_deep || (opens && depth >= depth_max);
        return !too_deep;
    };
    json value = json::parse(with_whole_escapes(body), watch_depth, false);
    if (too_deep || value.is_discarded() || !value.is_object()) return std::nullopt;
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

/// A whole number, 0 or more.
inline std::optional<std::uint64_t> whole_of(const nlohmann::json& object, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
    return found->get<std::uint64_t>();
}

}  // namespace tsunagi::http
