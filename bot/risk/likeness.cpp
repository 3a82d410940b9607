#include "bot/risk/likeness.h"

#include "bot/base/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

namespace tsunagi::bot {
namespace {

constexpr double unit = 100;              // the bases and the rules' weights are written in hundredths
constexpr double piece_unit = 10;         // the pieces' in tenths: finer makes the files longer and nothing better
constexpr std::size_t pieces_of_a_word = 4;  // itself, with one and with two before it, and with the second before it
constexpr std::size_t looks_ahead = 20;      // so many are on their way from memory; the processor drops what is asked for beyond
constexpr double letters_least = 14;      // a text of two letters is no surer than one of fourteen

/// The part of the table for pieces of so many letters.
std::size_t part_of(std::size_t letters) { return std::min(letters, likeness_piece_max) - 1; }

/// The words of a line, parted by spaces.
std::vector<std::string_view> words_of(std::string_view line)
{
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < line.size();) {
        const auto end = std::min(line.find(' ', at), line.size());
        if (end > at) words.push_back(line.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

/// Calls `each(line, number)` for every line of a file's pieces.
template <typename Each> void for_each_line(const PatternSource& lines, Each each)
{
    const std::string_view text = lines.text;
    int number = lines.line;
    for (std::size_t at = 0; at < text.size(); ++number) {
        const auto end = std::min(text.find('\n', at), text.size());
        if (end > at) each(text.substr(at, end - at), number);
        at = end + 1;
    }
}

/// A piece as the learnt files write it: `_` is a space.
std::u32string piece_of(std::string_view word)
{
    std::u32string piece;
    for (std::size_t at = 0; at < word.size();) {
        const auto letter = next_code_point(word, at);
        piece.push_back(letter == U'_' ? U' ' : letter);
    }
    return piece;
}

std::optional<int> number_of(std::string_view word, int most)
{
    int number = 0;
    const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (failed != std::errc{} || end != word.data() + word.size() || number < -most || number > most) return std::nullopt;
    return number;
}

/// What `weigh` reads and writes. Not through `LikenessLetters`: what is written could be its members, for all the compiler knows.
struct Weighing {
    const PieceTable& pieces;
    const char32_t* letters;
    LikenessLetters::Growing* growing;
    LikenessLetters::Found* found;
    PieceWeight* gains;
    std::size_t found_count = 0;

    /// What is not known weighs nothing, so that there is no branch to guess.
    void take(std::uint32_t begin, const PieceTable::Look& look)
    {
        gains[begin] += look.weight;
        found[found_count] = {begin, look.place};
        found_count += look.known ? 1 : 0;
    }

    /// Takes a piece of `growing` that was looked up, and leaves it at `known` there, to grow by one more letter when it was known; whether it was.
    std::size_t take_growing(LikenessLetters::Growing piece, const PieceTable::Look& look, std::size_t known)
    {
        take(piece.begin, look);
        growing[known] = piece;
        return look.known ? 1 : 0;
    }

    std::uint64_t key_of(std::uint64_t key, std::size_t begin, std::size_t end) const
    {
        for (auto letter = begin; letter < end; ++letter) key = longer_piece(key, letters[letter]);
        return key;
    }
};

/// A piece whose beginning is not known is not known either. The pieces of a length are looked up one behind the other, so that no look
/// waits for another's memory.
void take_letters(Weighing& weighing, std::uint32_t count)
{
    const auto* const letters = weighing.letters;
    auto* const growing = weighing.growing;
    std::size_t known = 0;
    for (std::uint32_t begin = 0; begin < count; ++begin) {
        const auto letter = letters[begin];
        known += weighing.take_growing({longer_piece(piece_key_seed, letter), begin}, weighing.pieces.look_letter(letter), known);
    }
    for (std::uint32_t length = 2; length <= likeness_piece_max; ++length) {
        const auto part = weighing.pieces.part(part_of(length));
        if (length > likeness_dense_max)  // only in scripts with spaces are pieces so long
            known = static_cast<std::size_t>(std::remove_if(growing, growing + known, [&](const auto& piece) { return !has_spaces(letters[piece.begin]); }) - growing);
        auto left = known;
        while (left > 0 && growing[left - 1].begin + length > count) --left;  // no letter follows
        const auto grow = [&](std::size_t at) {
            auto& piece = growing[at];
            piece.key = longer_piece(piece.key, letters[piece.begin + length - 1]);
            piece.row = part.first_row(piece.key);
            part.expect(piece.row);
        };
        const auto ahead = std::min(left, looks_ahead);
        for (std::size_t at = 0; at < ahead; ++at) grow(at);
        known = 0;
        const auto take = [&](std::size_t at) { known += weighing.take_growing(growing[at], part.look(growing[at].key, growing[at].row), known); };
        for (std::size_t at = ahead; at < left; ++at) {
            grow(at);
            take(at - ahead);
        }
        for (auto at = left - ahead; at < left; ++at) take(at);
    }
}

void take_words(Weighing& weighing, const std::vector<LikenessLetters::Word>& words)
{
    const auto before_a_word = longer_piece(piece_key_seed, U' ');
    const auto take = [&](std::uint32_t begin, std::uint64_t key, std::size_t letters) {
        weighing.take(begin, weighing.pieces.part(part_of(letters + 2)).look(longer_piece(key, U' ')));  // with the spaces around
    };
    for (std::size_t at = 0; at < words.size(); ++at) {
        const auto& word = words[at];
        take(word.begin, weighing.key_of(before_a_word, word.begin, word.end), word.end - word.begin);
        if (word.before < 1) continue;
        const auto second = words[at - 1].begin;
        take(second, weighing.key_of(before_a_word, second, word.end), word.end - second);
        if (word.before < 2) continue;
        const auto& first = words[at - 2];
        const auto first_key = weighing.key_of(before_a_word, first.begin, first.end);
        take(first.begin, weighing.key_of(first_key, first.end, word.end), word.end - first.begin);
        take(first.begin, weighing.key_of(longer_piece(first_key, likeness_left_out), word.begin, word.end), word.end - first.begin);
    }
}

}  // namespace

double likeness_divisor(std::size_t letters) { return std::sqrt(std::max(static_cast<double>(letters), letters_least)); }

Result<LikenessTable, std::vector<RiskMistake>> LikenessTable::make(const LikenessSource& source)
{
    LikenessTable table;
    std::vector<RiskMistake> mistakes;
    const auto wrong = [&](const std::string& file, int line, std::string what) {
        mistakes.push_back({file, line, std::move(what), "let tests/bench/risk/learn_risk write this file again"});
    };
    constexpr int piece_max = std::numeric_limits<std::int8_t>::max();
    constexpr int rule_max = 30'000;

    table.make_room(source);
    table.about_.assign(1, {});
    table.base_ = {source.base_danger / unit, source.base_high / unit, source.base_now / unit};
    const auto insert = [&](const std::string& file, std::string_view line, int number) {
        const auto words = words_of(line);
        const auto danger = words.size() > 3 ? number_of(words[1], piece_max) : std::nullopt;
        const auto high = words.size() > 3 ? number_of(words[2], piece_max) : std::nullopt;
        const auto now = words.size() > 3 ? number_of(words[3], piece_max) : std::nullopt;
        const auto piece = words.empty() ? std::u32string{} : piece_of(words[0]);
        const bool is_word = piece.size() > likeness_piece_max && piece.size() <= likeness_word_max && piece.front() == U' ' && piece.back() == U' ';
        if (!danger || !high || !now || piece.empty() || (piece.size() > likeness_piece_max && !is_word))
            return wrong(file, number, "not `letters danger high now category:weight...`");
        CategoryWeights about{};
        for (std::size_t at = 4; at < words.size(); ++at) {
            const auto colon = std::min(words[at].find(':'), words[at].size());
            const auto category = risk_category(words[at].substr(0, colon));
            const auto weight = colon < words[at].size() ? number_of(words[at].substr(colon + 1), piece_max) : std::nullopt;
            if (category && weight) about[static_cast<std::size_t>(*category)] = static_cast<std::int8_t>(*weight);
            else wrong(file, number, "a category's weight is written `dv:12`");
        }
        if (table.about_.size() > std::numeric_limits<std::uint16_t>::max())
            return wrong(file, number, "more pieces tell a category than the table has numbers for");
        table.insert(piece, *danger, *high, *now, about);
    };
    for (const auto& lines : source.pieces)
        for_each_line(lines, [&](std::string_view line, int number) { insert(lines.file, line, number); });
    for (const auto& line : source.rules) {
        const auto words = words_of(line.text);
        const auto danger = words.size() == 4 ? number_of(words[1], rule_max) : std::nullopt;
        const auto high = words.size() == 4 ? number_of(words[2], rule_max) : std::nullopt;
        const auto now = words.size() == 4 ? number_of(words[3], rule_max) : std::nullopt;
        if (danger && high && now) table.rules_.emplace_back(std::string(words[0]), Likeness{*danger / unit, *high / unit, *now / unit});
        else wrong(line.file, line.line, "not `rule danger high now`");
    }
    std::sort(table.rules_.begin(), table.rules_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    if (!mistakes.empty()) return mistakes;
    table.pieces_.keep_letters();
    return table;
}

/// For the pieces of `source`.
void LikenessTable::make_room(const LikenessSource& source)
{
    std::vector<std::size_t> counts(likeness_piece_max);
    for (const auto& lines : source.pieces)
        for_each_line(lines, [&](std::string_view line, int) {
            const auto letters = piece_of(line.substr(0, line.find(' '))).size();
            if (letters > 0) ++counts[part_of(letters)];
        });
    pieces_.make_room(counts);
    seldom_asked_.assign(pieces_.places(), {});
}

void LikenessTable::insert(const std::u32string& piece, int danger, int high, int now, const CategoryWeights& about)
{
    auto key = piece_key_seed;
    for (const auto letter : piece) key = longer_piece(key, letter);
    const auto at = pieces_.put(key, part_of(piece.size()), static_cast<std::int8_t>(danger), static_cast<std::int8_t>(high));
    seldom_asked_[at].now = static_cast<std::int8_t>(now);
    if (about == CategoryWeights{}) return;
    seldom_asked_[at].about = static_cast<std::uint16_t>(about_.size());
    about_.push_back(about);
}

Likeness LikenessTable::weigh(LikenessLetters& text) const
{
    const auto count = text.letters.size();
    text.growing.resize(count);
    text.found.resize(count * likeness_piece_max + pieces_of_a_word * text.words.size() + 1);
    text.gains.assign(count, {});
    Weighing weighing{pieces_, text.letters.data(), text.growing.data(), text.found.data(), text.gains.data()};
    take_letters(weighing, static_cast<std::uint32_t>(count));
    take_words(weighing, text.words);
    text.found.resize(weighing.found_count);
    return score(sum(text, 0, count), count);
}

double LikenessTable::now_of(const LikenessLetters& text, std::size_t begin, std::size_t end) const
{
    int now = 0;
    const auto& found = text.found;
    for (std::size_t at = 0; at < found.size(); ++at) {
        if (at + looks_ahead < found.size()) __builtin_prefetch(&seldom_asked_[found[at + looks_ahead].place]);
        if (found[at].begin >= begin && found[at].begin < end) now += seldom_asked_[found[at].place].now;
    }
    return base_.now + now / (piece_unit * likeness_divisor(end - begin));
}

Likeness LikenessTable::of_rule(std::string_view rule_id) const
{
    const auto found = std::lower_bound(rules_.begin(), rules_.end(), rule_id, [](const auto& rule, std::string_view wanted) { return rule.first < wanted; });
    return found != rules_.end() && found->first == rule_id ? found->second : Likeness{};
}

PieceWeight LikenessTable::sum(const LikenessLetters& text, std::size_t begin, std::size_t end)
{
    const auto gain = [&](std::size_t letter) { return text.gains.begin() + static_cast<std::ptrdiff_t>(letter); };
    return std::accumulate(gain(begin), gain(end), PieceWeight{0});
}

Likeness LikenessTable::score(PieceWeight sum, std::size_t letters) const
{
    const auto divisor = piece_unit * likeness_divisor(letters);
    return {base_.danger + danger_of(sum) / divisor, base_.high + high_of(sum) / divisor};
}

std::pair<std::size_t, std::size_t> LikenessTable::loudest(const LikenessLetters& text, std::size_t begin, std::size_t end) const
{
    std::pair<std::size_t, std::size_t> best{begin, end};
    std::int64_t best_sum = 0;
    std::int64_t sum = 0;
    std::size_t from = begin;
    for (std::size_t at = begin; at < end; ++at) {
        if (sum <= 0) {
            sum = 0;
            from = at;
        }
        sum += danger_of(text.gains[at]);
        if (sum > best_sum) {
            best_sum = sum;
            best = {from, std::min(at + likeness_piece_max, end)};
        }
    }
    while (best.second < end && has_spaces(text.letters[best.second - 1]) && has_spaces(text.letters[best.second])) ++best.second;  // no word is cut
    return best;
}

RiskCategory LikenessTable::category(const LikenessLetters& text) const
{
    std::array<int, std::tuple_size_v<CategoryWeights>> sums{};
    const auto& found = text.found;
    for (std::size_t at = 0; at < found.size(); ++at) {
        if (at + 2 * looks_ahead < found.size()) __builtin_prefetch(&seldom_asked_[found[at + 2 * looks_ahead].place]);
        if (at + looks_ahead < found.size()) __builtin_prefetch(&about_[seldom_asked_[found[at + looks_ahead].place].about]);
        const auto& about = about_[seldom_asked_[found[at].place].about];  // most tell nothing; to ask which costs more than to add
        for (std::size_t category = 0; category < sums.size(); ++category) sums[category] += about[category];
    }
    return static_cast<RiskCategory>(std::max_element(sums.begin(), sums.begin() + risk_category_names.size()) - sums.begin());
}

}  // namespace tsunagi::bot
