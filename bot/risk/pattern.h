#pragma once
#include "bot/base/result.h"
#include "bot/risk/view.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::bot {

// The language of a pattern. Small on purpose: every pattern ends after a bounded number of steps.
//
//   死にた         these letters. Hiragana also meets katakana (シニタ), katakana meets only katakana.
//   (a|b|c)        one of these            x?  (..)?   or nothing
//   [abc] [^abc]   one letter of, or not of, these; [1-9] a range
//   {name}         one of a word set
//   _8             up to 8 letters of anything but a sentence's end (。！？)
//   -8             up to 8 letters that cross neither a comma nor a line break
//   #              a number: 3, 30, 三, 何
//   ^  $           the beginning, the end of a clause (no letter there)
//   (?=..) (?!..)  what follows must, must not be    (?<=..) (?<!..)  what stands before must, must not be
//
// Japanese patterns have no white space (it is dropped), Latin ones have it between words and get word borders. A word set
// of nothing but ASCII is Latin.

/// What `#` takes: up to so many of these, and commas between them. More is a card or an account, not a count of anything,
/// and each letter of a long row would be the beginning of another number.
inline constexpr std::u32string_view numerals = U"0123456789一二三四五六七八九十百千万数何幾半両";
inline constexpr std::size_t number_letters_max = 12;

/// How many letters a (?<=..) or a (?<!..) takes at most: more than a sentence, and as a number no more than a byte.
inline constexpr std::size_t look_behind_max = 255;

/// How far back of the end of any pattern its beginning can lie, at most.
inline constexpr std::uint32_t farther_than_any_pattern = 4096;

/// What is wrong with a pattern, for the person who wrote it.
struct PatternMistake {
    std::string what;
};

/// A parsed pattern. A tree.
struct PatternNode {
    enum class Kind : std::uint8_t { sequence, choice, letter, letters_of, gap, number, clause_begin, clause_end, look };

    Kind kind = Kind::sequence;
    char32_t letter = 0;
    std::u32string letters;             ///< of letters_of
    int most = 0;                       ///< of gap
    bool negative = false;              ///< of letters_of and look
    bool clause_only = false;           ///< of gap
    bool behind = false;                ///< of look
    bool optional = false;
    std::vector<PatternNode> parts;     ///< of sequence, choice, look (one)
};

using WordSets = std::map<std::string, PatternNode, std::less<>>;

/// How else a part of a word is written: 殴 is なぐ, too. Applied to the letters of every Japanese pattern, the longest
/// part first, so that whoever writes a pattern in kanji need not repeat it in kana.
using Spellings = std::map<std::u32string, PatternNode>;

Result<PatternNode, PatternMistake> parse_pattern(std::string_view text, bool latin, const WordSets& words, const Spellings& spellings);

/// All literal texts a node can meet, when those are at most `most` and nothing else is in it; else nothing.
std::optional<std::vector<std::u32string>> literals_of(const PatternNode& node, std::size_t most);

/// The least and the most letters a node takes.
struct Extent {
    std::size_t least = 0;
    std::size_t most = 0;
};
Extent extent_of(const PatternNode& node);

}  // namespace tsunagi::bot
