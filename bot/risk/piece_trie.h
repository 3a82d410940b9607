#pragma once
#include "bot/risk/piece_weight.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tsunagi::bot {

/// The weights of pieces of letters, as a tree: a piece stands below the one that is a letter shorter. Made once, then any thread may look.
///
/// A "double array": each piece has a base, and the one that is longer by a letter stands in the cell at that base plus the letter's
/// number, wherever such a cell was free. A cell keeps the number of its letter only: no two pieces have the same base, so the letter
/// tells whose it is. A look is one addition and one read of eight bytes, has no branch, for nobody can guess which pieces are known, and
/// is never wrong.
class PieceTrie {
public:
    static constexpr std::size_t letters_max = 5;  ///< of a piece

    struct Piece {
        std::array<char32_t, letters_max> letters{};  ///< 0 behind the last
        std::int8_t danger = 0;
        std::int8_t high = 0;
    };

    static constexpr std::uint32_t nowhere = UINT32_MAX;

    /// The place of each piece, below `places()`, or `nowhere` for one whose beginning is not among them; one that is there twice has the
    /// weights of the last. What was there is gone.
    std::vector<std::uint32_t> make(const std::vector<Piece>& pieces);

    std::size_t places() const { return cells_.size(); }

    /// What is kept of a piece, in one number, so that a look reads it at once; one that is not known is 0, weighs nothing, and nothing
    /// longer is found by it.
    class Cell {
    public:
        Cell() = default;
        Cell(std::uint16_t number, std::uint32_t base, PieceWeight weight)
            : bits_(number | static_cast<std::uint64_t>(base) << number_bits | static_cast<std::uint64_t>(weight) << (number_bits + base_bits)) {}

        bool known() const { return bits_ != 0; }
        /// Of its last letter; 0 for none.
        std::uint16_t number() const { return static_cast<std::uint16_t>(bits_); }
        /// Of the pieces that are longer; 0 when there are none.
        std::uint32_t base() const { return static_cast<std::uint32_t>(bits_ >> number_bits) & base_max; }
        PieceWeight weight() const { return static_cast<PieceWeight>(static_cast<std::int64_t>(bits_) >> (number_bits + base_bits)); }

        /// Itself if its last letter has this number, else what is not known.
        Cell if_of(std::uint16_t number) const
        {
            auto cell = *this;
            cell.bits_ &= -static_cast<std::uint64_t>(cell.number() == number);
            return cell;
        }

    private:
        static constexpr int number_bits = 16;
        static constexpr int base_bits = 28;
        static constexpr std::uint32_t base_max = (1u << base_bits) - 1;
        static_assert(piece_weight(piece_weight_max, piece_weight_max) < 1 << (63 - number_bits - base_bits));
        std::uint64_t bits_ = 0;
    };

    /// The piece of one letter, which weighs nothing when the letter is only part of others. In the header, as is what is below, because it runs for every letter of every message.
    Cell letter(char32_t letter) const { return letter < letters_.size() ? letters_[letter] : Cell(); }

    /// The piece that is longer by the letter with this number.
    Cell longer(Cell shorter, std::uint16_t number) const { return cells_[place_of(shorter, number)].if_of(number); }

    /// The place of that piece, if it is known; of one letter, behind `Cell()`.
    static std::uint32_t place_of(Cell shorter, std::uint16_t number) { return shorter.base() + number; }

private:
    std::vector<Cell> letters_;  // by code point
    std::vector<Cell> cells_;    // from base 0 on, where nothing is found, all are empty
};

}  // namespace tsunagi::bot
