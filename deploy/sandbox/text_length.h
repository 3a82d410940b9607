#pragma once
#include <cstddef>
#include <string_view>

namespace tsunagi::sandbox {

// Counted here anew and not with bot/base/text.h on purpose: a stand-in that shares the code it is to examine would
// share its mistakes, and a text that LINE refuses would pass here.

/// UTF-16 code units of well-formed UTF-8: how LINE counts message texts (facts.md 85).
std::size_t utf16_units(std::string_view utf8);

/// Extended grapheme clusters: how LINE counts labels, displayText and template texts (facts.md 85).
std::size_t grapheme_clusters(std::string_view utf8);

/// Whether there is nothing to read in it: only white space, also full-width.
bool is_blank(std::string_view utf8);

}  // namespace tsunagi::sandbox
