#include "server/line/signature.h"

#include "server/desk/keyed_hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <optional>

namespace tsunagi::line {
namespace {

constexpr std::size_t digest_bytes = 32;                 // SHA-256
constexpr std::size_t signature_length = 44;             // 32 bytes in Base64, with one `=`
using Digest = std::array<std::uint8_t, digest_bytes>;

std::optional<Digest> decode_base64(std::string_view text)
{
    if (text.size() != signature_length || text.back() != '=' || text[signature_length - 2] == '=') return std::nullopt;
    std::array<unsigned char, digest_bytes + 1> bytes{};  // EVP_DecodeBlock writes the padding's zero byte too
    const int written = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                        static_cast<int>(text.size()));
    if (written != static_cast<int>(bytes.size())) return std::nullopt;
    Digest digest{};
    std::copy_n(bytes.begin(), digest_bytes, digest.begin());
    return digest;
}

}  // namespace

bool signature_matches(std::string_view body, std::string_view signature, const std::vector<std::string>& secrets)
{
    const auto given = decode_base64(signature);
    if (!given) return false;
    bool matches = false;
    for (const auto& secret : secrets) {
        const Digest expected = desk::keyed_hash(secret, body);
        const bool same = CRYPTO_memcmp(expected.data(), given->data(), digest_bytes) == 0;
        matches = matches || same;
    }
    return matches;
}

std::string sign(std::string_view body, std::string_view secret)
{
    const Digest digest = desk::keyed_hash(secret, body);
    std::array<unsigned char, signature_length + 1> text{};
    EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
    return {reinterpret_cast<const char*>(text.data()), signature_length};
}

}  // namespace tsunagi::line
