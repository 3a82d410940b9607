#pragma once
#include <nlohmann/json.hpp>

#include <string>

namespace tsunagi::line {

// JSON of a stranger: every reader answers with a default when the property is missing or of another type.

/// The property `name` of `object`; null when there is none, or when `object` is no object. Lives as long as `object`.
inline const nlohmann::json& member(const nlohmann::json& object, const char* name)
{
    static const nlohmann::json nothing;
    if (!object.is_object()) return nothing;
    const auto found = object.find(name);
    return found == object.end() ? nothing : *found;
}

/// The same as text; empty when it is no text.
inline std::string text_of(const nlohmann::json& object, const char* name)
{
    const auto& value = member(object, name);
    return value.is_string() ? value.get_ref<const std::string&>() : std::string();
}

}  // namespace tsunagi::line
