#pragma once
#include <cstdint>

namespace tsunagi::bot {

/// What a piece weighs, or the few that begin at one letter do together: how much they speak for R3 or more, times 4096, and for danger.
/// One number, because they are always added together.
using PieceWeight = std::int32_t;
constexpr int piece_weight_max = 127;  ///< of each of the two, in both directions
constexpr PieceWeight piece_weight_of_high = 4096;
constexpr int pieces_added_max = piece_weight_of_high / 2 / piece_weight_max;  ///< more would run over
constexpr PieceWeight piece_weight(int danger, int high) { return high * piece_weight_of_high + danger; }

/// Any number of them: the upper half speaks for R3 or more, the lower one for danger.
using WeightSum = std::int64_t;
inline WeightSum weight_sum(PieceWeight weight)
{
    const auto high = (weight + piece_weight_of_high / 2) >> 12;
    return static_cast<WeightSum>(high) * (WeightSum{1} << 32) + (weight - high * piece_weight_of_high);
}
inline std::int32_t danger_of(WeightSum sum) { return static_cast<std::int32_t>(sum); }
inline std::int32_t high_of(WeightSum sum) { return static_cast<std::int32_t>((sum - danger_of(sum)) >> 32); }

/// A piece that was looked up.
struct PieceLook {
    std::uint32_t place = 0;  ///< when it is known
    bool known = false;
    PieceWeight weight = 0;   ///< 0 when it is not
};

}  // namespace tsunagi::bot
