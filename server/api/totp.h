#pragma once
#include "bot/base/time.h"

#include <string>
#include <string_view>

namespace tsunagi::api {

/// The six digits of RFC 6238 (SHA-1, steps of 30 s) for `secret` (raw bytes) at `now`. Pure.
std::string totp_code(std::string_view secret, TimePoint now);

/// Whether `code` is right now or in the step before or after (clocks of phones differ). Constant time in the code.
bool totp_fits(std::string_view secret, std::string_view code, TimePoint now);

}  // namespace tsunagi::api
