#pragma once
#include "bot/base/text.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::bot {

/// What a code point is to a clause.
enum class Sort : std::uint8_t { letter, soft, comma, newline, stop };

/// Of a letter in lower case.
Sort sort_of(char32_t letter);

constexpr bool is_katakana(char32_t letter) { return letter >= 0x30A1 && letter <= 0x30F6; }
constexpr bool is_kana(char32_t letter) { return (letter >= 0x3041 && letter <= 0x3096) || is_katakana(letter); }

/// Katakana as hiragana, everything else unchanged.
constexpr char32_t to_hiragana(char32_t letter) { return is_katakana(letter) ? letter - 0x60 : letter; }

/// A text as rules read it, each letter with the code points of the original it came from.
///
/// `folded` has katakana as hiragana beside the `exact` letters, so that a rule written in hiragana reads both and a
/// rule written in katakana only katakana: タヒ never meets 生まれたひ.
///
/// The lists are longer than the text: memory for the next one. Only their first `size()` places mean anything.
struct View {
    std::u32string exact;
    std::u32string folded;
    std::vector<Sort> sorts;
    std::vector<std::uint32_t> from;  ///< in code points of the original
    std::vector<std::uint32_t> to;    ///< behind the last one

    std::size_t size() const { return size_; }
    std::size_t last() const { return size_ - 1; }
    void clear() { size_ = 0; }
    void pop() { --size_; }
    /// Always inline: it runs for every letter, and g++ 12 leaves it a call that takes as long as what it does.
    [[gnu::always_inline]] void push(char32_t letter, Sort sort, std::uint32_t from_original, std::uint32_t to_original)
    {
        if (size_ == exact.size()) grow();
        exact[size_] = letter;
        folded[size_] = to_hiragana(letter);
        sorts[size_] = sort;
        from[size_] = from_original;
        to[size_] = to_original;
        ++size_;
    }

private:
    void grow();

    std::size_t size_ = 0;
};

/// The views of one text. `joined` and `latin` are empty when they would say nothing new.
struct Views {
    View text;    ///< NFKC, lower case, nothing invisible, no elongation, white space and line breaks one each
    View joined;  ///< text without what stands between letters: し に た い, 死☆に☆た☆い, and what
                  ///< stands around; sentences stay apart
    View kana;    ///< what is Japanese in Latin letters, in hiragana (romaji.h)
    View latin;   ///< a-z and 0-9 without marks, one space between words and at both ends, apostrophes and the Filipino `po` dropped
};

/// Makes the views of `utf8` (ill-formed parts become U+FFFD). Pure; `views` is reused memory.
void make_views(std::string_view utf8, Views& views);

/// The letter below the marks: `ã` is `a`, `đ` is `d`; 0 when it is no Latin letter or digit.
char32_t latin_base(char32_t letter);

/// The letter below the marks, or the letter itself when it is no Latin one.
inline char32_t without_marks(char32_t letter)
{
    if (letter < 0xC0 || letter > 0x1EFF) return letter;  // only letters with marks take the time
    const auto base = latin_base(letter);
    return base != 0 ? base : letter;
}

/// Whether a small letter is one that only Vietnamese is written with.
inline bool is_vietnamese(char32_t letter)
{
    return between(letter, 0x1EA0, 0x1EF9) || letter == U'đ' || letter == U'ơ' || letter == U'ư' || letter == U'ă';
}

/// The vowel sign behind `previous` for a long-vowel mark: え behind て and its row (死にてー), else nothing (0).
char32_t long_vowel_after(char32_t previous);

/// Small あいうえお as large ones; everything else unchanged.
char32_t large_vowel(char32_t letter);

}  // namespace tsunagi::bot
