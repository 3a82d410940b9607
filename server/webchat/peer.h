#pragma once
#include "server/http/message.h"

#include <array>
#include <string>
#include <string_view>

namespace tsunagi::webchat {

/// Whose request it is, for limits: the connection's address, or, when that is a proxy of ours (this machine or a private
/// network), the address the proxy names last. A stranger from outside cannot choose it; only his own entries stand before it.
inline std::string who_asks(const http::Request& request)
{
    constexpr std::size_t address_bytes_max = 64;
    constexpr std::array<std::string_view, 6> near{"127.", "10.", "192.168.", "::1", "fd", "::ffff:127."};
    const std::string_view peer = request.peer;
    bool is_near = false;
    for (const auto beginning : near) is_near = is_near || peer.starts_with(beginning);
    for (int second = 16; second < 32; ++second) is_near = is_near || peer.starts_with("172." + std::to_string(second) + ".");
    const auto named = request.field("x-forwarded-for");
    if (!is_near || named.empty()) return request.peer;
    auto last = named.substr(named.rfind(',') + 1);  // npos + 1 is 0: there is only one
    while (!last.empty() && last.front() == ' ') last.remove_prefix(1);
    while (!last.empty() && last.back() == ' ') last.remove_suffix(1);
    return last.empty() || last.size() > address_bytes_max ? request.peer : std::string(last);
}

}  // namespace tsunagi::webchat
