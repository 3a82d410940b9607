#include "bot/risk/likeness.h"

#include "bot/base/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace tsunagi::bot {
namespace {

constexpr double unit = 100;              // the bases and the rules' weights are written in hundredths
constexpr double piece_unit = 10;         // the pieces' in tenths: finer makes the files longer and nothing better
constexpr std::size_t pieces_of_a_word = 4;  // itself, with one and with two before it, and with the second before it
static_assert(likeness_piece_max + pieces_of_a_word <= pieces_added_max);
constexpr std::size_t short_word = 3;        // of one letter and the spaces around: nothing shorter is a word
constexpr double letters_least = 14;      // a text of two letters is no surer than one of fourteen

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

/// Whether a piece is whole words, and whether it is one of letters: ` e ` is both.
bool is_words(const std::u32string& piece) { return piece.size() >= short_word && piece.size() <= likeness_word_max && piece.front() == U' ' && piece.back() == U' '; }
bool is_letters(const std::u32string& piece)
{
    return piece.size() <= likeness_dense_max || (piece.size() <= likeness_piece_max && has_spaces(piece.front()));
}

std::uint64_t key_of(std::uint64_t key, const char32_t* begin, const char32_t* end)
{
    for (; begin != end; ++begin) key = longer_piece(key, *begin);
    return key;
}

/// Calls `each(begin, key)` for each word of `text` and each row of words that may be a piece.
template <typename Each> void for_each_words(const LikenessLetters& text, Each each)
{
    const auto before_a_word = longer_piece(piece_key_seed, U' ');
    const auto* const letters = text.letters.data();
    const auto take = [&](std::uint32_t begin, std::uint64_t key) { each(begin, longer_piece(key, U' ')); };  // with the spaces around
    const auto& words = text.words;
    for (std::size_t at = 0; at < words.size(); ++at) {
        const auto& word = words[at];
        take(word.begin, key_of(before_a_word, letters + word.begin, letters + word.end));
        if (word.before < 1) continue;
        const auto second = words[at - 1].begin;
        take(second, key_of(before_a_word, letters + second, letters + word.end));
        if (word.before < 2) continue;
        const auto& first = words[at - 2];
        const auto first_key = key_of(before_a_word, letters + first.begin, letters + first.end);
        take(first.begin, key_of(first_key, letters + first.end, letters + word.end));
        take(first.begin, key_of(longer_piece(first_key, likeness_left_out), letters + word.begin, letters + word.end));
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
    constexpr int piece_max = piece_weight_max;
    constexpr int rule_max = 30'000;

    LearntPieces learnt;
    table.about_.assign(1, {});
    table.base_ = {source.base_danger / unit, source.base_high / unit, source.base_now / unit};
    const auto insert = [&](const std::string& file, std::string_view line, int number) {
        const auto words = words_of(line);
        const auto danger = words.size() > 3 ? number_of(words[1], piece_max) : std::nullopt;
        const auto high = words.size() > 3 ? number_of(words[2], piece_max) : std::nullopt;
        const auto now = words.size() > 3 ? number_of(words[3], piece_max) : std::nullopt;
        const auto piece = words.empty() ? std::u32string{} : piece_of(words[0]);
        if (!danger || !high || !now || piece.empty() || !(is_words(piece) || is_letters(piece)))
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
        SeldomAsked seldom_asked{0, static_cast<std::int8_t>(*now)};
        if (about != CategoryWeights{}) {
            seldom_asked.about = static_cast<std::uint16_t>(table.about_.size());
            table.about_.push_back(about);
        }
        learnt.add(piece, static_cast<std::int8_t>(*danger), static_cast<std::int8_t>(*high), seldom_asked);
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
    table.keep(learnt);
    return table;
}

void LikenessTable::LearntPieces::add(const std::u32string& piece, std::int8_t danger, std::int8_t high, SeldomAsked seldom_asked)
{
    if (is_words(piece)) words.push_back({key_of(piece_key_seed, piece.data(), piece.data() + piece.size()), danger, high, seldom_asked});
    if (!is_letters(piece)) return;
    auto& added = letters.emplace_back();
    std::copy(piece.begin(), piece.end(), added.letters.begin());
    added.danger = danger;
    added.high = high;
    of_letters.push_back(seldom_asked);
}

void LikenessTable::keep(const LearntPieces& learnt)
{
    const auto places = pieces_.make(learnt.letters);
    words_.make_room(learnt.words.size());
    seldom_asked_.assign(pieces_.places() + words_.places(), {});
    for (std::size_t at = 0; at < places.size(); ++at)
        if (places[at] != PieceTrie::nowhere) seldom_asked_[places[at]] = learnt.of_letters[at];
    for (const auto& word : learnt.words) seldom_asked_[pieces_.places() + words_.put(word.key, word.danger, word.high)] = word.seldom_asked;
}

Likeness LikenessTable::weigh(LikenessLetters& text) const
{
    const auto count = text.letters.size();
    for (auto& pieces : text.pieces) pieces.resize(count + likeness_piece_max);
    text.gains.resize(count);
    const auto* const letters = text.pieces.front().data();
    auto* const gains = text.gains.data();
    for (std::size_t at = 0; at < count; ++at) {
        const auto piece = pieces_.letter(text.letters[at]);
        text.pieces.front()[at] = piece;
        gains[at] = piece.weight();
    }
    std::fill(text.pieces.front().begin() + static_cast<std::ptrdiff_t>(count), text.pieces.front().end(), PieceTrie::Cell());  // nothing is longer than the text
    // All pieces of a length, then all that are longer by one: so that no look waits for another's memory.
    for (std::size_t behind = 1; behind < likeness_dense_max; ++behind) {
        const auto* const shorter = text.pieces[behind - 1].data();
        auto* const pieces = text.pieces[behind].data();
        for (std::size_t at = 0; at < count; ++at) {
            pieces[at] = pieces_.longer(shorter[at], letters[at + behind].number());
            gains[at] += pieces[at].weight();
        }
    }
    for (std::size_t at = 0; at < count; ++at) gains[at] += longest(text, at).weight();
    weigh_words(text);
    return score(sum(text, 0, count), count);
}

/// The piece of most letters that begins at `at`. In Japanese there are none.
PieceTrie::Cell LikenessTable::longest(const LikenessLetters& text, std::size_t at) const
{
    const auto shorter = text.pieces.back()[at];
    return shorter.base() == 0 ? PieceTrie::Cell() : pieces_.longer(shorter, text.pieces.front()[at + likeness_dense_max].number());
}

void LikenessTable::weigh_words(LikenessLetters& text) const
{
    text.found.resize(pieces_of_a_word * text.words.size() + 1);
    std::size_t found = 0;
    for_each_words(text, [&](std::uint32_t begin, std::uint64_t key) {
        const auto look = words_.look(key);
        text.gains[begin] += look.weight;
        text.found[found] = {begin, static_cast<std::uint32_t>(pieces_.places()) + look.place};
        found += look.known;
    });
    text.found.resize(found);
}

/// Adds the pieces of letters to the words that `weigh` found, and asks for what is kept of each.
void LikenessTable::find_pieces(LikenessLetters& text) const
{
    const auto count = text.letters.size();
    auto known = text.found.size();
    text.found.resize(known + count * likeness_piece_max + 1);
    auto* const found = text.found.data();
    const auto take = [&](std::size_t at, PieceTrie::Cell piece, PieceTrie::Cell shorter) {
        const auto place = PieceTrie::place_of(shorter, piece.number());
        found[known] = {static_cast<std::uint32_t>(at), place};
        known += piece.known();
        __builtin_prefetch(&seldom_asked_[place]);
    };
    for (std::size_t at = 0; at < count; ++at) {
        take(at, text.pieces.front()[at], {});
        for (std::size_t behind = 1; behind < likeness_dense_max; ++behind) take(at, text.pieces[behind][at], text.pieces[behind - 1][at]);
        take(at, longest(text, at), text.pieces.back()[at]);
    }
    text.found.resize(known);
}

LikenessTable::Told LikenessTable::tell(LikenessLetters& text, std::size_t begin, std::size_t end) const
{
    find_pieces(text);
    text.topics.resize(text.found.size() + 1);
    auto* const topics = text.topics.data();
    std::size_t topic_count = 0;
    int now = 0;
    for (const auto& piece : text.found) {
        const auto& kept = seldom_asked_[piece.place];
        now += piece.begin >= begin && piece.begin < end ? kept.now : 0;
        topics[topic_count] = kept.about;
        topic_count += kept.about != 0;  // most tell none
        __builtin_prefetch(&about_[kept.about]);
    }
    std::array<int, std::tuple_size_v<CategoryWeights>> sums{};
    for (std::size_t at = 0; at < topic_count; ++at) {
        const auto& about = about_[topics[at]];
        for (std::size_t category = 0; category < sums.size(); ++category) sums[category] += about[category];
    }
    const auto loudest = std::max_element(sums.begin(), sums.begin() + risk_category_names.size()) - sums.begin();
    return {base_.now + now / (piece_unit * likeness_divisor(end - begin)), static_cast<RiskCategory>(loudest)};
}

Likeness LikenessTable::of_rule(std::string_view rule_id) const
{
    const auto found = std::lower_bound(rules_.begin(), rules_.end(), rule_id, [](const auto& rule, std::string_view wanted) { return rule.first < wanted; });
    return found != rules_.end() && found->first == rule_id ? found->second : Likeness{};
}

WeightSum LikenessTable::sum(const LikenessLetters& text, std::size_t begin, std::size_t end)
{
    const auto* const gains = text.gains.data();
    WeightSum sum;
    for (auto at = begin; at < end; ++at) sum += gains[at];
    return sum;
}

Likeness LikenessTable::score(WeightSum sum, std::size_t letters) const
{
    const auto divisor = piece_unit * likeness_divisor(letters);
    return {base_.danger + sum.danger / divisor, base_.high + sum.high / divisor};
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

}  // namespace tsunagi::bot
