#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace tsunagi::desk {

/// HMAC-SHA-256 of `text` under `key`. Thread-safe.
///
/// Each thread keeps what it prepared for its newest keys: OpenSSL 3 looks its algorithms up by name each time it is asked
/// from scratch, which costs more than hashing a webhook. Throws std::runtime_error when OpenSSL has no HMAC-SHA-256.
std::array<std::uint8_t, 32> keyed_hash(std::string_view key, std::string_view text);

}  // namespace tsunagi::desk
