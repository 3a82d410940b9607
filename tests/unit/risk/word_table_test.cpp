// What was put is found with its weights, also where a row had no room; what was not put is not found.
#include "bot/risk/word_table.h"

#include <doctest/doctest.h>

#include <set>
#include <vector>

using namespace tsunagi;

namespace {

/// The key of the piece of three letters that `number` stands for.
std::uint64_t key_of(std::uint32_t number)
{
    auto key = bot::piece_key_seed;
    for (const auto digit : {number / 10'000, number / 100 % 100, number % 100}) key = bot::longer_piece(key, U'ぁ' + digit);
    return key;
}

std::int8_t danger_for(std::uint32_t number) { return static_cast<std::int8_t>(static_cast<int>(number % 251) - 125); }
std::int8_t high_for(std::uint32_t number) { return static_cast<std::int8_t>(danger_for(number) / 2); }

}  // namespace

TEST_CASE("word table: each of many pieces is found with its weights, at a place of its own")
{
    constexpr std::uint32_t count = 100'000;  // as full as a table can be before it doubles: many rows have no room
    bot::WordTable table;
    table.make_room(count);
    std::set<std::uint32_t> places;
    for (std::uint32_t number = 0; number < count; ++number) places.insert(table.put(key_of(number), danger_for(number), high_for(number)));
    const auto taken_twice = count - places.size();  // one in some thousands has the mark of another
    CHECK(taken_twice < count / 1'000);
    CHECK(*places.rbegin() < table.places());

    std::uint32_t wrong = 0;
    for (std::uint32_t number = 0; number < count; ++number) {
        const auto look = table.look(key_of(number));
        wrong += look.known && look.weight == bot::piece_weight(danger_for(number), high_for(number)) ? 0 : 1;
    }
    CHECK(wrong <= 2 * taken_twice);
}

TEST_CASE("word table: a stranger weighs nothing, but for one in some thousands")
{
    constexpr std::uint32_t count = 50'000;
    bot::WordTable table;
    table.make_room(count);
    for (std::uint32_t number = 0; number < count; ++number) table.put(key_of(number), 100, 50);
    std::uint32_t taken_for_another = 0;
    for (std::uint32_t number = count; number < 2 * count; ++number) {
        const auto look = table.look(key_of(number));
        taken_for_another += look.known ? 1 : 0;
        if (!look.known) CHECK(look.weight == 0);
    }
    CHECK(taken_for_another < count / 1'000);
}

TEST_CASE("word table: a piece that is put again has its last weights")
{
    bot::WordTable table;
    table.make_room(10);
    const auto place = table.put(key_of(1), 5, 6);
    CHECK(table.put(key_of(1), -7, -8) == place);
    CHECK(table.look(key_of(1)).weight == bot::piece_weight(-7, -8));
}

TEST_CASE("piece weight: danger and high are kept as one number and read apart, below zero, too")
{
    for (const int danger : {-127, -1, 0, 1, 127})
        for (const int high : {-127, -1, 0, 1, 127}) {
            bot::WeightSum sum;
            for (int times = 0; times < 100'000; ++times) sum += bot::piece_weight(danger, high);  // more pieces than a text can have
            CHECK(sum.danger == 100'000 * danger);
            CHECK(sum.high == 100'000 * high);
        }
}
