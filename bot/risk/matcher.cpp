// How programs are run over a view. How they are made: matcher_build.cpp.
#include "bot/risk/matcher.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

constexpr int steps_max = 20'000;  // of one attempt; ours need some hundreds

bool meets(char32_t wanted, const View& view, std::size_t at)
{
    return is_katakana(wanted) ? view.exact[at] == wanted : view.folded[at] == wanted;
}

bool is_numeral(char32_t letter) { return numerals.find(letter) != numerals.npos; }

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

}  // namespace

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
        const auto end_max = std::min(view.size(), at + number_letters_max);
        auto last = at;
        while (last < end_max && (is_numeral(view.exact[last]) || (last > at && view.exact[last] == ','))) ++last;
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
