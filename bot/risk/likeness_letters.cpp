#include "bot/risk/likeness_letters.h"

#include "bot/base/text.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

bool is_hangul(char32_t letter) { return letter >= 0xAC00 && letter <= 0xD7A3; }

bool is_picture(char32_t letter) { return letter >= 0x2600; }

bool follows_dense_script(const View& text, std::size_t at)
{
    return at > 0 && text.sorts[at - 1] == Sort::letter && !has_spaces(text.folded[at - 1]);
}

/// Whether somebody parts words by spaces where the script does not ask for it, as who learns Japanese, or writes for children, does:
/// 「きのう おっとに なぐられて にげて きました」. Who parts clauses by them writes longer pieces.
bool spaces_words_out(const View& text)
{
    constexpr int spaces_least = 3;
    constexpr std::size_t letters_of_a_clause = 9;
    const auto begin = text.folded.begin();
    if (std::count(begin, begin + static_cast<std::ptrdiff_t>(text.size()), U' ') < spaces_least) return false;  // most texts, at a glance
    std::size_t spaces = 0;
    for (std::size_t at = 0; at < text.size(); ++at) spaces += text.folded[at] == ' ' && follows_dense_script(text, at) ? 1 : 0;
    return spaces >= std::size_t{spaces_least} && text.size() < spaces * letters_of_a_clause;
}

/// Whether what stands at `at`, which is no letter, parts clauses: a comma, the end of a line or of a sentence, and where words are not
/// parted by spaces, a space or a hesitation.
bool parts_clauses(const View& text, std::size_t at, bool space_parts)
{
    if (text.sorts[at] != Sort::soft) return true;
    const bool may = (space_parts && text.folded[at] == ' ') || text.folded[at] == U'…';
    return may && follows_dense_script(text, at);
}

void find_words(LikenessLetters& made)
{
    const auto& letters = made.letters;
    std::size_t last_end = 0;
    for (std::size_t at = 1; at + 1 < letters.size();) {
        if (!has_spaces(letters[at])) {
            ++at;
            continue;
        }
        const auto begin = at;
        while (has_spaces(letters[at])) ++at;  // the end's `>` is none
        const bool follows = !made.words.empty() && begin == last_end + 1 && letters[last_end] == U' ';
        made.words.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at), follows ? made.words.back().before + 1 : 0});
        last_end = at;
    }
}

}  // namespace

bool is_vietnamese(const View& text)
{
    std::size_t count = 0;  // of all, which several at once are quicker than the first
    for (std::size_t at = 0; at < text.size(); ++at) count += is_vietnamese(text.folded[at]) ? 1 : 0;
    return count > 0;
}

void make_likeness_letters(const View& text, LikenessLetters& made)
{
    const bool with_marks = is_vietnamese(text);
    const bool space_parts = !spaces_words_out(text);
    const auto room = text.size() + 2;  // with both ends
    made.letters.resize(room);
    made.places.resize(room);
    auto* const letters = made.letters.data();
    auto* const places = made.places.data();
    letters[0] = U'<';
    places[0] = 0;
    std::size_t count = 1;
    made.words.clear();
    made.clause_ends.clear();
    const auto end_clause = [&] {
        const auto begin = made.clause_ends.empty() ? 1 : made.clause_ends.back();
        if (count > begin) made.clause_ends.push_back(static_cast<std::uint32_t>(count));
    };
    const auto put = [&](char32_t letter, std::size_t at) {
        letters[count] = letter;
        places[count++] = static_cast<std::uint32_t>(at);
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto letter = with_marks ? text.folded[at] : without_marks(text.folded[at]);
        const auto last = letters[count - 1];
        if (text.sorts[at] == Sort::letter) {
            const bool digit = letter >= '0' && letter <= '9';
            if (!digit || last != '0') put(digit ? U'0' : letter, at);
        } else if (text.sorts[at] == Sort::stop) {
            if (last != U'。') put(U'。', at);
        } else if (is_picture(letter)) {
            put(letter, at);
        } else if (has_spaces(last) && at + 1 < text.size() && has_spaces(text.folded[at + 1])) {
            put(U' ', at);
        }
        if (text.sorts[at] != Sort::letter && parts_clauses(text, at, space_parts)) end_clause();
    }
    if (!made.clause_ends.empty() && made.clause_ends.back() == count) made.clause_ends.pop_back();  // nothing follows but the end
    put(U'>', text.size() == 0 ? 0 : text.size() - 1);
    made.clause_ends.push_back(static_cast<std::uint32_t>(count));
    made.letters.resize(count);
    made.places.resize(count);
    find_words(made);
}

bool is_from_elsewhere(const LikenessLetters& text)
{
    std::size_t in_words = 0;
    for (const auto& word : text.words) in_words += word.end - word.begin;
    return in_words * 2 > text.letters.size() || std::none_of(text.letters.begin(), text.letters.end(), is_kana);
}

std::size_t letters_said(const LikenessLetters& text, std::size_t begin, std::size_t end)
{
    constexpr std::size_t latin_for_one = 3;  // "I want to disappear" is 消えたい
    std::size_t long_ones = 0;
    for (const auto& word : text.words)
        for (auto at = std::max<std::size_t>(word.begin, begin); at < std::min<std::size_t>(word.end, end); ++at) long_ones += is_hangul(text.letters[at]) ? 0 : 1;
    return end - begin - long_ones + long_ones / latin_for_one;
}

}  // namespace tsunagi::bot
