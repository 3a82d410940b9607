#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace tsunagi {

/// The code point that begins at byte `at` of `utf8`, which moves behind it. An ill-formed part counts as one U+FFFD.
char32_t next_code_point(std::string_view utf8, std::size_t& at);

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
