#include "bot/risk/matcher.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

using Kind = PatternNode::Kind;

constexpr std::size_t literals_max = 3000;  // of one finite part; beyond it is matched as alternatives
constexpr std::size_t heads_max = 6000;     // of one pattern
constexpr std::size_t need_heads_max = 100;   // beyond, a part occurs in every text and tells nothing
constexpr int steps_max = 20'000;           // of one attempt; ours need some hundreds

bool meets(char32_t wanted, const View& view, std::size_t at)
{
    return is_katakana(wanted) ? view.exact[at] == wanted : view.folded[at] == wanted;
}

constexpr std::u32string_view numerals = U"0123456789一二三四五六七八九十百千万数何幾半両";

bool is_digit(char32_t letter) { return numerals.find(letter) != numerals.npos; }

/// One bit of 64 for a letter: most letters that a node does not know are turned away by it.
std::uint64_t bit_of(char32_t letter) { return std::uint64_t{1} << ((letter * 0x9E3779B1u) >> 26); }

std::uint64_t key_of(char32_t first, char32_t second) { return static_cast<std::uint64_t>(first) << 32 | second; }
std::uint64_t mixed(std::uint64_t key) { return key * 0x9E3779B97F4A7C15ull; }

void make_unique(std::vector<std::u32string>& list)
{
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

/// Where each need was noted last, in a count that never goes back, so that nothing is wiped between two walks: what was
/// noted in an earlier walk is simply too far away. The thread's memory, shared by all matchers.
struct Notes {
    std::vector<std::uint64_t> noted_at;
    std::uint64_t now = 0;
};
Notes& notes()
{
    thread_local Notes all;
    return all;
}
constexpr std::uint64_t farther_than_any_pattern = 4096;

}  // namespace

// ---------------------------------------------------------------------------- building

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

void Matcher::PairTable::add(const std::u32string& head, std::uint32_t number, bool need)
{
    auto& list = filling_[key_of(head[0], head.size() > 1 ? head[1] : 0)][need ? 0 : 1];
    if (list.empty() || list.back() != number) list.push_back(number);
}

void Matcher::PairTable::seal()
{
    // What begins with a letter alone begins with each of its pairs, so that one look tells all.
    for (auto& [key, lists] : filling_) {
        const auto alone = (key & 0xFFFFFFFF) == 0 ? filling_.end() : filling_.find(key >> 32 << 32);
        if (alone == filling_.end()) continue;
        for (std::size_t kind = 0; kind < lists.size(); ++kind) {
            auto& list = lists[kind];
            list.insert(list.end(), alone->second[kind].begin(), alone->second[kind].end());
            std::sort(list.begin(), list.end());
            list.erase(std::unique(list.begin(), list.end()), list.end());
        }
    }
    std::size_t size = 64;
    while (size < filling_.size() * 2) size *= 2;  // sparse, so that most looks end at an empty slot
    shift_ = 64;
    for (auto rest = size; rest > 1; rest /= 2) --shift_;
    slots_.assign(size, {});
    may_be_.assign(may_be_bits / 64, 0);
    for (const auto& [key, lists] : filling_) {
        auto at = mixed(key) >> shift_;
        while (slots_[at].key != 0) at = (at + 1) % size;
        const auto begin = static_cast<std::uint32_t>(numbers.size());
        numbers.insert(numbers.end(), lists[0].begin(), lists[0].end());
        const auto middle = static_cast<std::uint32_t>(numbers.size());
        numbers.insert(numbers.end(), lists[1].begin(), lists[1].end());
        slots_[at] = {key, begin, middle, static_cast<std::uint32_t>(numbers.size())};
        const auto bit = mixed(key) >> (64 - may_be_shift);
        may_be_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
    filling_.clear();
}

const Matcher::PairTable::Slot* Matcher::PairTable::find(char32_t first, char32_t second) const
{
    const auto key = key_of(first, second);
    const auto bit = mixed(key) >> (64 - may_be_shift);
    if ((may_be_[bit / 64] >> (bit % 64) & 1) == 0) return nullptr;
    for (auto at = mixed(key) >> shift_;; at = (at + 1) & (slots_.size() - 1)) {
        const auto& slot = slots_[at];
        if (slot.key == key) return &slot;
        if (slot.key == 0) return nullptr;
    }
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

// ---------------------------------------------------------------------------- matching

/// One attempt of one program at one place.
struct Matcher::Run {
    const Matcher& matcher;
    const View& view;
    int steps = 0;
    std::size_t end = 0;           // where the pattern was met
    std::size_t must_end = 0;      // look-behind: the only good end
    bool has_must_end = false;

    bool run(std::uint32_t at_code, std::size_t at)
    {
        for (;; ++at_code) {
            if (++steps > steps_max) return false;
            const auto& instruction = matcher.code_[at_code];
            switch (instruction.op) {
            case Op::letter:
                if (at >= view.size() || !meets(instruction.letter, view, at)) return false;
                ++at;
                break;
            case Op::letters_of:
                if (at >= view.size() || in_set(instruction, at) == instruction.negative) return false;
                ++at;
                break;
            case Op::split:
                if (run(at_code + 1, at)) return true;
                at_code = instruction.target - 1;
                break;
            case Op::jump: at_code = instruction.target - 1; break;
            case Op::gap: return gap(at_code, at);
            case Op::number: return number(at_code, at);
            case Op::clause_begin:
                if (at > 0 && view.sorts[at - 1] == Sort::letter) return false;
                break;
            case Op::clause_end:
                if (at < view.size() && view.sorts[at] == Sort::letter) return false;
                break;
            case Op::look:
                if (look(instruction, at_code, at) == instruction.negative) return false;
                at_code = instruction.target - 1;
                break;
            case Op::trie: return trie(instruction.target, at_code + 1, at);
            case Op::met:
                if (has_must_end && at != must_end) return false;
                end = at;
                return true;
            }
        }
    }

private:
    bool in_set(const Instruction& instruction, std::size_t at) const
    {
        const auto& letters = matcher.sets_[instruction.target];
        return std::any_of(letters.begin(), letters.end(), [&](char32_t letter) { return meets(letter, view, at); });
    }

    bool gap(std::uint32_t at_code, std::size_t at)
    {
        const auto& instruction = matcher.code_[at_code];
        const auto& following = matcher.code_[at_code + 1];
        for (std::size_t taken = 0;; ++taken) {
            if (may_begin(following, at + taken) && run(at_code + 1, at + taken)) return true;
            if (taken == instruction.most || at + taken >= view.size()) return false;
            const auto sort = view.sorts[at + taken];
            if (sort == Sort::stop) return false;
            if (instruction.flag && (sort == Sort::comma || sort == Sort::newline)) return false;
        }
    }

    /// A first look, so that a gap need not try in earnest at each of its letters.
    bool may_begin(const Instruction& instruction, std::size_t at) const
    {
        if (instruction.op == Op::letter) return at < view.size() && meets(instruction.letter, view, at);
        if (instruction.op != Op::trie) return true;
        const auto& root = matcher.trie_[instruction.target];
        return root.ends || (at < view.size() && (root.letters & (bit_of(view.folded[at]) | bit_of(view.exact[at]))) != 0);
    }

    bool number(std::uint32_t at_code, std::size_t at)
    {
        auto last = at;
        while (last < view.size() && (is_digit(view.exact[last]) || (last > at && view.exact[last] == ','))) ++last;
        for (; last > at; --last)
            if (run(at_code + 1, last)) return true;
        return false;
    }

    bool look(const Instruction& instruction, std::uint32_t at_code, std::size_t at)
    {
        Run inner{matcher, view};
        if (!instruction.flag) return inner.run(at_code + 1, at);
        inner.has_must_end = true;
        inner.must_end = at;
        for (std::size_t back = instruction.least; back <= instruction.most && back <= at; ++back)
            if (inner.run(at_code + 1, at - back)) return true;
        return false;
    }

    /// Longest literal first.
    bool trie(std::uint32_t node, std::uint32_t next_code, std::size_t at)
    {
        if (++steps > steps_max) return false;
        const auto& here = matcher.trie_[node];
        if (at < view.size() && !here.children.empty()) {
            const auto folded = view.folded[at];
            const auto exact = view.exact[at];
            if (const auto child = child_of(here, folded); child != 0 && trie(child, next_code, at + 1)) return true;
            if (exact != folded)
                if (const auto child = child_of(here, exact); child != 0 && trie(child, next_code, at + 1)) return true;
        }
        return here.ends && run(next_code, at);
    }

    static std::uint32_t child_of(const TrieNode& node, char32_t letter)
    {
        if ((node.letters & bit_of(letter)) == 0) return 0;
        const auto child = std::lower_bound(node.children.begin(), node.children.end(), letter, [](const auto& edge, char32_t wanted) { return edge.first < wanted; });
        return child != node.children.end() && child->first == letter ? child->second : 0;
    }
};

void Matcher::match(const View& view, std::vector<Meeting>& meetings) const
{
    if (programs_.empty()) return;
    auto& memory = notes();
    if (memory.noted_at.size() < needs_) memory.noted_at.resize(needs_, 0);
    auto* const noted_at = memory.noted_at.data();
    auto now = memory.now + farther_than_any_pattern;
    const auto earlier = meetings.size();
    const auto* const numbers = pairs_.numbers.data();
    const auto near_enough = [&](const Need& need) { return need.number == 0 || now - noted_at[need.number] <= need.within; };
    for (auto at = static_cast<std::uint32_t>(view.size()); at-- > 0;) {
        ++now;
        const auto first = view.folded[at];
        const auto* slot = at + 1 < view.size() ? pairs_.find(first, view.folded[at + 1]) : nullptr;
        if (slot == nullptr) slot = pairs_.find(first, 0);
        if (slot == nullptr) continue;
        for (auto number = slot->needs; number < slot->programs; ++number) noted_at[numbers[number]] = now;
        for (auto number = slot->programs; number < slot->end; ++number) {
            const auto& program = programs_[numbers[number]];
            if (!near_enough(program.needs[0]) || !near_enough(program.needs[1]) || !near_enough(program.needs[2])) continue;
            Run attempt{*this, view};
            if (attempt.run(program.start, at)) meetings.push_back({program.owner, at, static_cast<std::uint32_t>(attempt.end)});
        }
    }
    memory.now = now;
    std::reverse(meetings.begin() + static_cast<std::ptrdiff_t>(earlier), meetings.end());
}

}  // namespace tsunagi::bot
