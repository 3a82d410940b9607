#pragma once
#include "server/desk/clock.h"

#include <string>
#include <string_view>

namespace tsunagi::webchat {

/// What the web chat hands out and how it is found again. Only HMACs of secrets are kept, under a key derived from the
/// master key, and a secret is found by the HMAC's row: there is nothing to compare byte by byte, so nothing to time.
class Secrets {
public:
    /// `random` must outlive this.
    Secrets(const std::string& master_key, desk::Random& random);

    std::string new_token() const;    ///< 256 bits as 64 hex characters: a visit, in the page's memory only
    std::string new_user() const;     ///< 128 bits as 32 hex characters: a person of the web chat
    std::string new_door() const;     ///< 160 bits in 32 letters: a link
    std::string new_code() const;     ///< 60 bits as `7K3M-9QXT-W2HB`: written down by hand

    // Keys of Space::session.
    std::string visit_key(std::string_view token) const;
    std::string code_key(std::string_view desk, std::string_view code) const;  ///< `code` as `plain_code` gives it
    std::string door_key(std::string_view door) const;
    std::string guest_key(std::string_view desk, std::string_view user) const;
    std::string bell_key(std::string_view desk, std::string_view conversation) const;

private:
    std::string key(std::string_view what, std::string_view a, std::string_view b) const;
    std::string letters(std::size_t count) const;
    std::string hex(std::size_t bytes) const;

    std::string secret_;
    desk::Random& random_;
};

constexpr std::size_t code_letters = 12;  ///< five bits each

/// What she typed, read as she meant it: full-width letters, small ones, spaces and dashes of any kind, O for 0, I and L
/// for 1. Empty when it cannot be a code.
std::string plain_code(std::string_view typed);

}  // namespace tsunagi::webchat
