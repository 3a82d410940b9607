#pragma once
#include "bot/base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tsunagi::api {

/// The six digits of RFC 6238 (SHA-1, steps of 30 s) for `secret` (raw bytes) at `now`. Pure.
std::string totp_code(std::string_view secret, TimePoint now);

/// The step of 30 s whose code `code` is, when that is now's or the one before or after (clocks of phones differ) and later
/// than `last_step`, which was used already. Constant time in the code. Pure.
std::optional<std::uint64_t> totp_step(std::string_view secret, std::string_view code, std::uint64_t last_step, TimePoint now);

/// A new secret: 20 random bytes, as RFC 4226 asks for.
std::string new_totp_secret();

/// What an authenticator app takes as a QR code or a link: `otpauth://totp/...`. It holds the secret. Pure.
std::string totp_uri(std::string_view secret, std::string_view login, std::string_view desk);

}  // namespace tsunagi::api
