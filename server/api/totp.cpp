#include "server/api/totp.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdio>

namespace tsunagi::api {
namespace {

constexpr std::int64_t step_ms = 30'000;
constexpr std::uint32_t six_digits = 1'000'000;

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

}  // namespace

std::string totp_code(std::string_view secret, TimePoint now) { return code_of_step(secret, to_unix_ms(now) / step_ms); }

bool totp_fits(std::string_view secret, std::string_view code, TimePoint now)
{
    if (secret.empty() || code.size() != 6) return false;
    const std::int64_t current = to_unix_ms(now) / step_ms;
    bool fits = false;
    for (std::int64_t step = current - 1; step <= current + 1; ++step) {
        const std::string expected = code_of_step(secret, step);
        const bool same = CRYPTO_memcmp(expected.data(), code.data(), expected.size()) == 0;
        fits = fits || same;
    }
    return fits;
}

}  // namespace tsunagi::api
