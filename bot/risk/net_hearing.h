#pragma once
#include "bot/risk/hit.h"
#include "bot/risk/likeness.h"
#include "bot/risk/rules.h"
#include "bot/risk/view.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace tsunagi::bot {

/// What the net (likeness.h) hears in one text, as a whole and passage by passage, with what the rules that were met add.
///
/// People tell two things in one message: 「昨日から子どもに食べさせるものがなくて、手当はいつ入りますか」. The whole reads like everyday life, so each
/// clause, and each few that follow one another, are weighed by themselves, too (tests/bench/risk/README.md, Two things in one message).
class NetHearing {
public:
    /// `letters` were weighed as `pieces`, and are of `view`. All of it, and `hits`, must live as long as this. Nothing is heard in a text of
    /// fewer letters than the net can tell by.
    NetHearing(const RiskRules::Net& net, const View& view, LikenessLetters& letters, const Likeness& pieces, const std::vector<Hit>& hits);

    /// Of the whole text.
    const Likeness& likeness() const { return whole_; }

    /// Whether the text reads like everyday life as a whole. What is high needs a surer sign.
    bool is_everyday(const Hit& hit) const;

    /// Whether every passage that holds the clause of `hit` does, too.
    bool is_everyday_around(const Hit& hit) const;

    /// What the net says itself, when it hears danger. To be asked once.
    std::optional<Hit> danger() const;

private:
    struct Clause {
        std::size_t begin = 0;        ///< its letters, up to, but not with, `end`
        std::size_t end = 0;
        WeightSum sum;
        std::uint32_t last_from = 0;  ///< where its last letter begins in the original
        Likeness adds;                ///< of the rules that were met in it
        bool softened = false;        ///< a word of danger in it is denied or past
        double around = -std::numeric_limits<double>::infinity();  ///< the danger of the passage with it that is most dangerous
    };
    /// Some clauses that follow one another.
    struct Passage {
        LikenessOfStretch heard;
        bool is_clause = false;  ///< one alone
        bool softened = false;
    };

    bool hears() const;
    void find_clauses();
    void weigh_passages();
    std::size_t clause_of(const Hit& hit) const;
    std::optional<LikenessOfStretch> most_dangerous() const;

    const RiskRules::Net& net_;
    const View& view_;
    LikenessLetters& letters_;
    const std::vector<Hit>& hits_;
    Likeness whole_;
    std::vector<Clause> clauses_;  ///< empty when the text is but one
    std::vector<Passage> passages_;
};

}  // namespace tsunagi::bot
