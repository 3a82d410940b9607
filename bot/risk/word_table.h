#pragma once
#include "bot/risk/piece_weight.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tsunagi::bot {

/// What stands for a piece in a `WordTable`: made letter by letter.
constexpr std::uint64_t piece_key_seed = 0xCBF29CE484222325ull;
inline std::uint64_t longer_piece(std::uint64_t key, char32_t letter) { return (key ^ letter) * 0x9E3779B97F4A7C15ull; }

/// The weights of pieces that are whole words, by their keys. Filled, then any thread may look.
///
/// A look reads one row of the processor's memory and compares all of it at once, so that a piece that is not there, as most are not,
/// costs no more than one that is, and nothing waits for a guess. A mark is not the key: one look in some thousands takes a stranger's
/// weight, one of the hundreds that a text is the sum of.
class WordTable {
public:
    /// What was there is gone.
    void make_room(std::size_t pieces);

    /// How many places there are; a piece's is below.
    std::size_t places() const { return rows_.size() * row_size; }

    /// The place of the piece, which now has these weights. There must be room.
    std::uint32_t put(std::uint64_t key, std::int8_t danger, std::int8_t high);

    /// In the header, because it runs for every word of every message.
    PieceLook look(std::uint64_t key) const
    {
        const auto mark = mark_of(key);
        for (std::size_t at = row_of(key);; at = next_row(at)) {
            const auto& row = rows_[at];
            const auto matches = marked(row, mark);
            const bool known = matches != 0;
            if (!known & (row.marks[last_column] == goes_on)) continue;  // one branch that is hardly ever taken, not one for each: nobody can guess which pieces are known
            const auto column = static_cast<std::size_t>(__builtin_ctz(matches | 1u << last_column));  // what is not known weighs what stands there: nothing
            return {static_cast<std::uint32_t>(at * row_size + column), known, piece_weight(row.danger[column], row.high[column])};
        }
    }

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
    // The upper bits of a product are the well mixed ones.
    static Mark mark_of(std::uint64_t key)
    {
        const auto mark = static_cast<Mark>(key >> 48);
        return mark > goes_on ? mark : static_cast<Mark>(mark + goes_on + 1);
    }
    std::size_t row_of(std::uint64_t key) const { return (key >> 26) & (rows_.size() - 1); }
    std::size_t next_row(std::size_t row) const { return (row + 1) & (rows_.size() - 1); }

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

    std::vector<Row> rows_;  // a power of two
};

}  // namespace tsunagi::bot
