#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace tsunagi {

/// Two lower-case hex characters a byte.
std::string to_hex(std::string_view bytes);

/// The first `size` bytes of a digest or another row of bytes, which must have that many.
template <class Bytes>
std::string to_hex(const Bytes& bytes, std::size_t size)
{
    return to_hex(std::string_view(reinterpret_cast<const char*>(bytes.data()), size));
}

/// The bytes again; nothing when `text` is not made of pairs of hex characters.
std::optional<std::string> from_hex(std::string_view text);

}  // namespace tsunagi
