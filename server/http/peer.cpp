#include "server/http/peer.h"

#include "server/http/wire.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>

namespace tsunagi::http {
namespace {

constexpr std::size_t address_bytes_max = 64;
constexpr std::size_t network_bytes = 8;  ///< of a /64

using Bytes6 = std::array<unsigned char, 16>;

std::optional<Bytes6> ip6(const std::string& text)
{
    Bytes6 bytes{};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return std::nullopt;
    return bytes;
}

bool is_ip4(const std::string& text)
{
    std::array<unsigned char, 4> bytes{};
    return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1;
}

/// The address in an entry of X-Forwarded-For, which some proxies write with a port: `192.0.2.1:443`, `[2001:db8::1]:443`.
/// Empty when there is none.
std::string address_in(std::string_view entry)
{
    if (entry.size() > address_bytes_max) return {};
    std::string text(entry);
    if (text.starts_with('[')) text = text.substr(1, text.find(']') - 1);
    else if (std::count(text.begin(), text.end(), ':') == 1) text.resize(text.find(':'));
    return is_ip4(text) || ip6(text) ? text : std::string();
}

}  // namespace

bool is_near(std::string_view address)
{
    constexpr std::array<std::string_view, 6> near{"127.", "10.", "192.168.", "::1", "fd", "::ffff:127."};
    for (const auto beginning : near)
        if (address.starts_with(beginning)) return true;
    for (int second = 16; second < 32; ++second)
        if (address.starts_with("172." + std::to_string(second) + ".")) return true;
    return false;
}

std::string share_of(const std::string& address)
{
    const auto bytes = ip6(address);
    if (!bytes) return address;
    Bytes6 network{};
    std::copy_n(bytes->begin(), network_bytes, network.begin());
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(AF_INET6, network.data(), text.data(), text.size());
    return std::string(text.data()) + "/64";
}

std::string who_asks(const Request& request)
{
    const auto named = request.field("x-forwarded-for");
    if (!is_near(request.peer) || named.empty()) return share_of(request.peer);
    const auto last = trimmed(named.substr(named.rfind(',') + 1));  // npos + 1 is 0: there is only one
    const std::string address = address_in(last);
    return share_of(address.empty() ? request.peer : address);
}

}  // namespace tsunagi::http
