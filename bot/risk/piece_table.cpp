#include "bot/risk/piece_table.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

constexpr double places_per_piece_least = 1.3;  // fewer, and many rows have no room; more, and the table does not stay near the processor
constexpr std::size_t rows_least = 4;
constexpr char32_t kept_letters_end = 0x10000;  // half a megabyte, of which the few thousand letters in use stay near the processor

}  // namespace

void PieceTable::make_room(const std::vector<std::size_t>& counts)
{
    extents_.clear();
    std::size_t begin = 0;
    for (const auto count : counts) {
        auto rows = rows_least;
        while (static_cast<double>(rows * row_size) < static_cast<double>(count) * places_per_piece_least) rows *= 2;
        extents_.push_back({begin, rows - 1});
        begin += rows;
    }
    rows_.assign(begin, {});
}

std::uint32_t PieceTable::put(std::uint64_t key, std::size_t number, std::int8_t danger, std::int8_t high)
{
    const auto mark = mark_of(key);
    const auto fill = [&](std::size_t at, std::size_t column) {
        auto& row = rows_[at];
        row.marks[column] = mark;
        row.danger[column] = danger;
        row.high[column] = high;
        return static_cast<std::uint32_t>(at * row_size + column);
    };
    if (const auto there = part(number).look(key); there.known) return fill(there.place / row_size, there.place % row_size);
    const auto& extent = extents_[number];
    for (auto at = row_of(key, extent);; at = next_row(at, extent)) {
        auto& marks = rows_[at].marks;
        const auto free = static_cast<std::size_t>(std::find(marks.begin(), marks.end(), empty) - marks.begin());
        if (free < last_column) return fill(at, free);
        marks[last_column] = goes_on;
    }
}

void PieceTable::keep_letters()
{
    letters_.clear();
    for (char32_t letter = 0; letter < kept_letters_end; ++letter) letters_.push_back(part(0).look(longer_piece(piece_key_seed, letter)));
}

}  // namespace tsunagi::bot
