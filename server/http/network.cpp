#include "server/http/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace tsunagi::http {
namespace {

constexpr std::size_t bits_of_all = 128;
constexpr AddressBytes mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0};

}  // namespace

bool is_ip4(const AddressBytes& bytes) { return std::equal(bytes.begin(), bytes.begin() + ip4_at, mapped.begin()); }

std::optional<AddressBytes> address_bytes(const std::string& text)
{
    AddressBytes bytes{};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
    bytes = mapped;
    if (inet_pton(AF_INET, text.c_str(), bytes.data() + ip4_at) != 1) return std::nullopt;
    return bytes;
}

std::optional<Network> Network::parse(std::string_view text)
{
    const auto slash = text.find('/');
    const std::string address(text.substr(0, slash));
    const auto bytes = address_bytes(address);
    if (!bytes) return std::nullopt;
    const std::size_t before = address.find(':') == std::string::npos ? ip4_at * 8 : 0;
    std::size_t bits = bits_of_all - before;
    if (slash != std::string_view::npos) {
        const auto prefix = text.substr(slash + 1);
        const std::size_t most = bits;
        const auto [end, error] = std::from_chars(prefix.data(), prefix.data() + prefix.size(), bits);
        if (error != std::errc{} || end != prefix.data() + prefix.size() || bits > most) return std::nullopt;
    }
    return Network(*bytes, before + bits);
}

bool Network::holds(const std::string& address) const
{
    const auto bytes = address_bytes(address);
    if (!bytes) return false;
    const auto whole = static_cast<std::ptrdiff_t>(bits_ / 8);
    if (!std::equal(bytes->begin(), bytes->begin() + whole, bytes_.begin())) return false;
    const auto rest = bits_ % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<unsigned char>(0xFFU << (8 - rest));
    const auto at = static_cast<std::size_t>(whole);
    return ((*bytes)[at] & mask) == (bytes_[at] & mask);
}

std::vector<Network> loopback() { return {*Network::parse("127.0.0.0/8"), *Network::parse("::1")}; }

}  // namespace tsunagi::http
