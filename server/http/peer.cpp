#include "server/http/peer.h"

#include "server/http/network.h"
#include "server/http/wire.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace tsunagi::http {
namespace {

constexpr std::size_t address_bytes_max = 64;
constexpr std::size_t network_bytes = 8;  ///< of a /64

/// What the nearest proxy says: it writes behind what others said before.
std::string_view last_of(std::string_view list)
{
    return trimmed(list.substr(list.rfind(',') + 1));  // npos + 1 is 0: there is only one
}

/// The address in an entry of X-Forwarded-For, which some proxies write with a port: `192.0.2.1:443`, `[2001:db8::1]:443`.
/// Empty when there is none.
std::string address_in(std::string_view entry)
{
    if (entry.size() > address_bytes_max) return {};
    std::string text(entry);
    if (text.starts_with('[')) text = text.substr(1, text.find(']') - 1);
    else if (std::count(text.begin(), text.end(), ':') == 1) text.resize(text.find(':'));
    return address_bytes(text) ? text : std::string();
}

}  // namespace

std::string share_of(const std::string& address)
{
    const auto bytes = address_bytes(address);
    if (!bytes) return address;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_ip4(*bytes)) return inet_ntop(AF_INET, bytes->data() + ip4_at, text.data(), text.size());
    AddressBytes network{};
    std::copy_n(bytes->begin(), network_bytes, network.begin());
    inet_ntop(AF_INET6, network.data(), text.data(), text.size());
    return std::string(text.data()) + "/64";
}

std::string who_asks(const Request& request)
{
    const auto named = request.by_proxy ? request.field("x-forwarded-for") : std::string_view{};
    if (named.empty()) return share_of(request.peer);
    const std::string address = address_in(last_of(named));
    return share_of(address.empty() ? request.peer : address);
}

bool came_over_https(const Request& request)
{
    return request.by_proxy && same_name(last_of(request.field("x-forwarded-proto")), "https");
}

}  // namespace tsunagi::http
