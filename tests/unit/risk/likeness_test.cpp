// The net looks up what its learner counted: the pieces of a text, its words, and words with their neighbours.
#include "bot/base/text.h"
#include "bot/risk/likeness.h"
#include "bot/risk/likeness_letters.h"
#include "bot/risk/view.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

using namespace tsunagi;

namespace {

bot::LikenessLetters letters_of(const std::string& text)
{
    bot::Views views;
    bot::make_views(text, views);
    bot::LikenessLetters letters;
    bot::make_likeness_letters(views.text, letters);
    return letters;
}

/// The words and rows of words that are pieces of `text`, as the learnt files write them; without those that are as short as any other piece (`_to_`).
std::set<std::string> words_of(const std::string& text)
{
    std::set<std::string> words;
    bot::for_each_piece(letters_of(text), [&](const std::u32string& piece) {
        if (piece.size() <= bot::likeness_piece_max) return;
        std::string written;
        for (const auto letter : piece) written += letter == U' ' ? "_" : letter == bot::likeness_left_out ? "…" : std::string(1, static_cast<char>(letter));
        words.insert(written);
    });
    return words;
}

/// The beginnings of a piece of letters, a line each: a table knows them all, for it finds a piece letter by letter.
std::string beginnings_of(const std::string& piece)
{
    std::string lines;
    std::size_t at = 0;
    for (std::size_t letters = 1; letters <= bot::likeness_dense_max; ++letters) {
        next_code_point(piece, at);
        if (at >= piece.size()) break;
        lines += piece.substr(0, at) + " 0 0 0\n";
    }
    return lines;
}

/// How much of danger a text has, in tenths and before it is divided by its length, when one piece weighs ten.
long weighed(const std::string& text, const std::string& piece)
{
    bot::LikenessSource source;
    source.pieces.push_back({beginnings_of(piece) + piece + " 10 0 0\n", "test", 1});
    const auto table = bot::LikenessTable::make(source);
    REQUIRE(table);
    auto letters = letters_of(text);
    return std::lround(table->weigh(letters).danger * bot::likeness_divisor(letters.letters.size()) * 10);
}

}  // namespace

TEST_CASE("risk net: two and three words that stand together are a piece, and two with any word between them")
{
    CHECK(words_of("want to die") == std::set<std::string>{"_want_", "_want_to_", "_want_to_die_", "_want…die_", "_to_die_"});
    CHECK_FALSE(words_of("I want! To die").contains("_want_to_die_"));  // a sentence's end parts them
    CHECK_FALSE(words_of("I want! To die").contains("_want…die_"));
    const auto long_ones = words_of("overwhelmingly desperately unmanageable");
    CHECK(long_ones.contains("_overwhelmingly_desperately_"));
    CHECK_FALSE(long_ones.contains("_overwhelmingly_desperately_unmanageable_"));  // 41 letters
    CHECK(long_ones.contains("_overwhelmingly…unmanageable_"));
}

TEST_CASE("risk net: each piece that is learnt is found when it is weighed")
{
    const std::string text = "malai marna man lagyo";
    for (const auto& piece : words_of(text)) {
        CAPTURE(piece);
        CHECK(weighed(text, piece) == 10);
    }
    CHECK(weighed(text, "_marna_lagyo_") == 0);
    CHECK(weighed(text, "_malai…lagyo_") == 0);
}

TEST_CASE("risk net: short words are pieces, too, though they are as short as any other")
{
    CHECK(weighed("ela e eu", "_e_") == 20);  // as three letters, and as a word
    CHECK(weighed("toi di ve", "_di_") == 20);
}

TEST_CASE("risk net: five letters are a piece where words are parted by spaces, four where they are not")
{
    CHECK(weighed("lonely", "onely") == 10);
    CHECK(weighed("외로워죽겠어", "로워죽겠") == 10);
    CHECK(weighed("さびしいです", "びしいで") == 10);
    bot::LikenessSource source;
    source.pieces.push_back({beginnings_of("びしいです") + "びしいです 10 0 0\n", "test", 1});
    CHECK_FALSE(bot::LikenessTable::make(source));  // nobody would ever look it up
}

TEST_CASE("risk net: the marks of Vietnamese are part of its letters, those of other languages are not")
{
    CHECK(weighed("chị cứ từ từ ạ", "_tự_tử_") == 0);
    CHECK(weighed("em muốn tự tử", "_tự_tử_") == 10);
    CHECK(weighed("em muon tu tu", "_tu_tu_") == 10);
    CHECK(weighed("não aguento", "_nao_aguento_") == 10);
}

TEST_CASE("risk net: a text without kana, or mostly in letters with spaces, is from elsewhere")
{
    CHECK(bot::is_from_elsewhere(letters_of("我不想活了")));
    CHECK(bot::is_from_elsewhere(letters_of("i want to go home")));
    CHECK(bot::is_from_elsewhere(letters_of("살기 싫어요")));
    CHECK(bot::is_from_elsewhere(letters_of("I want to go home です")));
    CHECK_FALSE(bot::is_from_elsewhere(letters_of("もう生きたくない")));
    CHECK_FALSE(bot::is_from_elsewhere(letters_of("LINEで相談したいです")));
}
