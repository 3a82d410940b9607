#pragma once
#include "bot/base/json_escapes.h"
#include "bot/base/text.h"
#include "server/api/answers.h"

#include <optional>
#include <string>

namespace tsunagi::api {

constexpr std::size_t body_bytes_max = 64 * 1024;  ///< the largest is a text of 5,000 characters with its escapes
constexpr int body_depth_max = 8;

/// The JSON object of a request's body; an empty body is an empty object. Nothing when it is anything else, nested too
/// deeply, or not UTF-8.
inline std::optional<json> body_of(const std::string& body)
{
    if (body.empty()) return json::object();
    if (body.size() > body_bytes_max || !is_utf8(body)) return std::nullopt;
    bool too_deep = false;
    const auto watch_depth = [&too_deep](int depth, json::parse_event_t, json&) {
        too_deep = too_deep || depth > body_depth_max;
        return !too_deep;
    };
    json value = json::parse(with_whole_escapes(body), watch_depth, false);
    if (too_deep || value.is_discarded() || !value.is_object()) return std::nullopt;
    return value;
}

inline std::optional<std::string> text_of(const json& object, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
}

/// The number of a log entry.
inline std::optional<std::uint64_t> seq_of(const json& object, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
    return found->get<std::uint64_t>();
}

inline std::optional<bool> flag_of(const json& object, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_boolean()) return std::nullopt;
    return found->get<bool>();
}

}  // namespace tsunagi::api
