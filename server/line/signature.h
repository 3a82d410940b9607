#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::line {

/// Whether `signature` (the value of `x-line-signature`) is Base64(HMAC-SHA256(secret, body)) for one of `secrets`.
///
/// Over exactly the bytes received (facts.md 2, 4); every secret is tried and compared in constant time, so that neither
/// the secret nor which of two (during a swap) fits can be timed. Empty, malformed or wrong-length signatures are false.
/// Thread-safe. Cost: one HMAC a secret.
bool signature_matches(std::string_view body, std::string_view signature, const std::vector<std::string>& secrets);

/// The signature itself, for whoever plays LINE's part: the sandbox and the tests.
std::string sign(std::string_view body, std::string_view secret);

}  // namespace tsunagi::line
