#pragma once
#include "bot/risk/pair_table.h"
#include "bot/risk/pattern.h"
#include "bot/risk/view.h"
#include "bot/risk/view_keys.h"

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

    /// Adds a pattern whose letters mean nothing by themselves where it is met: no other is met in them. Mistakes as above.
    std::optional<PatternMistake> add_idiom(const PatternNode& pattern, bool latin);

    /// Ends the adding.
    void seal();

    /// Takes the letters of idioms out of `view`, whose keys are `keys`, then appends every meeting of the others: for each pattern and
    /// each beginning the longest, in order of beginning.
    void match(View& view, const ViewKeys& keys, std::vector<Meeting>& meetings) const;

    /// A program that may be met, and where.
    struct Attempt {
        std::uint32_t at = 0;
        std::uint16_t program = 0;
    };

    /// Where a pair of letters stands, or a letter, with which something begins; first, where it may, by what it is looked up.
    struct Beginning {
        std::uint32_t at = 0;
        std::uint64_t key = 0;
        const PairTable::Slot* slot = nullptr;
    };

private:
    enum class Op : std::uint8_t { letter, letters_of, split, jump, gap, number, clause_begin, clause_end, look, trie, met };
    /// Small: four of them are what the processor reads at once.
    struct Instruction {
        Op op = Op::met;
        bool negative : 1 = false;
        bool flag : 1 = false;      // gap: clause only; look: behind
        bool at_begin : 1 = false;  // look: from where the pattern began
        std::uint8_t least = 0;     // look behind: how near
        std::uint8_t most = 0;      // gap; look behind: how far
        std::uint32_t operand = 0;  // letter: which; split, jump, look: where to; letters_of: which set; trie: root
        LetterBits next = 0;        // split, gap: what may follow at once; look: what it may begin with
    };

    /// Of one letter and where in `trie_` it leads: as numbers they are sorted by letter.
    using TrieEdge = std::uint64_t;
    static TrieEdge make_edge(char32_t letter, std::uint32_t child) { return static_cast<TrieEdge>(letter) << 32 | child; }
    static char32_t letter_of(TrieEdge edge) { return static_cast<char32_t>(edge >> 32); }
    using TrieShape = std::pair<bool, std::vector<TrieEdge>>;  // whether it ends, and its children
    /// A node as it lies in `trie_`: the bits of its children's letters, how many they are, and then they. In one place, because
    /// what a step of a trie costs is the wait for memory.
    struct TrieNode {
        LetterBits letters = 0;
        std::uint64_t count = 0;
        bool ends = false;
        const TrieEdge* children = nullptr;
    };
    static constexpr std::size_t cells_before_children = 2;
    TrieNode node_at(std::uint32_t at) const
    {
        const auto* const cell = trie_.data() + at;
        return {cell[0], cell[1] >> 1, (cell[1] & 1) != 0, cell + cells_before_children};
    }
    using Literals = std::vector<std::u32string>;
    using Need = PairTable::Need;
    using Needs = std::array<Need, 3>;
    struct Program {
        std::uint32_t start = 0;
        std::uint32_t owner = 0;
        std::uint32_t trie = 0;    // that it begins with; 0 for none
        bool border = false;       // begins one letter before the pair that tells it
        bool idiom = false;
        Needs needs;
    };
    /// What a pattern can begin with: at most two letters, and what may stand behind them.
    using Heads = std::map<std::u32string, LetterBits>;
    using Pairs = std::vector<std::u32string>;
    struct Part {
        Pairs pairs;               // what it begins with
        std::uint16_t within = 0;  // letters from the pattern's first
    };

    struct Run;

    std::size_t find_beginnings(std::size_t size, const ViewKeys& keys, std::vector<Beginning>& beginnings) const;
    void find_attempts(const View& view, const ViewKeys& keys) const;
    void meet(const std::vector<Attempt>& attempts, const View& view, const ViewKeys& keys, std::vector<Meeting>& meetings) const;
    void emit(const PatternNode& node);
    void note_what_follows();
    void emit_bare(const PatternNode& node);
    void emit_choice(const PatternNode& node);
    void emit_look(const PatternNode& node, bool at_begin);
    void emit_looks_last(const PatternNode& pattern, bool border);
    std::uint32_t make_trie(Literals::const_iterator first, Literals::const_iterator last, std::size_t depth);
    std::optional<PatternMistake> add(const PatternNode& pattern, const Program& like);
    std::optional<Heads> heads_of(const PatternNode& pattern, LetterBits behind) const;
    bool heads(const PatternNode& node, Pairs& open, Heads& done) const;
    std::vector<Part> necessary_parts(const PatternNode& pattern) const;
    void choose_needs();
    void add_program(const PatternNode& pattern, Program program, const Heads& heads);

    std::vector<Instruction> code_;
    std::vector<std::u32string> sets_;
    std::vector<std::uint64_t> trie_{0};  // nodes, see TrieNode; 0 is nobody's child: it stands for none
    std::vector<Program> programs_;
    std::size_t needs_ = 1;
    std::map<TrieShape, std::uint32_t> trie_numbers_;  // until sealed: tails that are alike are one
    std::vector<std::vector<Part>> parts_;             // of each program, until sealed
    std::vector<double> begins_;                       // how often each program begins at a letter, until sealed
    PairTable pairs_;
};

}  // namespace tsunagi::bot
