#pragma once
#include "bot/base/time.h"

#include <chrono>
#include <string>

namespace tsunagi::line {

/// How long an assertion is good for; LINE takes at most 30 minutes (facts.md 106). It is used at once.
constexpr std::chrono::minutes assertion_life{10};
/// How long a v2.1 token lives that we ask for. LINE allows 30 tokens at a time and refuses more (facts.md, section 14):
/// with a day, thirty restarts in a day are free.
constexpr std::chrono::hours v2_1_token_life{24};

/// What a channel proves itself with instead of its secret.
struct AssertionKey {
    std::string channel_id;
    std::string key_id;       ///< `kid`, from LINE's console
    std::string private_key;  ///< PEM, RSA 2048
};

/// A signed JWT (RS256) by which the channel asks for a token (facts.md 106). `with_token_life` adds `token_exp`, which
/// v2.1 tokens need and stateless ones do not take. Empty when the key cannot be read. Pure but for the signature.
std::string make_assertion(const AssertionKey& key, TimePoint now, bool with_token_life);

}  // namespace tsunagi::line
