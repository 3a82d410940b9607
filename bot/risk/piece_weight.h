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

constexpr std::int32_t high_of(PieceWeight weight) { return (weight + piece_weight_of_high / 2) >> 12; }
constexpr std::int32_t danger_of(PieceWeight weight) { return weight - high_of(weight) * piece_weight_of_high; }

/// Any number of them.
struct WeightSum {
    std::int32_t danger = 0;
    std::int32_t high = 0;

    WeightSum& operator+=(const WeightSum& more)
    {
        danger += more.danger;
        high += more.high;
        return *this;
    }
    WeightSum& operator+=(PieceWeight weight) { return *this += WeightSum{danger_of(weight), high_of(weight)}; }
};

/// A piece that was looked up.
struct PieceLook {
    std::uint32_t place = 0;  ///< when it is known
    bool known = false;
    PieceWeight weight = 0;   ///< 0 when it is not
};

}  // namespace tsunagi::bot
