#include "bot/base/ulid.h"

namespace tsunagi {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t ulid_length = 26;
constexpr std::size_t time_length = 10;  // 48 bits of milliseconds in ten 5-bit letters; the first holds 3 bits

std::optional<unsigned> digit(char letter)
{
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
    const auto at = alphabet.find(letter);
    if (at == std::string_view::npos) return std::nullopt;
    return static_cast<unsigned>(at);
}

}  // namespace

std::string make_ulid(TimePoint time, const UlidBits& bits)
{
    std::string text(ulid_length, '0');
    auto ms = static_cast<std::uint64_t>(to_unix_ms(time));
    for (std::size_t i = time_length; i-- > 0; ms >>= 5) text[i] = alphabet[ms & 31U];

    // Two groups of 40 bits, eight letters each: no shift crosses a 64-bit word.
    for (std::size_t group = 0; group < 2; ++group) {
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < 5; ++i) word = word << 8U | bits[group * 5 + i];
        for (std::size_t i = 8; i-- > 0; word >>= 5) text[time_length + group * 8 + i] = alphabet[word & 31U];
    }
    return text;
}

std::optional<TimePoint> ulid_time(std::string_view text)
{
    if (text.size() != ulid_length) return std::nullopt;
    std::uint64_t ms = 0;
    for (std::size_t i = 0; i < ulid_length; ++i) {
        const auto value = digit(text[i]);
        if (!value) return std::nullopt;
        if (i == 0 && *value > 7) return std::nullopt;  // more than 48 bits of time
        if (i < time_length) ms = ms << 5U | *value;
    }
    return from_unix_ms(static_cast<std::int64_t>(ms));
}

}  // namespace tsunagi
