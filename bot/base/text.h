#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace tsunagi {

/// As `next_code_point`, for every code point; for what is no plain letter of one or three bytes.
char32_t next_rare_code_point(std::string_view utf8, std::size_t& at);

/// The code point that begins at byte `at` of `utf8`, which moves behind it. An ill-formed part counts as one U+FFFD.
/// In the header, because it runs for every letter of every message.
inline char32_t next_code_point(std::string_view utf8, std::size_t& at)
{
    const auto byte = [&](std::size_t ahead) { return static_cast<unsigned char>(utf8[at + ahead]); };
    const char32_t first = byte(0);
    if (first < 0x80) {
        ++at;
        return first;
    }
    // Kana, kanji and what stands between them. E0 and ED also begin ill-formed parts.
    if (first > 0xE0 && first < 0xED && utf8.size() - at >= 3 && (byte(1) & 0xC0) == 0x80 && (byte(2) & 0xC0) == 0x80) {
        const char32_t letter = (first & 0xF) << 12 | char32_t{byte(1)} % 0x40 << 6 | char32_t{byte(2)} % 0x40;
        at += 3;
        return letter;
    }
    return next_rare_code_point(utf8, at);
}

/// Whether a code point is one of `first` to `last`, both included.
inline bool between(char32_t code_point, char32_t first, char32_t last) { return code_point >= first && code_point <= last; }

/// Adds one code point to `text`.
void append_code_point(std::string& text, char32_t code_point);

/// Length as LINE counts most fields: UTF-16 code units (facts.md 85). Invalid UTF-8 counts as U+FFFD each.
std::size_t utf16_length(std::string_view utf8);

/// Length as LINE counts labels and template texts: extended grapheme clusters (facts.md 85, UAX #29 by ICU).
std::size_t grapheme_length(std::string_view utf8);

/// Whether the bytes are well-formed UTF-8 (no surrogates, no overlong forms).
bool is_utf8(std::string_view bytes);

/// The bytes with every ill-formed part replaced by U+FFFD: what a stranger sends never breaks JSON or a screen.
std::string to_valid_utf8(std::string_view bytes);

/// NFKC, lower case, katakana folded to hiragana, white space and long-vowel runs collapsed, outer space removed:
/// for comparing a typed answer with a choice. Never for display, never for danger words (bot/risk has its own views).
std::string fold_for_matching(std::string_view utf8);

/// The longest beginning of `utf8` of at most `units` UTF-16 units that ends on a grapheme border.
std::string_view prefix_utf16(std::string_view utf8, std::size_t units);

/// The longest beginning of `utf8` of at most `clusters` grapheme clusters.
std::string_view prefix_graphemes(std::string_view utf8, std::size_t clusters);

}  // namespace tsunagi
