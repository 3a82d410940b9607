#include "server/desk/media_link.h"

#include "bot/base/hex.h"
#include "bot/base/number.h"
#include "server/desk/keyed_hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <vector>

namespace tsunagi::desk {
namespace {

constexpr std::size_t parts_count = 5;  // desk, conversation, entry, end of life, signature
constexpr std::size_t link_bytes_max = 512;

std::string signature_of(std::string_view secret, std::string_view text)
{
    const auto hash = keyed_hash(secret, text);
    return to_hex(hash, hash.size());
}

std::vector<std::string_view> parts_of(std::string_view link)
{
    std::vector<std::string_view> parts;
    for (;;) {
        const auto dot = link.find('.');
        parts.push_back(link.substr(0, dot));
        if (dot == std::string_view::npos) return parts;
        link.remove_prefix(dot + 1);
    }
}

}  // namespace

std::string make_media_link(std::string_view secret, const MediaPlace& place, TimePoint now)
{
    const std::string claim = place.desk.text + "." + place.conversation.text + "." + std::to_string(place.entry_seq) + "." +
                              std::to_string(to_unix_ms(now + media_link_life));
    return claim + "." + signature_of(secret, claim);
}

std::optional<MediaPlace> read_media_link(std::string_view secret, std::string_view link, TimePoint now)
{
    if (link.size() > link_bytes_max) return std::nullopt;
    const auto parts = parts_of(link);
    if (parts.size() != parts_count) return std::nullopt;
    const std::string expected = signature_of(secret, link.substr(0, link.rfind('.')));
    const auto given = parts.back();
    if (given.size() != expected.size() || CRYPTO_memcmp(given.data(), expected.data(), expected.size()) != 0) return std::nullopt;
    const auto seq = number_of<std::uint64_t>(parts[2]);
    const auto ends_ms = number_of<std::int64_t>(parts[3]);
    if (!seq || !ends_ms || to_unix_ms(now) >= *ends_ms) return std::nullopt;
    return MediaPlace{DeskId{std::string(parts[0])}, ConversationId{std::string(parts[1])}, *seq};
}

}  // namespace tsunagi::desk
