#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tsunagi::sandbox {

/// Milliseconds since 1970, the clock of everything here: time is real in the sandbox.
std::int64_t now_ms();

/// `bytes` random bytes as lower-case hex (twice as many letters).
std::string random_hex(std::size_t bytes);

/// `bytes` random bytes as base64url without padding: what quote tokens and access tokens look like.
std::string random_token(std::size_t bytes);

/// A whole number from `low` to `high`, both included. `low` when the range is empty.
std::int64_t random_between(std::int64_t low, std::int64_t high);

std::string make_user_id();     ///< `U` and 32 hex letters
std::string make_uuid();        ///< version 4, as X-Line-Request-Id carries
std::string make_event_id();    ///< a ULID of now

/// 18 decimal digits, each greater than the one before: beyond 2^53, so that a reader who makes a number of it is found.
std::string make_message_id();

bool is_user_id(std::string_view text);  ///< `U[0-9a-f]{32}`
bool is_chat_id(std::string_view text);  ///< the same with U, C (group) or R (room)
bool is_uuid(std::string_view text);

std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

/// x-line-signature: base64 of HMAC-SHA256 over the exact bytes, the secret taken as text (facts.md 2).
std::string sign(std::string_view channel_secret, std::string_view body);

/// Whether two secrets are equal, in a time that does not depend on where they differ.
bool equal_secrets(std::string_view left, std::string_view right);

}  // namespace tsunagi::sandbox
