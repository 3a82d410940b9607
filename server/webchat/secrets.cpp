#include "server/webchat/secrets.h"

#include "bot/base/hex.h"
#include "bot/base/text.h"
#include "server/store/keys.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <vector>

namespace tsunagi::webchat {
namespace {

/// Crockford's base 32: no I, L, O or U, so that handwriting is read back as it was meant.
constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

store::Hash hmac(std::string_view key, std::string_view text)
{
    store::Hash hash{};
    unsigned length = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         hash.data(), &length);
    return hash;
}

/// Full-width forms as ASCII, dashes and spaces of any kind as '-'; anything else outside ASCII as '?'.
char as_ascii(char32_t letter)
{
    if (letter >= 0xFF01 && letter <= 0xFF5E) letter -= 0xFEE0;
    switch (letter) {
    case U' ': case U'\t': case U'\n': case U'\r': case U'_': case U'.': case 0x3000:
    case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2015: case 0x2212: case 0x30FC: case 0xFF70:
        return '-';
    default: return letter < 0x80 ? static_cast<char>(letter) : '?';
    }
}

char meant(char letter)
{
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
    if (letter == 'O') return '0';
    if (letter == 'I' || letter == 'L') return '1';
    return letter;
}

}  // namespace

Secrets::Secrets(const std::string& master_key, desk::Random& random) : random_(random)
{
    const auto derived = hmac(master_key, "tsunagi web chat");
    secret_.assign(derived.begin(), derived.end());
}

std::string Secrets::hex(std::size_t bytes) const
{
    std::string text;
    while (text.size() < 2 * bytes) {
        const auto bits = random_.bits();
        text += to_hex(bits, std::min(bits.size(), bytes - text.size() / 2));
    }
    return text;
}

std::string Secrets::letters(std::size_t count) const
{
    std::string text;
    while (text.size() < count)
        for (const auto byte : random_.bits())
            if (text.size() < count) text += alphabet[byte & 31U];  // 256 is a multiple of 32: no letter is likelier
    return text;
}

std::string Secrets::new_token() const { return hex(32); }
std::string Secrets::new_user() const { return hex(16); }
std::string Secrets::new_door() const { return letters(32); }
std::string Secrets::new_code() const
{
    const auto all = letters(code_letters);
    return all.substr(0, 4) + '-' + all.substr(4, 4) + '-' + all.substr(8, 4);
}

std::string Secrets::key(std::string_view what, std::string_view a, std::string_view b) const
{
    std::string text(what);
    text += '\n';
    text += a;
    text += '\n';
    text += b;
    return store::session_key(hmac(secret_, text));
}

std::string Secrets::visit_key(std::string_view token) const { return key("visit", token, {}); }
std::string Secrets::code_key(std::string_view desk, std::string_view code) const { return key("code", desk, code); }
std::string Secrets::door_key(std::string_view door) const { return key("door", door, {}); }
std::string Secrets::guest_key(std::string_view desk, std::string_view user) const { return key("guest", desk, user); }
std::string Secrets::bell_key(std::string_view desk, std::string_view conversation) const
{
    return key("bell", desk, conversation);
}

std::string plain_code(std::string_view typed)
{
    constexpr std::size_t typed_bytes_max = 200;
    if (typed.size() > typed_bytes_max) return {};
    std::string code;
    for (std::size_t at = 0; at < typed.size();) {
        const char letter = meant(as_ascii(next_code_point(typed, at)));
        if (letter == '-') continue;
        if (alphabet.find(letter) == std::string_view::npos) return {};
        code += letter;
    }
    return code.size() == code_letters ? code : std::string{};
}

}  // namespace tsunagi::webchat
