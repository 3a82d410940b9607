#pragma once
#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace tsunagi::sandbox {

using json = nlohmann::json;

// nlohmann's value() throws when a field has another type; what a stranger sends may have any.

inline std::string text_of(const json& object, const char* name, std::string fallback = {})
{
    if (!object.is_object()) return fallback;
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : fallback;
}

inline std::int64_t number_of(const json& object, const char* name, std::int64_t fallback = 0)
{
    if (!object.is_object()) return fallback;
    const auto found = object.find(name);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : fallback;
}

inline bool flag_of(const json& object, const char* name, bool fallback = false)
{
    if (!object.is_object()) return fallback;
    const auto found = object.find(name);
    return found != object.end() && found->is_boolean() ? found->get<bool>() : fallback;
}

/// Text of any bytes: what is no UTF-8 shows as U+FFFD instead of an exception.
inline std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace tsunagi::sandbox
