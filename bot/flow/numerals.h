#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Numbers as people type them. Keys are those of bot/flow/words.h: folded, so that full-width and circled digits are
// plain ones already.

namespace tsunagi::bot {

/// A number inside a key: digits with grouping and a fraction (`12,000`, `3.5`), kanji (`三十五`, `二〇二六`) and both
/// mixed (`1万5千`, `15.5万`).
struct NumberAt {
    double value = 0;
    std::size_t from = 0;  ///< bytes of the key
    std::size_t to = 0;
    bool kanji = false;  ///< written without any digit
};
std::vector<NumberAt> numbers_in(std::string_view key);

/// The whole key as a spoken number below 100: さんじゅうご, ふたり, ひとつ, はたち, three.
std::optional<int> spoken_number(std::string_view key);

/// The key with kanji numbers below 10,000 written in digits: 二〇二六年五月三日 -> 2026年5月3日.
std::string with_digits(std::string_view key);

/// How an answer keeps a number: no exponent, no zeros behind the point, the same in every locale.
std::string number_text(double value);

}  // namespace tsunagi::bot
