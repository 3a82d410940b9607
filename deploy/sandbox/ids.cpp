#include "deploy/sandbox/ids.h"
#include "bot/base/time.h"
#include "bot/base/ulid.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace tsunagi::sandbox {
namespace {

std::string random_bytes(std::size_t count)
{
    std::string bytes(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1)
        throw std::runtime_error("the system gives no random bytes");
    return bytes;
}

bool is_lower_hex(char letter) { return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f'); }
bool is_hex(char letter) { return is_lower_hex(letter) || (letter >= 'A' && letter <= 'F'); }

}  // namespace

std::int64_t now_ms()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string random_hex(std::size_t bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const char byte : random_bytes(bytes)) {
        const auto value = static_cast<unsigned char>(byte);
        hex += digits[value >> 4];
        hex += digits[value & 15];
    }
    return hex;
}

std::string random_token(std::size_t bytes)
{
    std::string token = to_base64(random_bytes(bytes));
    std::replace(token.begin(), token.end(), '+', '-');
    std::replace(token.begin(), token.end(), '/', '_');
    token.erase(std::find(token.begin(), token.end(), '='), token.end());
    return token;
}

std::int64_t random_between(std::int64_t low, std::int64_t high)
{
    if (high <= low) return low;
    std::uint64_t value = 0;
    for (const char byte : random_bytes(8)) value = value << 8 | static_cast<unsigned char>(byte);
    return low + static_cast<std::int64_t>(value % static_cast<std::uint64_t>(high - low + 1));
}

std::string make_user_id() { return "U" + random_hex(16); }

std::string make_uuid()
{
    std::string hex = random_hex(16);
    hex[12] = '4';
    hex[16] = "89ab"[static_cast<std::size_t>(random_between(0, 3))];
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
           hex.substr(20);
}

std::string make_event_id()
{
    UlidBits bits{};
    const std::string random = random_bytes(bits.size());
    for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = static_cast<std::uint8_t>(random[i]);
    return make_ulid(from_unix_ms(now_ms()), bits);
}

std::string make_message_id()
{
    // 18 bits below the millisecond: a quarter of a million ids in each, and 18 digits until the year 2090.
    static std::int64_t last = 0;
    last = std::max(last + 1, now_ms() << 18);
    return std::to_string(last);
}

bool is_user_id(std::string_view text) { return is_chat_id(text) && text.front() == 'U'; }

bool is_chat_id(std::string_view text)
{
    if (text.size() != 33) return false;
    if (text.front() != 'U' && text.front() != 'C' && text.front() != 'R') return false;
    return std::all_of(text.begin() + 1, text.end(), is_lower_hex);
}

bool is_uuid(std::string_view text)
{
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
    }
    return true;
}

std::string to_base64(std::string_view bytes)
{
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // one more for the terminator OpenSSL writes
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::optional<std::string> from_base64(std::string_view text)
{
    if (text.size() % 4 != 0) return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    const auto padding = std::count(text.begin(), text.end(), '=');
    bytes.resize(bytes.size() - static_cast<std::size_t>(std::min<std::ptrdiff_t>(padding, 2)));
    return bytes;
}

std::string sign(std::string_view channel_secret, std::string_view body)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(EVP_sha256(), channel_secret.data(), static_cast<int>(channel_secret.size()),
         reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest, &size);
    return to_base64({reinterpret_cast<const char*>(digest), size});
}

bool equal_secrets(std::string_view left, std::string_view right)
{
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace tsunagi::sandbox
