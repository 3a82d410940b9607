#include "bot/risk/word_table.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

constexpr double places_per_piece_least = 1.3;  // fewer, and many rows have no room; more, and the table does not stay near the processor
constexpr std::size_t rows_least = 4;

}  // namespace

void WordTable::make_room(std::size_t pieces)
{
    auto rows = rows_least;
    while (static_cast<double>(rows * row_size) < static_cast<double>(pieces) * places_per_piece_least) rows *= 2;
    rows_.assign(rows, {});
}

std::uint32_t WordTable::put(std::uint64_t key, std::int8_t danger, std::int8_t high)
{
    const auto mark = mark_of(key);
    const auto fill = [&](std::size_t at, std::size_t column) {
        auto& row = rows_[at];
        row.marks[column] = mark;
        row.danger[column] = danger;
        row.high[column] = high;
        return static_cast<std::uint32_t>(at * row_size + column);
    };
    if (const auto there = look(key); there.known) return fill(there.place / row_size, there.place % row_size);
    for (auto at = row_of(key);; at = next_row(at)) {
        auto& marks = rows_[at].marks;
        const auto free = static_cast<std::size_t>(std::find(marks.begin(), marks.end(), empty) - marks.begin());
        if (free < last_column) return fill(at, free);
        marks[last_column] = goes_on;
    }
}

}  // namespace tsunagi::bot
