#pragma once
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tsunagi {

/// The UTF-16 unit that stands escaped (`\u3042`) at `at` of JSON text; nothing when another escape does, or none.
inline std::optional<std::uint16_t> escaped_unit_at(std::string_view json, std::size_t at)
{
    constexpr std::size_t escape_length = 6;
    if (json.size() < escape_length || at > json.size() - escape_length || json[at] != '\\' || json[at + 1] != 'u') return std::nullopt;
    std::uint16_t unit = 0;
    const char* const end = json.data() + at + escape_length;
    const auto [read_to, error] = std::from_chars(end - 4, end, unit, 16);
    return error == std::errc{} && read_to == end ? std::optional(unit) : std::nullopt;
}

/// JSON text in which each escaped half of a surrogate pair (`\ud83d` without its second half) is `\ufffd` instead. A keyboard or a
/// limit may cut an emoji in two; a parser refuses the whole request for it, and the words of everybody else in it.
inline std::string with_whole_escapes(std::string json)
{
    constexpr std::size_t escape_length = 6;
    const auto is_second_half = [](std::optional<std::uint16_t> unit) { return unit && *unit >= 0xDC00 && *unit <= 0xDFFF; };
    // A backslash stands nowhere but inside a string, and takes at least the next letter with it.
    for (auto at = json.find('\\'); at != std::string::npos; at = json.find('\\', at)) {
        const auto unit = escaped_unit_at(json, at);
        const bool is_first_half = unit && *unit >= 0xD800 && *unit <= 0xDBFF;
        const bool is_pair = is_first_half && is_second_half(escaped_unit_at(json, at + escape_length));
        if ((is_first_half && !is_pair) || is_second_half(unit)) json.replace(at, escape_length, "\\ufffd");
        at += is_pair ? 2 * escape_length : unit ? escape_length : 2;
    }
    return json;
}

}  // namespace tsunagi
