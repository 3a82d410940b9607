#pragma once
#include "bot/base/time.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tsunagi {

/// The 80 bits of a ULID behind its time. server/ fills them at random; pure code derives them from what it knows.
using UlidBits = std::array<std::uint8_t, 10>;

/// A ULID (26 characters, Crockford base 32): sorts by `time`, then by `bits`. Pure.
std::string make_ulid(TimePoint time, const UlidBits& bits);

/// The instant inside a ULID; nothing when `text` is not one (wrong length, letters outside the alphabet, overflow).
std::optional<TimePoint> ulid_time(std::string_view text);

/// Whether `text` is a well-formed ULID.
inline bool is_ulid(std::string_view text) { return ulid_time(text).has_value(); }

}  // namespace tsunagi
