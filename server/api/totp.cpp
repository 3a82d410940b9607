#include "server/api/totp.h"

#include "server/http/url.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <array>
#include <cstdio>

namespace tsunagi::api {
namespace {

constexpr std::int64_t step_ms = 30'000;
constexpr std::uint32_t six_digits = 1'000'000;
constexpr std::size_t code_digits = 6;
constexpr std::size_t secret_bytes = 20;

std::string code_of_step(std::string_view secret, std::int64_t step)
{
    std::array<unsigned char, 8> counter{};
    for (std::size_t i = counter.size(); i-- > 0; step >>= 8) counter[i] = static_cast<unsigned char>(step & 0xFF);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(), counter.size(), digest.data(), &length);
    const std::size_t offset = digest[length - 1] & 0x0FU;  // RFC 4226, section 5.3: dynamic truncation
    const std::uint32_t number = (static_cast<std::uint32_t>(digest[offset] & 0x7FU) << 24U) |
                                 (static_cast<std::uint32_t>(digest[offset + 1]) << 16U) |
                                 (static_cast<std::uint32_t>(digest[offset + 2]) << 8U) | digest[offset + 3];
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%06u", number % six_digits);
    return text.data();
}

/// RFC 4648, without padding: what authenticator apps read.
std::string base32(std::string_view bytes)
{
    static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string text;
    std::uint32_t held = 0;
    int bits = 0;
    for (const char byte : bytes) {
        held = (held << 8U) | static_cast<unsigned char>(byte);
        for (bits += 8; bits >= 5; bits -= 5) text += letters[(held >> (bits - 5)) & 31U];
    }
    if (bits > 0) text += letters[(held << (5 - bits)) & 31U];
    return text;
}

}  // namespace

std::string totp_code(std::string_view secret, TimePoint now) { return code_of_step(secret, to_unix_ms(now) / step_ms); }

std::optional<std::uint64_t> totp_step(std::string_view secret, std::string_view code, std::uint64_t last_step, TimePoint now)
{
    if (secret.empty() || code.size() != code_digits) return std::nullopt;
    const std::int64_t current = to_unix_ms(now) / step_ms;
    std::optional<std::uint64_t> fits;
    for (std::int64_t step = current - 1; step <= current + 1; ++step) {
        const std::string expected = code_of_step(secret, step);
        const bool same = CRYPTO_memcmp(expected.data(), code.data(), expected.size()) == 0;
        if (same && static_cast<std::uint64_t>(step) > last_step) fits = static_cast<std::uint64_t>(step);
    }
    return fits;
}

std::string new_totp_secret()
{
    std::string secret(secret_bytes, '\0');
    randombytes_buf(secret.data(), secret.size());
    return secret;
}

std::string totp_uri(std::string_view secret, std::string_view login, std::string_view desk)
{
    const std::string account = http::percent_encode(login) + "%40" + http::percent_encode(desk);
    return "otpauth://totp/Tsunagi:" + account + "?secret=" + base32(secret) + "&issuer=Tsunagi";
}

}  // namespace tsunagi::api
