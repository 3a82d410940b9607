#include "bot/risk/pattern.h"

#include "bot/base/text.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

using Kind = PatternNode::Kind;

constexpr int gap_max = 40;         // a clause is shorter
constexpr std::size_t spelling_letters_max = 6;
constexpr char32_t range_max = 100;

/// A mistake on its way out of the descent; never leaves this file.
struct Wrong {
    std::string what;
};

/// A letter as make_views leaves it.
char32_t as_read(char32_t letter)
{
    return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : large_vowel(letter);
}

class Parser {
public:
    Parser(std::u32string text, bool latin, const WordSets& words, const Spellings& spellings)
        : text_(std::move(text)), latin_(latin), words_(words), spellings_(spellings)
    {
    }

    PatternNode whole()
    {
        auto node = choice();
        if (at_ < text_.size()) throw Wrong{"a `)` closes nothing"};
        return node;
    }

private:
    bool ahead(char32_t letter) const { return at_ < text_.size() && text_[at_] == letter; }
    bool take(char32_t letter)
    {
        if (!ahead(letter)) return false;
        ++at_;
        return true;
    }
    void need(char32_t letter, const char* what)
    {
        if (!take(letter)) throw Wrong{what};
    }

    PatternNode choice()
    {
        PatternNode node{.kind = Kind::choice};
        do node.parts.push_back(sequence());
        while (take('|'));
        return node.parts.size() == 1 ? std::move(node.parts.front()) : std::move(node);
    }

    PatternNode sequence()
    {
        PatternNode node;
        while (at_ < text_.size() && !ahead('|') && !ahead(')')) {
            if (!latin_ && ahead(' ')) {
                ++at_;
                take('?');
                continue;
            }
            if (ahead(0x30FC)) {  // as make_views reads it
                ++at_;
                const auto last = node.parts.empty() ? 0 : node.parts.back().letter;
                if (const auto vowel = long_vowel_after(last); vowel != 0 && vowel != last)
                    node.parts.push_back({.kind = Kind::letter, .letter = vowel});
                continue;
            }
            if (auto spelled = spelling()) {
                node.parts.push_back(std::move(*spelled));
                continue;
            }
            auto part = atom();
            if (take('?')) part.optional = true;
            node.parts.push_back(std::move(part));
        }
        return node;
    }

    /// A choice between the letters ahead and how else they are written. None when a `?` makes the last letter optional.
    std::optional<PatternNode> spelling()
    {
        if (latin_) return std::nullopt;
        for (auto length = std::min(spelling_letters_max, text_.size() - at_); length > 0; --length) {
            const auto found = spellings_.find(text_.substr(at_, length));
            if (found == spellings_.end() || (length > 1 && at_ + length < text_.size() && text_[at_ + length] == '?')) continue;
            PatternNode as_written;
            for (std::size_t letter = 0; letter < length; ++letter) as_written.parts.push_back({.kind = Kind::letter, .letter = text_[at_ + letter]});
            at_ += length;
            PatternNode either{.kind = Kind::choice};
            either.parts.push_back(std::move(as_written));
            either.parts.push_back(found->second);
            either.optional = take('?');
            return either;
        }
        return std::nullopt;
    }

    PatternNode atom()
    {
        if (take('(')) return group();
        if (take('[')) return letters();
        if (take('{')) return word_set();
        if (take('_')) return gap(false);
        if (take('-')) return gap(true);
        if (take('#')) return {.kind = Kind::number};
        if (take('^')) return {.kind = Kind::clause_begin};
        if (take('$')) return {.kind = Kind::clause_end};
        constexpr std::u32string_view signs = U"?]}";
        if (signs.find(text_[at_]) != signs.npos) throw Wrong{"a sign stands where a letter is expected"};
        return {.kind = Kind::letter, .letter = as_read(text_[at_++])};
    }

    PatternNode group()
    {
        if (!take('?')) {
            auto inner = choice();
            need(')', "a `(` is not closed");
            return inner.kind == Kind::sequence && inner.parts.empty() ? throw Wrong{"a group is empty"} : inner;
        }
        PatternNode look{.kind = Kind::look};
        look.behind = take('<');
        if (take('!')) look.negative = true;
        else need('=', "after `(?` comes =, !, <= or <!");
        look.parts.push_back(choice());
        need(')', "a `(` is not closed");
        if (look.behind && extent_of(look.parts.front()).most > look_behind_max) throw Wrong{"what stands before is looked for in at most 255 letters"};
        return look;
    }

    PatternNode letters()
    {
        PatternNode node{.kind = Kind::letters_of};
        node.negative = take('^');
        while (at_ < text_.size() && !ahead(']')) {
            if (ahead('-') && !node.letters.empty() && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
                ++at_;
                range(node.letters, text_[at_++]);
            } else {
                node.letters.push_back(as_read(text_[at_++]));
            }
        }
        need(']', "a `[` is not closed");
        if (node.letters.empty()) throw Wrong{"`[]` has no letter"};
        return node;
    }

    static void range(std::u32string& letters, char32_t last)
    {
        const auto first = letters.back();
        if (last <= first || last - first > range_max) throw Wrong{"a range goes from a lower to a higher letter, at most 100 on"};
        for (auto letter = first + 1; letter <= last; ++letter) letters.push_back(letter);
    }

    PatternNode word_set()
    {
        std::string name;
        while (at_ < text_.size() && !ahead('}')) append_code_point(name, text_[at_++]);
        need('}', "a `{` is not closed");
        const auto found = words_.find(name);
        if (found == words_.end()) throw Wrong{"there is no word set {" + name + "}"};
        return found->second;
    }

    PatternNode gap(bool clause_only)
    {
        PatternNode node{.kind = Kind::gap, .clause_only = clause_only};
        const auto begin = at_;
        while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && at_ - begin < 2)
            node.most = node.most * 10 + static_cast<int>(text_[at_++] - '0');
        if (node.most == 0 || node.most > gap_max) throw Wrong{"a gap says how far, from 1 to 40: _8 or -8"};
        return node;
    }

    std::u32string text_;
    bool latin_;
    const WordSets& words_;
    const Spellings& spellings_;
    std::size_t at_ = 0;
};

using Literals = std::optional<std::vector<std::u32string>>;

/// Every beginning with every end; nothing when these are more than `most`.
Literals product(const std::vector<std::u32string>& begins, const std::vector<std::u32string>& ends, std::size_t most)
{
    if (begins.size() * ends.size() > most) return std::nullopt;
    std::vector<std::u32string> all;
    all.reserve(begins.size() * ends.size());
    for (const auto& begin : begins)
        for (const auto& end : ends) all.push_back(begin + end);
    return all;
}

Literals literals_of_bare(const PatternNode& node, std::size_t most)
{
    switch (node.kind) {
    case Kind::letter: return std::vector{std::u32string(1, node.letter)};
    case Kind::letters_of: {
        if (node.negative) return std::nullopt;
        std::vector<std::u32string> all;
        for (const auto letter : node.letters) all.emplace_back(1, letter);
        return all;
    }
    case Kind::sequence: {
        std::vector<std::u32string> all{U""};
        for (const auto& part : node.parts) {
            const auto ends = literals_of(part, most);
            if (!ends) return std::nullopt;
            auto longer = product(all, *ends, most);
            if (!longer) return std::nullopt;
            all = std::move(*longer);
        }
        return all;
    }
    case Kind::choice: {
        std::vector<std::u32string> all;
        for (const auto& part : node.parts) {
            const auto some = literals_of(part, most);
            if (!some || all.size() + some->size() > most) return std::nullopt;
            all.insert(all.end(), some->begin(), some->end());
        }
        return all;
    }
    default: return std::nullopt;
    }
}

}  // namespace

Result<PatternNode, PatternMistake> parse_pattern(std::string_view text, bool latin, const WordSets& words, const Spellings& spellings)
{
    std::u32string letters;
    for (std::size_t at = 0; at < text.size();) letters.push_back(next_code_point(text, at));
    try {
        return Parser(std::move(letters), latin, words, spellings).whole();
    } catch (const Wrong& wrong) {
        return PatternMistake{wrong.what};
    }
}

std::optional<std::vector<std::u32string>> literals_of(const PatternNode& node, std::size_t most)
{
    auto all = literals_of_bare(node, most);
    if (all && node.optional) all->emplace_back();
    return all;
}

Extent extent_of(const PatternNode& node)
{
    Extent extent;
    switch (node.kind) {
    case Kind::letter:
    case Kind::letters_of: extent = {1, 1}; break;
    case Kind::number: extent = {1, number_letters_max}; break;
    case Kind::gap: extent = {0, static_cast<std::size_t>(node.most)}; break;
    case Kind::sequence:
        for (const auto& part : node.parts) {
            const auto some = extent_of(part);
            extent.least += some.least;
            extent.most += some.most;
        }
        break;
    case Kind::choice: {
        extent.least = std::string::npos;
        for (const auto& part : node.parts) {
            const auto some = extent_of(part);
            extent.least = std::min(extent.least, some.least);
            extent.most = std::max(extent.most, some.most);
        }
        break;
    }
    default: break;
    }
    if (node.optional) extent.least = 0;
    return extent;
}

}  // namespace tsunagi::bot
