#pragma once
#include "bot/risk/view.h"

#include <cstdint>
#include <vector>

namespace tsunagi::bot {

/// One bit of 63 for a letter, and `any_letter`: most letters that cannot follow are turned away by it. The bits of a place in
/// a view always have `any_letter`, those of an instruction when it goes on without a letter or with any.
using LetterBits = std::uint64_t;
constexpr LetterBits any_letter = 1;
inline LetterBits bit_of(char32_t letter) { return LetterBits{2} << ((letter * 0x9E3779B1u >> 16) * 63 >> 16); }

/// A pair of letters as one number, no other pair's; its upper bits are well mixed. A second letter of 0 stands for any.
constexpr std::uint64_t pair_mixer = 0x9E3779B97F4A7C15ull;
inline std::uint64_t pair_key(char32_t first, char32_t second) { return (static_cast<std::uint64_t>(first) << 32 | second) * pair_mixer; }

/// What every matcher looks for at the places of a view, worked out once for all.
struct ViewKeys {
    std::vector<std::uint64_t> pairs;   ///< `pair_key` of a letter and the next
    std::vector<std::uint64_t> firsts;  ///< `pair_key` of a letter and any
    std::vector<LetterBits> bits;       ///< of each letter, of the view's end, and once more, for who looks two ahead

    void make(const View& view);
};

}  // namespace tsunagi::bot
