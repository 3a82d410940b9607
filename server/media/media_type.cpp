#include "server/media/media_type.h"

#include "bot/base/text.h"

#include <algorithm>
#include <array>

namespace tsunagi::media {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t name_clusters_max = 100;
/// Where the `ftyp` box's brands are looked for: major brand, version, compatible brands.
constexpr std::size_t ftyp_brands_max = 16;

struct Signature {
    std::string_view begins;
    std::string_view mime;
    std::string_view ending;
};
constexpr std::array signatures{
    Signature{"\xFF\xD8\xFF"sv, "image/jpeg", ".jpg"},
    Signature{"\x89PNG\r\n\x1A\n"sv, "image/png", ".png"},
    Signature{"GIF87a"sv, "image/gif", ".gif"},
    Signature{"GIF89a"sv, "image/gif", ".gif"},
    Signature{"%PDF-"sv, "application/pdf", ".pdf"},
    Signature{"\xFF\xF1"sv, "audio/aac", ".aac"},  // ADTS, MPEG-4 and MPEG-2
    Signature{"\xFF\xF9"sv, "audio/aac", ".aac"},
};
struct Brand {
    std::string_view brand;
    std::string_view mime;
};
constexpr std::array brands{
    Brand{"M4A ", "audio/mp4"}, Brand{"M4B ", "audio/mp4"}, Brand{"isom", "video/mp4"}, Brand{"iso2", "video/mp4"},
    Brand{"iso4", "video/mp4"}, Brand{"iso5", "video/mp4"}, Brand{"iso6", "video/mp4"}, Brand{"mp41", "video/mp4"},
    Brand{"mp42", "video/mp4"}, Brand{"avc1", "video/mp4"}, Brand{"M4V ", "video/mp4"}, Brand{"MSNV", "video/mp4"},
};

std::uint32_t big_endian_32(std::string_view bytes)
{
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) number = number << 8U | static_cast<unsigned char>(bytes[i]);
    return number;
}

/// MP4 and M4A begin with a box `ftyp` that names what they are compatible with.
std::string_view iso_media_type(std::string_view bytes)
{
    if (bytes.size() < 16 || bytes.substr(4, 4) != "ftyp") return {};
    const std::size_t box = std::min<std::size_t>(big_endian_32(bytes), bytes.size());
    for (std::size_t i = 0; i < ftyp_brands_max; ++i) {
        const std::size_t at = i == 0 ? 8 : 12 + 4 * i;  // the four bytes at 12 are a version
        if (at + 4 > box) break;
        for (const auto& known : brands)
            if (bytes.substr(at, 4) == known.brand) return known.mime;
    }
    return {};
}

bool is_webp(std::string_view bytes) { return bytes.size() >= 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP"; }

std::string_view ending_of(std::string_view mime)
{
    for (const auto& known : signatures)
        if (known.mime == mime) return known.ending;
    if (mime == "image/webp") return ".webp";
    if (mime == "video/mp4") return ".mp4";
    if (mime == "audio/mp4") return ".m4a";
    return {};
}

}  // namespace

std::string_view type_of(std::string_view bytes)
{
    for (const auto& known : signatures)
        if (bytes.starts_with(known.begins)) return known.mime;
    if (is_webp(bytes)) return "image/webp";
    return iso_media_type(bytes);
}

bool may_keep(std::string_view mime) { return !ending_of(mime).empty(); }

bool may_show_inline(std::string_view mime) { return may_keep(mime) && mime.starts_with("image/"); }

std::string safe_file_name(std::string_view name, std::string_view mime)
{
    const auto slash = name.find_last_of("/\\");
    if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
    const std::string_view ending = ending_of(mime);
    const auto dot = name.rfind('.');
    if (dot != std::string_view::npos && !ending.empty()) name = name.substr(0, dot);
    std::string safe;
    for (std::size_t at = 0; at < name.size();) {
        const char32_t letter = next_code_point(name, at);
        const bool control = letter < 0x20 || letter == 0x7F || (letter >= 0x80 && letter < 0xA0) ||
                             (letter >= 0x200B && letter <= 0x200F) || (letter >= 0x2028 && letter <= 0x202E) ||
                             (letter >= 0x2066 && letter <= 0x2069);  // also what turns the reading direction
        if (!control && letter != '"' && letter != '\\' && letter != '<' && letter != '>') append_code_point(safe, letter);
    }
    safe = std::string(prefix_graphemes(safe, name_clusters_max));
    if (safe.find_first_not_of(". ") == std::string::npos) safe = "media";
    return safe + std::string(ending);
}

}  // namespace tsunagi::media
