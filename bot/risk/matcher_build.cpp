// How patterns become programs, tries and a table of pairs. How those are run: matcher.cpp.
#include "bot/risk/matcher.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

using Kind = PatternNode::Kind;

constexpr std::size_t literals_max = 3000;  // of one finite part; beyond it is matched as alternatives
constexpr std::size_t heads_max = 6000;     // of one pattern
constexpr std::size_t need_heads_max = 100;   // beyond, a part occurs in every text and tells nothing

void make_unique(std::vector<std::u32string>& list)
{
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

std::optional<PatternMistake> Matcher::add(const PatternNode& pattern, bool latin, std::uint32_t owner)
{
    if (extent_of(pattern).least == 0) return PatternMistake{"the pattern meets nothing at all"};
    // Alternatives that are no mere words are patterns of their own, each with its own necessary parts.
    if (pattern.kind == Kind::choice && !pattern.optional && !literals_of(pattern, literals_max)) {
        for (const auto& part : pattern.parts)
            if (auto mistake = add(part, latin, owner)) return mistake;
        return std::nullopt;
    }
    // Two letters tell a Japanese pattern; a Latin one begins with its border, so look one letter further.
    Heads open{U""};
    Heads done;
    if (!heads(pattern, open, done)) return PatternMistake{"the pattern begins with anything, or with too many words"};
    done.insert(done.end(), open.begin(), open.end());
    make_unique(done);
    if (std::any_of(done.begin(), done.end(), [](const auto& head) { return head.empty(); }))
        return PatternMistake{"the pattern begins with anything"};
    add_program(pattern, latin, owner, std::move(done));
    return std::nullopt;
}

void Matcher::add_program(const PatternNode& pattern, bool latin, std::uint32_t owner, Heads heads)
{
    const Program program{static_cast<std::uint32_t>(code_.size()), owner, note_needs(pattern, latin ? 1 : 0)};
    if (latin) code_.push_back({.op = Op::letter, .letter = U' '});
    emit(pattern);
    if (latin) code_.push_back({.op = Op::letter, .letter = U' '});
    code_.push_back({.op = Op::met});
    const auto number = static_cast<std::uint32_t>(programs_.size());
    programs_.push_back(program);
    if (latin)
        for (auto& head : heads) head = U" " + head.substr(0, 1);
    make_unique(heads);
    for (const auto& head : heads) pairs_.add_program(head, number);
}

/// Numbers the most telling necessary parts behind the first one: each with the pairs of letters it can begin with, and
/// with how far behind the pattern's beginning (`before` letters earlier) it can begin at most.
Matcher::Needs Matcher::note_needs(const PatternNode& pattern, std::size_t before)
{
    struct Candidate {
        Heads heads;
        std::size_t within = 0;
    };
    std::vector<Candidate> candidates;
    if (pattern.kind == Kind::sequence && !pattern.optional) {
        auto within = before;
        for (std::size_t part = 0; part < pattern.parts.size(); ++part) {
            const auto& node = pattern.parts[part];
            const auto begins = within;
            within += extent_of(node).most;
            const bool telling = part > 0 && !node.optional && extent_of(node).least > 0 && node.kind != Kind::number && !(node.kind == Kind::letters_of && node.negative);
            if (!telling) continue;
            PatternNode rest;
            rest.parts.assign(pattern.parts.begin() + static_cast<std::ptrdiff_t>(part), pattern.parts.end());
            Heads open{U""};
            Heads done;
            if (!heads(rest, open, done)) continue;
            done.insert(done.end(), open.begin(), open.end());
            make_unique(done);
            if (!done.empty() && !done.front().empty() && done.size() <= need_heads_max) candidates.push_back({std::move(done), begins});
        }
    }
    std::stable_sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) { return a.heads.size() < b.heads.size(); });
    Needs needs;
    for (std::size_t at = 0; at < std::min(needs.size(), candidates.size()); ++at) {
        // The same part of another pattern is the same need: what is noted once is noted for all.
        const auto [known, fresh] = need_numbers_.emplace(candidates[at].heads, needs_);
        if (fresh) {
            ++needs_;
            for (const auto& head : candidates[at].heads) pairs_.add_need(head, known->second);
        }
        needs[at] = {known->second, static_cast<std::uint32_t>(std::min<std::size_t>(candidates[at].within, farther_than_any_pattern - 1))};
    }
    return needs;
}

void Matcher::seal()
{
    pairs_.seal();
    need_numbers_.clear();
}

/// Extends `open` beginnings by what `node` can begin with; those of two letters move to `done`. False: endless.
bool Matcher::heads(const PatternNode& node, Heads& open, Heads& done) const
{
    if (open.empty()) return true;
    if (open.size() + done.size() > heads_max) return false;
    const Heads before = open;
    const auto extend = [&](const std::vector<char32_t>& letters) {
        Heads longer;
        for (const auto& head : open)
            for (const auto letter : letters) (head.empty() ? longer : done).push_back(head + to_hiragana(letter));
        open = std::move(longer);
    };
    switch (node.kind) {
    case Kind::letter: extend({node.letter}); break;
    case Kind::letters_of:
        if (node.negative) {
            done.insert(done.end(), open.begin(), open.end());  // one known letter, then anything
            open.clear();
        } else {
            extend({node.letters.begin(), node.letters.end()});
        }
        break;
    case Kind::sequence:
        for (const auto& part : node.parts)
            if (!heads(part, open, done)) return false;
        break;
    case Kind::choice: {
        Heads all;
        for (const auto& part : node.parts) {
            Heads some = before;
            if (!heads(part, some, done)) return false;
            all.insert(all.end(), some.begin(), some.end());
        }
        open = std::move(all);
        break;
    }
    case Kind::number:  // its first letter is known, how it goes on is not
        extend({numerals.begin(), numerals.end()});
        done.insert(done.end(), open.begin(), open.end());
        open.clear();
        break;
    case Kind::gap:
        done.insert(done.end(), open.begin(), open.end());
        open.clear();
        break;
    default: break;  // takes no letter
    }
    if (node.optional) open.insert(open.end(), before.begin(), before.end());
    make_unique(open);
    make_unique(done);
    return open.size() + done.size() <= heads_max;
}

void Matcher::emit(const PatternNode& node)
{
    if (node.kind != Kind::letter || node.optional) {
        if (const auto literals = literals_of(node, literals_max); literals && !literals->empty() && literals->size() > 1) {
            const auto root = make_trie(*literals);
            code_.push_back({.op = Op::trie, .target = root});
            return;
        }
    }
    if (!node.optional) return emit_bare(node);
    const auto split = code_.size();
    code_.push_back({.op = Op::split});
    emit_bare(node);
    code_[split].target = static_cast<std::uint32_t>(code_.size());
}

void Matcher::emit_bare(const PatternNode& node)
{
    switch (node.kind) {
    case Kind::sequence:
        for (const auto& part : node.parts) emit(part);
        break;
    case Kind::choice: emit_choice(node); break;
    case Kind::letter: code_.push_back({.op = Op::letter, .letter = node.letter}); break;
    case Kind::letters_of:
        code_.push_back({.op = Op::letters_of, .negative = node.negative, .target = static_cast<std::uint32_t>(sets_.size())});
        sets_.push_back(node.letters);
        break;
    case Kind::gap:
        code_.push_back({.op = Op::gap, .flag = node.clause_only, .most = static_cast<std::uint16_t>(node.most)});
        break;
    case Kind::number: code_.push_back({.op = Op::number}); break;
    case Kind::clause_begin: code_.push_back({.op = Op::clause_begin}); break;
    case Kind::clause_end: code_.push_back({.op = Op::clause_end}); break;
    case Kind::look: emit_look(node); break;
    }
}

void Matcher::emit_choice(const PatternNode& node)
{
    std::vector<std::size_t> jumps;
    for (std::size_t part = 0; part < node.parts.size(); ++part) {
        const bool last = part + 1 == node.parts.size();
        const auto split = code_.size();
        if (!last) code_.push_back({.op = Op::split});
        emit(node.parts[part]);
        if (last) break;
        jumps.push_back(code_.size());
        code_.push_back({.op = Op::jump});
        code_[split].target = static_cast<std::uint32_t>(code_.size());
    }
    for (const auto jump : jumps) code_[jump].target = static_cast<std::uint32_t>(code_.size());
}

void Matcher::emit_look(const PatternNode& node)
{
    const auto look = code_.size();
    const auto extent = extent_of(node.parts.front());
    code_.push_back({.op = Op::look, .negative = node.negative, .flag = node.behind,
                     .least = static_cast<std::uint16_t>(extent.least), .most = static_cast<std::uint16_t>(extent.most)});
    emit(node.parts.front());
    code_.push_back({.op = Op::met});
    code_[look].target = static_cast<std::uint32_t>(code_.size());
}

std::uint32_t Matcher::make_trie(const std::vector<std::u32string>& literals)
{
    const auto root = static_cast<std::uint32_t>(trie_.size());
    trie_.emplace_back();
    for (const auto& literal : literals) {
        auto node = root;
        for (const auto letter : literal) {
            auto& children = trie_[node].children;
            auto child = std::lower_bound(children.begin(), children.end(), letter, [](const auto& edge, char32_t wanted) { return edge.first < wanted; });
            if (child == children.end() || child->first != letter) {
                const auto fresh = static_cast<std::uint32_t>(trie_.size());
                children.insert(child, {letter, fresh});
                trie_.emplace_back();  // `children` is gone now
                node = fresh;
            } else {
                node = child->second;
            }
        }
        trie_[node].ends = true;
    }
    for (auto node = root; node < trie_.size(); ++node)
        for (const auto& [letter, child] : trie_[node].children) trie_[node].letters |= bit_of(letter);
    return root;
}

}  // namespace tsunagi::bot
