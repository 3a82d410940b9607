#pragma once
#include <charconv>
#include <optional>
#include <string_view>

namespace tsunagi {

/// The decimal number that `text` is from its first character to its last; nothing when it is anything else: empty, with
/// spaces or a `+`, too large for `Number`, or below zero where `Number` has no sign.
template <class Number>
std::optional<Number> number_of(std::string_view text)
{
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace tsunagi
