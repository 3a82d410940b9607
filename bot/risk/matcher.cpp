// How programs are run over a view. How they are made: matcher_build.cpp.
#include "bot/risk/matcher.h"

#include <algorithm>
#include <limits>

namespace tsunagi::bot {
namespace {

constexpr int steps_max = 20'000;       // of one attempt; ours need some hundreds
constexpr char32_t taken_out = 0xFFFC;  // stands where an idiom was: a letter that no pattern knows

bool meets(char32_t wanted, const View& view, std::size_t at)
{
    return is_katakana(wanted) ? view.exact[at] == wanted : view.folded[at] == wanted;
}

bool is_numeral(char32_t letter) { return numerals.find(letter) != numerals.npos; }

/// The memory of a walk, kept by the thread for the next one of any matcher.
struct Walking {
    /// Where each need was noted last, in a count that goes on from walk to walk, so that nothing is wiped between two: what was noted in
    /// an earlier walk is simply too far away. Small numbers, which stay near the processor; wiped when they are used up.
    std::vector<std::uint32_t> noted_at;
    std::uint32_t now = 0;
    std::vector<Matcher::Beginning> beginnings;
    std::vector<Matcher::Attempt> idioms;    ///< attempts
    std::vector<Matcher::Attempt> attempts;  ///< of the others
};
Walking& walking()
{
    thread_local Walking memory;
    return memory;
}

}  // namespace

/// One attempt of one program at one place.
struct Matcher::Run {
    const Matcher& matcher;
    const View& view;
    const LetterBits* bits;        // of each place in the view, and of its end
    std::size_t begin = 0;         // of the pattern, behind its border
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
                if (at >= view.size() || !meets(instruction.operand, view, at)) return false;
                ++at;
                break;
            case Op::letters_of:
                if (at >= view.size() || in_set(instruction, at) == instruction.negative) return false;
                ++at;
                break;
            case Op::split:
                if ((instruction.next & bits[at]) != 0 && run(at_code + 1, at)) return true;
                at_code = instruction.operand - 1;
                break;
            case Op::jump: at_code = instruction.operand - 1; break;
            case Op::gap: return gap(at_code, at);
            case Op::number: return number(at_code, at);
            case Op::clause_begin:
                if (at > 0 && view.sorts[at - 1] == Sort::letter) return false;
                break;
            case Op::clause_end:
                if (at < view.size() && view.sorts[at] == Sort::letter) return false;
                break;
            case Op::look:
                if (look(instruction, at_code, instruction.at_begin ? begin : at) == instruction.negative) return false;
                at_code = instruction.operand - 1;
                break;
            case Op::trie: return trie(instruction.operand, at_code + 1, at);
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
        const auto& letters = matcher.sets_[instruction.operand];
        return std::any_of(letters.begin(), letters.end(), [&](char32_t letter) { return meets(letter, view, at); });
    }

    bool gap(std::uint32_t at_code, std::size_t at)
    {
        const auto& instruction = matcher.code_[at_code];
        for (std::size_t taken = 0;; ++taken) {
            if ((instruction.next & bits[at + taken]) != 0 && run(at_code + 1, at + taken)) return true;
            if (taken == instruction.most || at + taken >= view.size()) return false;
            const auto sort = view.sorts[at + taken];
            if (sort == Sort::stop) return false;
            if (instruction.flag && (sort == Sort::comma || sort == Sort::newline)) return false;
        }
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
        Run inner{matcher, view, bits};
        if (!instruction.flag) return (instruction.next & bits[at]) != 0 && inner.run(at_code + 1, at);
        inner.has_must_end = true;
        inner.must_end = at;
        const auto most = std::min<std::size_t>(instruction.most, at);
        for (std::size_t back = instruction.least; back <= most; ++back)
            if ((instruction.next & bits[at - back]) != 0 && inner.run(at_code + 1, at - back)) return true;
        return false;
    }

    /// Longest literal first. Where there is one way on and no end to come back to, as nearly everywhere, nothing is kept.
    bool trie(std::uint32_t node, std::uint32_t next_code, std::size_t at)
    {
        for (;; ++at) {
            if (++steps > steps_max) return false;
            const auto here = matcher.node_at(node);
            const bool goes_on = at < view.size() && here.count > 0;
            const auto folded = goes_on ? child_of(here, view.folded[at]) : 0;
            const auto exact = goes_on && view.exact[at] != view.folded[at] ? child_of(here, view.exact[at]) : 0;
            if (here.ends || exact != 0) {
                if (folded != 0 && trie(folded, next_code, at + 1)) return true;
                if (exact != 0 && trie(exact, next_code, at + 1)) return true;
                return here.ends && run(next_code, at);
            }
            if (folded == 0) return false;
            node = folded;
        }
    }

    static std::uint32_t child_of(const TrieNode& node, char32_t letter)
    {
        if ((node.letters & bit_of(letter)) == 0) return 0;
        const auto* const last = node.children + node.count;
        const auto* const child = std::lower_bound(node.children, last, make_edge(letter, 0));
        return child != last && letter_of(*child) == letter ? static_cast<std::uint32_t>(*child) : 0;
    }
};

/// Where something begins, from the first letter to the last.
std::size_t Matcher::find_beginnings(std::size_t size, const ViewKeys& keys, std::vector<Beginning>& beginnings) const
{
    if (beginnings.size() < size + 1) beginnings.resize(size + 1);
    auto* const places = beginnings.data();
    const auto* const pairs = keys.pairs.data();
    const auto* const firsts = keys.firsts.data();
    const auto may_begin = pairs_.filter();
    std::size_t looks = 0;
    for (std::uint32_t at = 0; at < size; ++at) {  // without a branch to guess: most places are left, and nobody knows which
        const auto pair_may = may_begin(pairs[at]);
        auto& place = places[looks];
        place.at = at;
        place.key = pair_may != 0 ? pairs[at] : firsts[at];
        __builtin_prefetch(pairs_.first_slot(place.key));
        looks += pair_may | may_begin(firsts[at]);
    }
    std::size_t count = 0;
    for (std::size_t look = 0; look < looks; ++look) {
        const auto [at, key, none] = places[look];
        const auto* slot = pairs_.find(key);
        if (slot == nullptr && key != firsts[at]) slot = pairs_.find(firsts[at]);
        if (slot == nullptr) continue;
        places[count++] = {at, key, slot};
        __builtin_prefetch(pairs_.needs.data() + slot->needs_begin);
        __builtin_prefetch(pairs_.candidates.data() + slot->candidates_begin);
    }
    return count;
}

/// Which programs may be met and where, from the last place to the first. What an attempt will look at first is asked for, so that it has
/// come from memory when the attempt is made.
void Matcher::find_attempts(const View& view, const ViewKeys& keys) const
{
    auto& memory = walking();
    const auto steps = farther_than_any_pattern + static_cast<std::uint32_t>(view.size());
    if (memory.noted_at.size() < needs_) memory.noted_at.resize(needs_, 0);
    if (memory.now > std::numeric_limits<std::uint32_t>::max() - steps) {
        std::fill(memory.noted_at.begin(), memory.noted_at.end(), 0);
        memory.now = 0;
    }
    memory.idioms.clear();
    memory.attempts.clear();
    auto count = find_beginnings(view.size(), keys, memory.beginnings);
    auto* const noted_at = memory.noted_at.data();
    const auto walk_end = memory.now + steps;
    while (count-- > 0) {
        const auto at = memory.beginnings[count].at;
        const auto* const slot = memory.beginnings[count].slot;
        const auto now = walk_end - at;
        const auto near_enough = [&](const Need& need) { return now - noted_at[need.number] <= need.within; };
        const auto* need = pairs_.needs.data() + slot->needs_begin;
        for (const auto* const end = need + slot->needs; need != end; ++need) noted_at[*need] = now;
        noted_at[0] = now;
        const auto third = keys.bits[at + 2];
        const auto* candidate = pairs_.candidates.data() + slot->candidates_begin;
        for (const auto* const end = candidate + slot->candidates; candidate != end; ++candidate) {
            if ((candidate->third & third) == 0 || !near_enough(candidate->need)) continue;
            const auto& program = programs_[candidate->program];
            if (!near_enough(program.needs[1]) || !near_enough(program.needs[2])) continue;
            if (program.border && (at == 0 || view.exact[at - 1] != ' ')) continue;
            __builtin_prefetch(code_.data() + program.start);
            __builtin_prefetch(trie_.data() + program.trie);
            (program.idiom ? memory.idioms : memory.attempts).push_back({program.border ? at - 1 : at, candidate->program});
        }
    }
    memory.now = walk_end;
}

/// Appends what of `attempts` is met, from the last place to the first.
void Matcher::meet(const std::vector<Attempt>& attempts, const View& view, const ViewKeys& keys, std::vector<Meeting>& meetings) const
{
    for (const auto& [from, number] : attempts) {
        const auto& program = programs_[number];
        Run attempt{*this, view, keys.bits.data(), from + (program.border ? 1u : 0u)};
        if (attempt.run(program.start, from)) meetings.push_back({program.owner, from, static_cast<std::uint32_t>(attempt.end)});
    }
}

void Matcher::match(View& view, const ViewKeys& keys, std::vector<Meeting>& meetings) const
{
    if (programs_.empty()) return;
    find_attempts(view, keys);
    const auto earlier = meetings.size();
    meet(walking().idioms, view, keys, meetings);
    // All of them first: an idiom may begin within another. The keys stay as they were: they only tell what need not be tried.
    for (auto idiom = earlier; idiom < meetings.size(); ++idiom)
        for (auto at = meetings[idiom].from; at < meetings[idiom].to; ++at)
            if (view.sorts[at] == Sort::letter) view.exact[at] = view.folded[at] = taken_out;
    meetings.resize(earlier);
    meet(walking().attempts, view, keys, meetings);
    std::reverse(meetings.begin() + static_cast<std::ptrdiff_t>(earlier), meetings.end());
}

}  // namespace tsunagi::bot
