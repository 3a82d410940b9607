#pragma once
#include "bot/base/result.h"
#include "bot/risk/category.h"
#include "bot/risk/likeness_letters.h"
#include "bot/risk/piece_trie.h"
#include "bot/risk/rule_source.h"
#include "bot/risk/word_table.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace tsunagi::bot {

// How much a text is like the messages that were labelled as danger: a sum of weights of its pieces of one to five
// letters, learnt offline by tests/bench/risk/learn_risk from the labelled messages. It is a net below the rules: it
// meets what nobody wrote a pattern for (「七十八になります。力尽きました。農薬は納屋に」).

/// How many letters a text is weighed by: its score is the sum of weights, divided by the square root of this.
double likeness_divisor(std::size_t letters);

/// The scores of a text; 0 is undecided, above is more likely so than not.
struct Likeness {
    double danger = 0;  ///< R2 or more
    double high = 0;    ///< R3 or more
    double now = 0;     ///< R4, if it is danger at all
};

/// The scores of a stretch of letters: from `begin` up to, but not with, `end`.
struct LikenessOfStretch {
    Likeness likeness;
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// The weights, immutable once made.
class LikenessTable {
public:
    LikenessTable() = default;
    /// A mistake for each line that is no weight.
    static Result<LikenessTable, std::vector<RiskMistake>> make(const LikenessSource& source);

    bool empty() const { return seldom_asked_.empty(); }

    /// The score of the pieces alone; rules that were met add theirs (`of_rule`). `now` is left 0: few texts are asked for it.
    Likeness weigh(LikenessLetters& text) const;

    /// What is asked only of danger.
    struct Told {
        double now = 0;  ///< how much it tells of this minute
        RiskCategory category{};
    };
    /// Of a text that was weighed, once: what its letters from `begin` up to, but not with, `end` tell of this minute, and what all of it is about.
    Told tell(LikenessLetters& text, std::size_t begin, std::size_t end) const;

    /// What a rule that was met adds, once a text.
    Likeness of_rule(std::string_view rule_id) const;

    /// Of a text that was weighed: what begins at the letters from `begin` up to, but not with, `end`. Of stretches that follow one another it adds up.
    static WeightSum sum(const LikenessLetters& text, std::size_t begin, std::size_t end);
    /// The score of a stretch of so many letters, as if it were all. `now` is left 0.
    Likeness score(WeightSum sum, std::size_t letters) const;

    /// Of a text that was weighed: the letters between `begin` and `end` that speak most for danger, as positions in `text.letters`.
    std::pair<std::size_t, std::size_t> loudest(const LikenessLetters& text, std::size_t begin, std::size_t end) const;

private:
    /// What only danger is asked for.
    struct SeldomAsked {
        std::uint16_t about = 0;  // where in `about_`; 0 tells nothing, as most pieces do
        std::int8_t now = 0;      // tenths
    };
    /// A power of two, so that the processor adds all of them at once.
    using CategoryWeights = std::array<std::int8_t, 16>;
    static_assert(risk_category_names.size() <= std::tuple_size_v<CategoryWeights>);

    /// What was read, until it has its place.
    struct LearntPieces {
        struct Word {
            std::uint64_t key = 0;
            std::int8_t danger = 0;
            std::int8_t high = 0;
            SeldomAsked seldom_asked;
        };
        std::vector<PieceTrie::Piece> letters;
        std::vector<SeldomAsked> of_letters;  // of each of them
        std::vector<Word> words;

        void add(const std::u32string& piece, std::int8_t danger, std::int8_t high, SeldomAsked seldom_asked);
    };
    void keep(const LearntPieces& learnt);
    PieceTrie::Cell longest(const LikenessLetters& text, std::size_t at) const;
    void weigh_words(LikenessLetters& text) const;
    void find_pieces(LikenessLetters& text) const;

    PieceTrie pieces_;                       // weights in tenths
    WordTable words_;                        // likewise
    std::vector<SeldomAsked> seldom_asked_;  // of each place in both, the words' behind
    std::vector<CategoryWeights> about_;
    std::vector<std::pair<std::string, Likeness>> rules_;  // sorted by name
    Likeness base_;
};

}  // namespace tsunagi::bot
