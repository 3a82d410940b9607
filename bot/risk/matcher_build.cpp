// How patterns become programs, tries and a table of pairs. How those are run: matcher.cpp.
#include "bot/risk/letter_frequency.h"
#include "bot/risk/matcher.h"

#include <algorithm>
#include <map>
#include <set>

namespace tsunagi::bot {
namespace {

using Kind = PatternNode::Kind;

constexpr std::size_t literals_max = 3000;  // of one finite part; beyond it is matched as alternatives
constexpr std::size_t heads_max = 6000;     // of one pattern
constexpr std::size_t programs_max = 20'000;  // they and their needs, three each at most, are numbered in 16 bits
constexpr std::size_t letters_of_a_pair = 2;
constexpr std::size_t need_heads_max = 100;   // beyond, a part occurs in every text and tells nothing

void make_unique(std::vector<std::u32string>& list)
{
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

/// The alternatives so that few are tried: mere words together, for they become one trie, and of the others those that begin
/// with the same letter as one (叩いた(?!ら) and 叩け(ば|よ)(?!り)).
std::vector<PatternNode> with_shared_beginnings(const std::vector<PatternNode>& parts)
{
    PatternNode words{.kind = Kind::choice};
    std::size_t words_count = 0;
    std::vector<PatternNode> others;
    std::map<char32_t, std::size_t> begins;  // where in `others` the one with this first letter is
    for (const auto& part : parts) {
        if (const auto literals = literals_of(part, literals_max); literals && words_count + literals->size() <= literals_max) {
            words_count += literals->size();
            words.parts.push_back(part);
            continue;
        }
        const bool lettered = part.kind == Kind::sequence && !part.optional && part.parts.size() > 1 && part.parts[0].kind == Kind::letter && !part.parts[0].optional;
        if (!lettered) {
            others.push_back(part);
            continue;
        }
        PatternNode rest = part;
        rest.parts.erase(rest.parts.begin());
        const auto [known, fresh] = begins.emplace(part.parts[0].letter, others.size());
        if (fresh) others.push_back({.kind = Kind::sequence, .parts = {part.parts[0], PatternNode{.kind = Kind::choice}}});
        others[known->second].parts[1].parts.push_back(std::move(rest));
    }
    if (words.parts.size() == 1) words = PatternNode(words.parts.front());
    if (words_count > 0) others.insert(others.begin(), std::move(words));
    return others;
}

double frequency_of_all(const std::vector<std::u32string>& pairs)
{
    double sum = 0;
    for (const auto& pair : pairs) sum += frequency_of(pair);
    return sum;
}

std::vector<std::u32string> without_what_follows(const std::map<std::u32string, LetterBits>& heads)
{
    std::vector<std::u32string> pairs;
    for (const auto& [pair, third] : heads) pairs.push_back(pair);
    return pairs;
}

}  // namespace

std::optional<PatternMistake> Matcher::add(const PatternNode& pattern, bool latin, std::uint32_t owner)
{
    return add(pattern, Program{.owner = owner, .border = latin});
}

std::optional<PatternMistake> Matcher::add_idiom(const PatternNode& pattern, bool latin)
{
    return add(pattern, Program{.border = latin, .idiom = true});
}

std::optional<PatternMistake> Matcher::add(const PatternNode& pattern, const Program& like)
{
    if (extent_of(pattern).least == 0) return PatternMistake{"the pattern meets nothing at all"};
    // Alternatives that are no mere words are patterns of their own, each with its own necessary parts.
    if (pattern.kind == Kind::choice && !pattern.optional && !literals_of(pattern, literals_max)) {
        for (const auto& part : pattern.parts)
            if (auto mistake = add(part, like)) return mistake;
        return std::nullopt;
    }
    const bool parted = pattern.kind == Kind::sequence && !pattern.optional && pattern.parts[0].kind == Kind::choice && !pattern.parts[0].optional;
    if (parted && !literals_of(pattern.parts[0], literals_max)) {
        for (auto& part : with_shared_beginnings(pattern.parts[0].parts)) {
            PatternNode whole = pattern;
            auto& parts = whole.parts;
            parts.front() = std::move(part);
            if (parts.front().kind == Kind::sequence && !parts.front().optional) {
                const auto inner = std::move(parts.front().parts);
                parts.erase(parts.begin());
                parts.insert(parts.begin(), inner.begin(), inner.end());
            }
            if (auto mistake = add(whole, like)) return mistake;
        }
        return std::nullopt;
    }
    // Two letters tell a pattern; a Latin one begins with the border before them.
    const auto heads = heads_of(pattern, like.border ? bit_of(U' ') : any_letter);
    if (!heads) return PatternMistake{"the pattern begins with anything, or with too many words"};
    if (heads->contains(U"")) return PatternMistake{"the pattern begins with anything"};
    if (programs_.size() >= programs_max) return PatternMistake{"there are more than " + std::to_string(programs_max) + " patterns of this kind"};
    add_program(pattern, like, *heads);
    return std::nullopt;
}

void Matcher::add_program(const PatternNode& pattern, Program program, const Heads& heads)
{
    program.start = static_cast<std::uint32_t>(code_.size());
    parts_.push_back(necessary_parts(pattern));
    begins_.push_back(frequency_of_all(without_what_follows(heads)));
    emit_looks_last(pattern, program.border);
    code_.push_back({.op = Op::met});
    const auto& first = code_[program.start + (program.border ? 1 : 0)];
    if (first.op == Op::trie) program.trie = first.operand;
    const auto number = static_cast<std::uint16_t>(programs_.size());
    programs_.push_back(program);
    for (const auto& [pair, third] : heads) pairs_.add_program(pair, third, number);
}

/// The necessary parts behind a pattern's first one: each with the pairs of letters it can begin with, and with how far
/// behind the pattern's beginning it can begin at most.
std::vector<Matcher::Part> Matcher::necessary_parts(const PatternNode& pattern) const
{
    std::vector<Part> found;
    if (pattern.kind != Kind::sequence || pattern.optional) return found;
    std::size_t within = 0;
    for (std::size_t at = 0; at < pattern.parts.size(); ++at) {
        const auto& node = pattern.parts[at];
        const auto begins = std::min<std::size_t>(within, farther_than_any_pattern - 1);
        within += extent_of(node).most;
        const bool behind_first = begins > 0;  // what only looks around stand before begins where the program does, and tells nothing more
        const bool telling = behind_first && !node.optional && extent_of(node).least > 0 && node.kind != Kind::number && !(node.kind == Kind::letters_of && node.negative);
        if (!telling) continue;
        PatternNode rest;
        rest.parts.assign(pattern.parts.begin() + static_cast<std::ptrdiff_t>(at), pattern.parts.end());
        const auto heads = heads_of(rest, any_letter);
        if (heads && !heads->empty() && !heads->contains(U"") && heads->size() <= need_heads_max)
            found.push_back({without_what_follows(*heads), static_cast<std::uint16_t>(begins)});
    }
    return found;
}

/// Gives each program those of its necessary parts, the rarest first, that spare more than they cost: a part is noted
/// wherever it begins, also in texts where its program begins nowhere.
void Matcher::choose_needs()
{
    constexpr double notes_per_attempt = 50;  // what one attempt takes; measured
    std::map<Pairs, std::uint16_t> numbers;    // the same part of another pattern is the same need: noted once for all
    for (std::size_t program = 0; program < programs_.size(); ++program) {
        auto& parts = parts_[program];
        std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return frequency_of_all(a.pairs) < frequency_of_all(b.pairs); });
        auto& needs = programs_[program].needs;
        auto attempts = begins_[program];  // of each letter of a text
        std::size_t count = 0;
        for (const auto& part : parts) {
            const auto frequency = frequency_of_all(part.pairs);
            const auto passes = std::min(1.0, frequency * part.within);
            if (count == needs.size() || frequency > notes_per_attempt * attempts * (1 - passes)) break;
            attempts *= passes;
            const auto [known, fresh] = numbers.emplace(part.pairs, static_cast<std::uint16_t>(numbers.size() + 1));
            if (fresh)
                for (const auto& pair : part.pairs) pairs_.add_need(pair, known->second);
            needs[count++] = {known->second, part.within};
        }
    }
    needs_ = numbers.size() + 1;
    parts_.clear();
    begins_.clear();
}

void Matcher::seal()
{
    choose_needs();
    std::vector<Need> first_needs;
    for (const auto& program : programs_) first_needs.push_back(program.needs[0]);
    pairs_.seal(first_needs);
    note_what_follows();
    trie_numbers_.clear();
    code_.shrink_to_fit();  // they stay for as long as the program runs
    trie_.shrink_to_fit();
    programs_.shrink_to_fit();
}

/// What each instruction may begin with, from the last to the first: every way on lies behind.
void Matcher::note_what_follows()
{
    constexpr auto anything = ~LetterBits{0};
    std::vector<LetterBits> begins(code_.size() + 1, any_letter);
    const auto letters = [](std::u32string_view all) {
        LetterBits bits = 0;
        for (const auto letter : all) bits |= bit_of(letter);
        return bits;
    };
    for (std::size_t at = code_.size(); at-- > 0;) {
        auto& instruction = code_[at];
        const auto behind = begins[at + 1];
        switch (instruction.op) {
        case Op::letter: begins[at] = bit_of(instruction.operand); break;
        case Op::letters_of: begins[at] = instruction.negative ? anything : letters(sets_[instruction.operand]); break;
        case Op::split:
            instruction.next = behind;
            begins[at] = behind | begins[instruction.operand];
            break;
        case Op::jump: begins[at] = begins[instruction.operand]; break;
        case Op::look:
            instruction.next = behind;
            begins[at] = begins[instruction.operand];
            break;
        case Op::gap:
            instruction.next = behind;
            begins[at] = anything;
            break;
        case Op::number: begins[at] = letters(numerals); break;
        case Op::clause_begin:
        case Op::clause_end: begins[at] = behind; break;
        case Op::trie: {
            const auto root = node_at(instruction.operand);
            begins[at] = root.letters | (root.ends ? behind : 0);
            break;
        }
        case Op::met: begins[at] = any_letter; break;
        }
    }
}

/// What `pattern` can begin with, when `behind` may follow it; nothing when that is too much.
std::optional<Matcher::Heads> Matcher::heads_of(const PatternNode& pattern, LetterBits behind) const
{
    Pairs open{U""};
    Heads done;
    if (!heads(pattern, open, done)) return std::nullopt;
    for (const auto& head : open) done[head] |= behind;
    return done;
}

/// Extends `open` beginnings by what `node` can begin with; those whose two letters are followed by something move to `done`. False: endless.
bool Matcher::heads(const PatternNode& node, Pairs& open, Heads& done) const
{
    if (open.empty()) return true;
    if (open.size() + done.size() > heads_max) return false;
    const Pairs before = open;
    const auto extend = [&](std::u32string_view letters) {
        Pairs longer;
        for (const auto& head : open)
            for (const auto letter : letters) {
                if (head.size() == letters_of_a_pair) done[head] |= bit_of(letter);
                else longer.push_back(head + to_hiragana(letter));
            }
        open = std::move(longer);
    };
    const auto end_with_anything = [&] {
        for (const auto& head : open) done[head] = ~LetterBits{0};
        open.clear();
    };
    switch (node.kind) {
    case Kind::letter: extend({&node.letter, 1}); break;
    case Kind::letters_of:
        if (node.negative) end_with_anything();
        else extend(node.letters);
        break;
    case Kind::sequence:
        for (const auto& part : node.parts)
            if (!heads(part, open, done)) return false;
        break;
    case Kind::choice: {
        Pairs all;
        for (const auto& part : node.parts) {
            Pairs some = before;
            if (!heads(part, some, done)) return false;
            all.insert(all.end(), some.begin(), some.end());
        }
        open = std::move(all);
        break;
    }
    case Kind::number:  // its first letter is known, how it goes on is not
        extend(numerals);
        end_with_anything();
        break;
    case Kind::gap: end_with_anything(); break;
    default: break;  // takes no letter
    }
    if (node.optional) open.insert(open.end(), before.begin(), before.end());
    make_unique(open);
    return open.size() + done.size() <= heads_max;
}

/// A program of the pattern, which looks around its beginning last: what it looks for is long, and most attempts are over by then.
void Matcher::emit_looks_last(const PatternNode& pattern, bool border)
{
    const bool parted = pattern.kind == Kind::sequence && !pattern.optional;
    std::size_t looks = 0;
    while (parted && looks < pattern.parts.size() && pattern.parts[looks].kind == Kind::look && !pattern.parts[looks].optional) ++looks;
    if (border) code_.push_back({.op = Op::letter, .operand = U' '});
    if (looks == 0) emit(pattern);
    else
        for (auto part = looks; part < pattern.parts.size(); ++part) emit(pattern.parts[part]);
    if (border) code_.push_back({.op = Op::letter, .operand = U' '});
    for (std::size_t part = 0; part < looks; ++part) emit_look(pattern.parts[part], true);
}

void Matcher::emit(const PatternNode& node)
{
    if (node.kind != Kind::letter || node.optional) {
        if (auto literals = literals_of(node, literals_max); literals && literals->size() > 1) {
            make_unique(*literals);
            const auto root = make_trie(literals->begin(), literals->end(), 0);
            code_.push_back({.op = Op::trie, .operand = root});
            return;
        }
    }
    if (!node.optional) return emit_bare(node);
    const auto split = code_.size();
    code_.push_back({.op = Op::split});
    emit_bare(node);
    code_[split].operand = static_cast<std::uint32_t>(code_.size());
}

void Matcher::emit_bare(const PatternNode& node)
{
    switch (node.kind) {
    case Kind::sequence:
        for (const auto& part : node.parts) emit(part);
        break;
    case Kind::choice: emit_choice(node); break;
    case Kind::letter: code_.push_back({.op = Op::letter, .operand = node.letter}); break;
    case Kind::letters_of:
        code_.push_back({.op = Op::letters_of, .negative = node.negative, .operand = static_cast<std::uint32_t>(sets_.size())});
        sets_.push_back(node.letters);
        break;
    case Kind::gap:
        code_.push_back({.op = Op::gap, .flag = node.clause_only, .most = static_cast<std::uint8_t>(node.most)});
        break;
    case Kind::number: code_.push_back({.op = Op::number}); break;
    case Kind::clause_begin: code_.push_back({.op = Op::clause_begin}); break;
    case Kind::clause_end: code_.push_back({.op = Op::clause_end}); break;
    case Kind::look: emit_look(node, false); break;
    }
}

void Matcher::emit_choice(const PatternNode& node)
{
    const auto parts = with_shared_beginnings(node.parts);
    std::vector<std::size_t> jumps;
    for (std::size_t part = 0; part < parts.size(); ++part) {
        const bool last = part + 1 == parts.size();
        const auto split = code_.size();
        if (!last) code_.push_back({.op = Op::split});
        emit(parts[part]);
        if (last) break;
        jumps.push_back(code_.size());
        code_.push_back({.op = Op::jump});
        code_[split].operand = static_cast<std::uint32_t>(code_.size());
    }
    for (const auto jump : jumps) code_[jump].operand = static_cast<std::uint32_t>(code_.size());
}

void Matcher::emit_look(const PatternNode& node, bool at_begin)
{
    const auto look = code_.size();
    const auto extent = extent_of(node.parts.front());
    code_.push_back({.op = Op::look, .negative = node.negative, .flag = node.behind, .at_begin = at_begin,
                     .least = static_cast<std::uint8_t>(extent.least), .most = static_cast<std::uint8_t>(extent.most)});
    emit(node.parts.front());
    code_.push_back({.op = Op::met});
    code_[look].operand = static_cast<std::uint32_t>(code_.size());
}

/// Of the literals from `first` to `last`, sorted and each once, what follows their first `depth` letters. From the tails
/// up, and equal tails are one node: verbs end alike, and a small trie stays near the processor.
std::uint32_t Matcher::make_trie(Literals::const_iterator first, Literals::const_iterator last, std::size_t depth)
{
    TrieShape shape;
    auto& [ends, children] = shape;
    ends = first->size() == depth;
    if (ends) ++first;
    while (first != last) {
        const auto letter = (*first)[depth];
        const auto next = std::find_if(first, last, [&](const auto& literal) { return literal[depth] != letter; });
        children.push_back(make_edge(letter, make_trie(first, next, depth + 1)));
        first = next;
    }
    const auto [known, fresh] = trie_numbers_.emplace(std::move(shape), static_cast<std::uint32_t>(trie_.size()));
    if (!fresh) return known->second;
    const auto& edges = known->first.second;
    LetterBits letters = 0;
    for (const auto edge : edges) letters |= bit_of(letter_of(edge));
    trie_.push_back(letters);
    trie_.push_back(edges.size() << 1 | (known->first.first ? 1 : 0));
    trie_.insert(trie_.end(), edges.begin(), edges.end());
    return known->second;
}

}  // namespace tsunagi::bot
