#include "server/config/picture.h"

#include <string_view>
#include <utility>

namespace tsunagi::config {
namespace {

int big_endian(std::string_view bytes, std::size_t at, std::size_t count)
{
    unsigned value = 0;
    for (std::size_t i = 0; i < count; ++i) value = (value << 8U) | static_cast<unsigned char>(bytes[at + i]);
    return value > 0x7FFFFFFFU ? 0 : static_cast<int>(value);
}

struct Size {
    int width = 0;
    int height = 0;
};

/// Signature, then the chunk IHDR, which must be the first: width and height (PNG specification, 11.2.1).
std::optional<Size> png_size(std::string_view bytes)
{
    constexpr std::string_view signature = "\x89PNG\r\n\x1A\n";
    if (!bytes.starts_with(signature) || bytes.size() < 24 || bytes.substr(12, 4) != "IHDR") return std::nullopt;
    return Size{big_endian(bytes, 16, 4), big_endian(bytes, 20, 4)};
}

/// A start-of-frame segment holds the size: C0 to CF, but for three that are tables (ITU T.81, table B.1).
bool is_frame(unsigned char marker) { return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC; }

/// The segments of a JPEG file up to its frame.
std::optional<Size> jpeg_size(std::string_view bytes)
{
    if (!bytes.starts_with("\xFF\xD8")) return std::nullopt;
    std::size_t at = 2;
    while (at + 9 <= bytes.size()) {
        if (static_cast<unsigned char>(bytes[at]) != 0xFF) return std::nullopt;
        const auto marker = static_cast<unsigned char>(bytes[at + 1]);
        if (marker == 0xFF) {  // filling
            ++at;
            continue;
        }
        if (is_frame(marker)) return Size{big_endian(bytes, at + 7, 2), big_endian(bytes, at + 5, 2)};
        at += 2 + static_cast<std::size_t>(big_endian(bytes, at + 2, 2));
    }
    return std::nullopt;
}

}  // namespace

std::optional<Picture> picture_of(std::string bytes)
{
    Picture picture;
    auto size = png_size(bytes);
    picture.mime = size ? "image/png" : "image/jpeg";
    if (!size) size = jpeg_size(bytes);
    if (!size) return std::nullopt;
    picture.width = size->width;
    picture.height = size->height;
    picture.bytes = std::move(bytes);
    return picture;
}

}  // namespace tsunagi::config
