// What was given is found letter by letter, each with its weights at a place of its own, and nothing else is found.
#include "bot/risk/piece_trie.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

using namespace tsunagi;

namespace {

bot::PieceTrie::Piece piece_of(const std::u32string& letters, int danger, int high)
{
    bot::PieceTrie::Piece piece;
    std::copy(letters.begin(), letters.end(), piece.letters.begin());
    piece.danger = static_cast<std::int8_t>(danger);
    piece.high = static_cast<std::int8_t>(high);
    return piece;
}

bot::PieceLook look(const bot::PieceTrie& trie, const std::u32string& letters)
{
    bot::PieceTrie::Cell shorter;
    auto piece = trie.letter(letters.front());
    for (std::size_t at = 1; at < letters.size(); ++at) {
        shorter = piece;
        piece = trie.longer(piece, trie.letter(letters[at]).number());
    }
    return {trie.place_of(shorter, piece.number()), piece.known(), piece.weight()};
}

/// All pieces of up to four letters that a count in a crooked base writes, so that some have many longer ones, most none.
std::set<std::u32string> many_pieces()
{
    std::set<std::u32string> pieces;
    for (std::uint32_t number = 0; number < 40'000; ++number) {
        const std::u32string longest{U'ぁ' + number % 7, U'亜' + number * number % 911, U'ぁ' + number % 83, U'a' + number % 5};
        for (std::size_t length = 1; length <= longest.size(); ++length) pieces.insert(longest.substr(0, length));
    }
    return pieces;
}

}  // namespace

TEST_CASE("piece trie: each of many pieces is found with its weights, at a place of its own")
{
    std::vector<bot::PieceTrie::Piece> pieces;
    int number = 0;
    const auto written = many_pieces();
    for (const auto& letters : written) {
        pieces.push_back(piece_of(letters, number % 251 - 125, number % 199 - 99));
        ++number;
    }
    bot::PieceTrie trie;
    const auto places = trie.make(pieces);
    CHECK(std::set<std::uint32_t>(places.begin(), places.end()).size() == pieces.size());

    int wrong = 0;
    number = 0;
    for (const auto& letters : written) {
        const auto found = look(trie, letters);
        const auto at = static_cast<std::size_t>(number);
        wrong += found.known && found.place == places[at] && found.place < trie.places() && found.weight == bot::piece_weight(pieces[at].danger, pieces[at].high) ? 0 : 1;
        ++number;
    }
    CHECK(wrong == 0);
}

TEST_CASE("piece trie: what was not given is not found, whatever stands around it")
{
    const auto written = many_pieces();
    std::vector<bot::PieceTrie::Piece> pieces;
    for (const auto& letters : written) pieces.push_back(piece_of(letters, 100, 50));
    bot::PieceTrie trie;
    trie.make(pieces);
    int wrong = 0;
    for (const auto& letters : written)
        for (const char32_t letter : {U'ぁ', U'か', U'亜', U'a', U'e', U'🎉', U'鬱'}) {
            const auto longer = letters + letter;
            if (longer.size() > bot::PieceTrie::letters_max) continue;
            const auto found = look(trie, longer);
            wrong += found.known == (written.count(longer) > 0) && (found.known || found.weight == 0) ? 0 : 1;
        }
    CHECK(wrong == 0);
}

TEST_CASE("piece trie: one whose beginning is missing has no place; one that is given twice has the last weights")
{
    bot::PieceTrie trie;
    const auto places = trie.make({piece_of(U"消", 1, 1), piece_of(U"たい", 9, 9), piece_of(U"消え", 2, 2), piece_of(U"消えた", 3, 3), piece_of(U"消え", -4, -5)});
    CHECK(places[1] == bot::PieceTrie::nowhere);
    CHECK(places[2] == places[4]);
    CHECK(look(trie, U"消え").weight == bot::piece_weight(-4, -5));
    CHECK(look(trie, U"消えた").weight == bot::piece_weight(3, 3));
    CHECK(look(trie, U"た").weight == 0);  // in pieces, and none itself
}

TEST_CASE("piece trie: without pieces nothing is found, and nothing is read that is not there")
{
    bot::PieceTrie trie;
    CHECK(trie.make({}).empty());
    CHECK_FALSE(look(trie, U"あ").known);
}
