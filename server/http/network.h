#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::http {

/// The 16 bytes of an IPv6 address, or of an IPv4 one mapped into them (`::ffff:192.0.2.1`), so that both compare alike.
using AddressBytes = std::array<unsigned char, 16>;

inline constexpr std::size_t ip4_at = 12;  ///< where an IPv4 address begins in the one that maps it

bool is_ip4(const AddressBytes& bytes);

/// Nothing when `text` is no IP address.
std::optional<AddressBytes> address_bytes(const std::string& text);

/// One address or a network, as config writes it: `127.0.0.1`, `10.1.0.0/16`, `2001:db8::/32`. Pure.
class Network {
public:
    /// Nothing when `text` is neither. Bits behind the prefix do not matter.
    static std::optional<Network> parse(std::string_view text);

    bool holds(const std::string& address) const;

private:
    Network(const AddressBytes& bytes, std::size_t bits) : bytes_(bytes), bits_(bits) {}

    AddressBytes bytes_;
    std::size_t bits_;  ///< of the 128
};

/// This machine: who is trusted as a proxy when config names none.
std::vector<Network> loopback();

}  // namespace tsunagi::http
