#pragma once
#include <algorithm>
#include <array>
#include <string_view>

namespace tsunagi::bot {

/// How often a letter stands in what people write us in Japanese, roughly, as a share of all letters: counted once over
/// tests/bench/risk/messages (410,000 letters), katakana as hiragana. Decides only what is looked for first, never what is met.
inline double letter_frequency(char32_t letter)
{
    struct Band {
        std::u32string_view letters;
        double share;
    };
    static constexpr std::array bands{Band{U"ていまのたですし 。", 0.028}, Band{U"っかにがとなんもら、", 0.017}, Band{U"るれりはうく", 0.011},
                                      Band{U"をきどけこあだ子さえお", 0.007}, Band{U"わせーち日つめみや人言今ばよ出手夫そねろゃ", 0.003}};
    const auto* const band = std::find_if(bands.begin(), bands.end(), [&](const auto& each) { return each.letters.find(letter) != each.letters.npos; });
    constexpr double seldom = 0.0005;
    return band == bands.end() ? seldom : band->share;
}

/// Of one letter or a pair; a pair's letters attract each other.
inline double frequency_of(std::u32string_view head)
{
    constexpr double attraction = 3;
    const auto first = letter_frequency(head[0]);
    return head.size() < 2 ? first : attraction * first * letter_frequency(head[1]);
}

}  // namespace tsunagi::bot
