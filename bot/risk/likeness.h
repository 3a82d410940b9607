#pragma once
#include "bot/base/result.h"
#include "bot/risk/category.h"
#include "bot/risk/likeness_letters.h"
#include "bot/risk/rule_source.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace tsunagi::bot {

// How much a text is like the messages that were labelled as danger: a sum of weights of its pieces of one to four
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

    bool empty() const { return slots_.empty(); }

    /// The score of the pieces alone; rules that were met add theirs (`of_rule`). `now` is left 0: few texts are asked for it.
    Likeness weigh(LikenessLetters& text) const;

    /// Of a text that was weighed: how much the letters from `begin` up to, but not with, `end` tell of this minute.
    double now_of(const LikenessLetters& text, std::size_t begin, std::size_t end) const;

    /// What a rule that was met adds, once a text.
    Likeness of_rule(std::string_view rule_id) const;

    /// Of a text that was weighed: the score of the letters from `begin` up to, but not with, `end`, as if they were all. `now` is left 0.
    Likeness weigh_stretch(const LikenessLetters& text, std::size_t begin, std::size_t end) const;

    /// Of a text that was weighed: the letters between `begin` and `end` that speak most for danger, as positions in
    /// `text.letters`; and what the text is about.
    std::pair<std::size_t, std::size_t> loudest(const LikenessLetters& text, std::size_t begin, std::size_t end) const;
    RiskCategory category(const LikenessLetters& text) const;

private:
    /// Four bytes, so that the table stays near the processor. A mark is not the piece: one look in 30,000 takes a stranger's
    /// weight, one of the hundreds that a text is the sum of.
    struct Slot {
        std::uint16_t mark = 0;  // of the piece's key; 0 is an empty slot
        std::int8_t danger = 0;  // tenths
        std::int8_t high = 0;
    };
    /// What only danger is asked for.
    struct SeldomAsked {
        std::uint16_t about = 0;  // where in `about_`; 0 tells nothing, as most pieces do
        std::int8_t now = 0;      // tenths
    };
    /// A power of two, so that the processor adds all of them at once.
    using CategoryWeights = std::array<std::int8_t, 16>;
    static_assert(risk_category_names.size() <= std::tuple_size_v<CategoryWeights>);

    std::size_t size_of_parts(const LikenessSource& source);
    /// Of a piece of so many letters, or the empty slot where it would be. Where a look begins: `first_place`.
    std::size_t place_of(std::uint64_t key, std::size_t length) const;
    std::size_t first_place(std::uint64_t key, std::size_t length) const { return parts_[length - 1].begin + (key & parts_[length - 1].mask); }
    void insert(const std::u32string& piece, int danger, int high, int now, const CategoryWeights& about);

    /// Of the pieces of one length, the longest together with the words. The short ones, which most looks are for, lie close
    /// together, so that they stay near the processor.
    struct Part {
        std::size_t begin = 0;
        std::size_t mask = 0;  // its size, a power of two, less one
    };
    std::array<Part, likeness_piece_max> parts_;
    std::vector<Slot> slots_;                // open addressing within each part
    std::vector<SeldomAsked> seldom_asked_;  // of each slot
    std::vector<CategoryWeights> about_;
    std::vector<std::pair<std::string, Likeness>> rules_;  // sorted by name
    Likeness base_;
    CategoryWeights about_base_{};
};

}  // namespace tsunagi::bot
