#pragma once
#include "bot/base/text.h"
#include "bot/risk/piece_trie.h"
#include "bot/risk/view.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tsunagi::bot {

constexpr std::size_t likeness_piece_max = PieceTrie::letters_max;  ///< letters of a piece
constexpr std::size_t likeness_dense_max = 4;  ///< of a piece in a script without spaces, whose letters say more
constexpr std::size_t likeness_word_max = 40;  ///< letters of words that are one piece, with the spaces around
constexpr char32_t likeness_left_out = U'…';   ///< in a piece of two words: a word that stands between them, whichever it is

/// What the pieces are cut from: letters only, kana as hiragana, Latin ones without marks unless they are Vietnamese, a number as 0, `<` and `>` at the ends,
/// `。` for a sentence's end, one space between words where the script has spaces. `places` has the position in the view of each.
struct LikenessLetters {
    std::u32string letters;
    std::vector<std::uint32_t> places;
    /// A word of a script with spaces: four of its letters say little, so it is a piece as a whole, and so are two and three that stand
    /// together, and two with any word between them ("want … die").
    struct Word {
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
        std::uint32_t before = 0;  ///< so many words stand before it, parted by spaces only
    };
    std::vector<Word> words;
    std::vector<std::uint32_t> clause_ends;  ///< behind the last letter of each clause; the last one is the end
    std::array<std::vector<PieceTrie::Cell>, likeness_dense_max> pieces;  ///< by `weigh`: of one letter, of two, and so on, those that begin at each letter
    /// A known piece: where it begins, and its place in the table.
    struct Found {
        std::uint32_t begin = 0;
        std::uint32_t place = 0;
    };
    std::vector<Found> found;  ///< by `weigh`: the words; by `tell`: the others behind them
    std::vector<PieceWeight> gains;      ///< by `weigh`: what the pieces that begin at each letter weigh, so that nobody waits for the table again
    std::vector<std::uint16_t> topics;  ///< memory of `tell`
};
void make_likeness_letters(const View& text, LikenessLetters& made);

/// Whether the marks of `text` are part of its letters: từ từ is slowly, tự tử is suicide.
bool is_vietnamese(const View& text);

/// Whether a letter is of a script that parts its words by spaces: Latin, Devanagari, Hangul.
/// Always inline: it runs for every letter.
[[gnu::always_inline]] inline bool has_spaces(char32_t letter)
{
    if (between(letter, 0x2000, 0xABFF)) return false;  // kana and kanji, which are asked for most
    return (between(letter, '!', 0x24F) && letter != '<' && letter != '>') || between(letter, 0x900, 0x97F) || between(letter, 0x1E00, 0x1EFF) ||
           between(letter, 0xAC00, 0xD7A3);
}

/// Calls `each(piece)` for every piece of `text` and what is made of its words, as `LikenessTable::weigh` looks them up.
template <typename Each> void for_each_piece(const LikenessLetters& text, Each each)
{
    const auto& letters = text.letters;
    for (std::size_t length = 1; length <= likeness_piece_max; ++length)
        for (std::size_t at = 0; at + length <= letters.size(); ++at)
            if (length <= likeness_dense_max || has_spaces(letters[at])) each(letters.substr(at, length));
    const auto part = [&](std::size_t begin, std::size_t end) { return letters.substr(begin, end - begin); };
    const auto each_short = [&](const std::u32string& words) {
        if (words.size() + 2 <= likeness_word_max) each(U' ' + words + U' ');
    };
    for (std::size_t at = 0; at < text.words.size(); ++at) {
        const auto& word = text.words[at];
        each_short(part(word.begin, word.end));
        if (word.before < 1) continue;
        each_short(part(text.words[at - 1].begin, word.end));
        if (word.before < 2) continue;
        const auto& first = text.words[at - 2];
        each_short(part(first.begin, word.end));
        each_short(part(first.begin, first.end) + likeness_left_out + part(word.begin, word.end));
    }
}

/// Whether the text is in another language than Japanese: most of it in scripts with spaces, or without any kana.
bool is_from_elsewhere(const LikenessLetters& text);

/// How much the letters from `begin` up to, but not with, `end` say, in Japanese letters: of a script with spaces it takes more.
std::size_t letters_said(const LikenessLetters& text, std::size_t begin, std::size_t end);

}  // namespace tsunagi::bot
