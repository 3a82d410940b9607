#pragma once
#include "bot/risk/pattern.h"
#include "bot/risk/view.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
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
/// A first walk notes which necessary parts of patterns begin anywhere in the text. A second one tries, at each pair of
/// letters, the patterns that begin with it and whose necessary parts were noted; those are matched by bounded
/// backtracking. Finite parts of a pattern are tries. Immutable after `seal`; then any thread may match.
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
    struct TrieNode {
        bool ends = false;
        std::vector<std::pair<char32_t, std::uint32_t>> children;  // sorted by letter
    };
    struct Program {
        std::uint32_t start = 0;
        std::uint32_t owner = 0;
        std::array<std::uint32_t, 2> needs{};  // parts that must occur; 0 is always there
    };
    using Heads = std::vector<std::u32string>;

    /// From a pair of letters to the numbers it stands for. Filled, then sealed into one open-addressed table.
    class PairTable {
    public:
        void add(const std::u32string& head, std::uint32_t number);
        void seal();
        /// The numbers of a pair, as a range of `numbers_`.
        std::pair<const std::uint32_t*, const std::uint32_t*> find(char32_t first, char32_t second) const;

    private:
        struct Slot {
            std::uint64_t key = 0;
            std::uint32_t begin = 0;
            std::uint32_t end = 0;
        };
        std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> filling_;
        std::vector<Slot> slots_;
        std::vector<std::uint32_t> numbers_;
        int shift_ = 63;
    };

    struct Run;

    void emit(const PatternNode& node);
    void emit_bare(const PatternNode& node);
    void emit_choice(const PatternNode& node);
    void emit_look(const PatternNode& node);
    std::uint32_t make_trie(const std::vector<std::u32string>& literals);
    bool heads(const PatternNode& node, Heads& open, Heads& done) const;
    std::array<std::uint32_t, 2> note_needs(const PatternNode& pattern);
    void try_heads(const std::pair<const std::uint32_t*, const std::uint32_t*>& programs, const View& view, std::uint32_t at, std::vector<Meeting>& meetings) const;

    std::vector<Instruction> code_;
    std::vector<std::u32string> sets_;
    std::vector<TrieNode> trie_;
    std::vector<Program> programs_;
    std::uint32_t needs_ = 1;
    PairTable need_heads_;
    PairTable program_heads_;
};

}  // namespace tsunagi::bot
