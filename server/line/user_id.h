#pragma once
#include <algorithm>
#include <string_view>

namespace tsunagi::line {

/// U and 32 hex digits (facts.md 17). LINE forbids asking for people who do not exist (facts.md 95), and an id becomes part of a path.
inline bool is_user_id(std::string_view user)
{
    constexpr std::size_t length = 33;
    return user.size() == length && user.front() == 'U' && std::all_of(user.begin() + 1, user.end(), [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

}  // namespace tsunagi::line
