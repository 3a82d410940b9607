#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tsunagi::bot {

/// What stands for a piece in a `PieceTable`: made letter by letter from the one before it.
constexpr std::uint64_t piece_key_seed = 0xCBF29CE484222325ull;
inline std::uint64_t longer_piece(std::uint64_t key, char32_t letter) { return (key ^ letter) * 0x9E3779B97F4A7C15ull; }

/// What a piece weighs, or some together: the upper half speaks for R3 or more, the lower one for danger. One number, because they are always added together.
using PieceWeight = std::int64_t;
inline PieceWeight piece_weight(int danger, int high) { return static_cast<PieceWeight>(high) * (PieceWeight{1} << 32) + danger; }
inline std::int32_t danger_of(PieceWeight weight) { return static_cast<std::int32_t>(weight); }
inline std::int32_t high_of(PieceWeight weight) { return static_cast<std::int32_t>((weight - danger_of(weight)) >> 32); }

/// The weights of pieces by their keys, a part for each length. Filled, then any thread may look.
///
/// A look reads one row of the processor's memory and compares all of it at once, so that a piece that is not there, as most are not,
/// costs no more than one that is, and nothing waits for a guess. A mark is not the key: one look in some thousands takes a stranger's
/// weight, one of the hundreds that a text is the sum of.
class PieceTable {
public:
    /// `counts`: of the pieces of each length, shortest first. What was there is gone.
    void make_room(const std::vector<std::size_t>& counts);

    /// How many places there are; a piece's is below.
    std::size_t places() const { return rows_.size() * row_size; }

    struct Look {
        std::uint32_t place = 0;  ///< when it is known
        bool known = false;
        PieceWeight weight = 0;   ///< 0 when it is not
    };

    class Part;
    /// The pieces of the `number`th length, as long as nothing is filled.
    Part part(std::size_t number) const;

    /// Of a piece of one letter, as it was when `keep_letters` was called. Every letter of every text is looked up, and a list tells it quicker than a row.
    Look look_letter(char32_t letter) const;

    /// The place of the piece, which now has these weights. There must be room.
    std::uint32_t put(std::uint64_t key, std::size_t number, std::int8_t danger, std::int8_t high);

    /// Ends the filling.
    void keep_letters();

private:
    using Mark = std::uint16_t;
    static constexpr Mark empty = 0;
    static constexpr Mark goes_on = 1;  // last in a row that had no room: look in the next one, too
    static constexpr std::size_t row_size = 16;
    static constexpr std::size_t last_column = row_size - 1;  // holds no piece
    struct alignas(64) Row {
        std::array<Mark, row_size> marks{};
        std::array<std::int8_t, row_size> danger{};
        std::array<std::int8_t, row_size> high{};
    };
    struct Extent {
        std::size_t begin = 0;
        std::size_t mask = 0;  // its rows, a power of two, less one
    };

    // The upper bits of a product are the well mixed ones.
    static Mark mark_of(std::uint64_t key)
    {
        const auto mark = static_cast<Mark>(key >> 48);
        return mark > goes_on ? mark : static_cast<Mark>(mark + goes_on + 1);
    }
    static std::size_t row_of(std::uint64_t key, const Extent& extent) { return extent.begin + ((key >> 26) & extent.mask); }
    static std::size_t next_row(std::size_t row, const Extent& extent) { return extent.begin + ((row - extent.begin + 1) & extent.mask); }

    /// A bit for each column of `row` with this mark.
    static std::uint32_t marked(const Row& row, Mark mark)
    {
#if defined(__SSE2__)
        const auto wanted = _mm_set1_epi16(static_cast<short>(mark));
        const auto* const marks = reinterpret_cast<const __m128i*>(row.marks.data());
        const auto first = _mm_cmpeq_epi16(_mm_load_si128(marks), wanted);
        const auto second = _mm_cmpeq_epi16(_mm_load_si128(marks + 1), wanted);
        return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(first, second)));
#else
        std::uint32_t bits = 0;
        for (std::size_t column = 0; column < row_size; ++column) bits |= static_cast<std::uint32_t>(row.marks[column] == mark) << column;
        return bits;
#endif
    }

    std::vector<Extent> extents_;  // of each length
    std::vector<Row> rows_;
    std::vector<Look> letters_;  // by code point: all but pictures
};

/// The pieces of one length. In the header, because it runs for every piece of every message.
class PieceTable::Part {
public:
    Look look(std::uint64_t key) const { return look(key, first_row(key)); }

    /// As above, for who knows the `first_row` of `key`.
    Look look(std::uint64_t key, std::uint32_t first_row) const
    {
        const auto mark = mark_of(key);
        for (std::size_t at = first_row;; at = next_row(at, extent_)) {
            const auto& row = rows_[at];
            const auto matches = marked(row, mark);
            const bool known = matches != 0;
            if (!known & (row.marks[last_column] == goes_on)) continue;  // one branch that is hardly ever taken, not one for each: nobody can guess which pieces are known
            const auto column = static_cast<std::size_t>(__builtin_ctz(matches | 1u << last_column));  // what is not known weighs what stands there: nothing
            return {static_cast<std::uint32_t>(at * row_size + column), known, piece_weight(row.danger[column], row.high[column])};
        }
    }

    /// Where `look` reads first, for a prefetch, too.
    std::uint32_t first_row(std::uint64_t key) const { return static_cast<std::uint32_t>(row_of(key, extent_)); }
    void expect(std::uint32_t row) const { __builtin_prefetch(&rows_[row]); }

private:
    friend class PieceTable;
    Part(const Row* rows, Extent extent) : rows_(rows), extent_(extent) {}

    const Row* rows_;
    Extent extent_;
};

inline PieceTable::Part PieceTable::part(std::size_t number) const { return {rows_.data(), extents_[number]}; }

inline PieceTable::Look PieceTable::look_letter(char32_t letter) const
{
    return letter < letters_.size() ? letters_[letter] : part(0).look(longer_piece(piece_key_seed, letter));
}

}  // namespace tsunagi::bot
