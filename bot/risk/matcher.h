#pragma once
#include "bot/risk/pair_table.h"
#include "bot/risk/pattern.h"
#include "bot/risk/view.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tsunagi::bot {

/// Where a pattern was met: positions in the view, `to` behind the last letter.
struct Meeting {
    std::uint32_t owner = 0;  ///< what `add` was told
    std::uint32_t from = 0;
    std::uint32_t to = 0;
};

/// Many patterns, matched in one walk over a view.
///
/// One walk from the last letter to the first. It remembers of each necessary part of a pattern where it begins next, and
/// tries at each pair of letters the patterns that begin with it and whose necessary parts begin near enough; those are
/// matched by bounded backtracking. Finite parts of a pattern are tries. Immutable after `seal`; then any thread may match.
class Matcher {
public:
    /// Adds a pattern; a reason when it cannot be found quickly (it begins with anything, or with too much).
    std::optional<PatternMistake> add(const PatternNode& pattern, bool latin, std::uint32_t owner);

    /// Ends the adding.
    void seal();

    /// Appends every meeting in `view`: for each pattern and each beginning the longest, in order of beginning.
    void match(const View& view, std::vector<Meeting>& meetings) const;

private:
    enum class Op : std::uint8_t { letter, letters_of, split, jump, gap, number, clause_begin, clause_end, look, trie, met };
    struct Instruction {
        Op op = Op::met;
        bool negative = false;
        bool flag = false;         // gap: clause only; look: behind
        char32_t letter = 0;
        std::uint32_t target = 0;  // split, jump, look: where to; letters_of: which set; trie: root
        std::uint16_t least = 0;
        std::uint16_t most = 0;    // gap; look behind: how far
    };
    /// One bit of 64 for a letter: most letters that a node does not know are turned away by it.
    static std::uint64_t bit_of(char32_t letter) { return std::uint64_t{1} << ((letter * 0x9E3779B1u) >> 26); }

    struct TrieNode {
        bool ends = false;
        std::uint64_t letters = 0;  // of the children, a bit each (`bit_of`)
        std::vector<std::pair<char32_t, std::uint32_t>> children;  // sorted by letter
    };
    struct Need {
        std::uint32_t number = 0;   // of a part that must begin behind the pattern's first letter; 0 is always there
        std::uint32_t within = 0;   // letters from that one
    };
    using Needs = std::array<Need, 3>;
    struct Program {
        std::uint32_t start = 0;
        std::uint32_t owner = 0;
        Needs needs;
    };
    using Heads = std::vector<std::u32string>;

    struct Run;

    void emit(const PatternNode& node);
    void emit_bare(const PatternNode& node);
    void emit_choice(const PatternNode& node);
    void emit_look(const PatternNode& node);
    std::uint32_t make_trie(const std::vector<std::u32string>& literals);
    bool heads(const PatternNode& node, Heads& open, Heads& done) const;
    Needs note_needs(const PatternNode& pattern, std::size_t before);
    void add_program(const PatternNode& pattern, bool latin, std::uint32_t owner, Heads heads);

    std::vector<Instruction> code_;
    std::vector<std::u32string> sets_;
    std::vector<TrieNode> trie_;
    std::vector<Program> programs_;
    std::uint32_t needs_ = 1;
    std::map<Heads, std::uint32_t> need_numbers_;  // until sealed
    PairTable pairs_;
};

}  // namespace tsunagi::bot
