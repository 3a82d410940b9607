#include "bot/risk/net_hearing.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

constexpr std::size_t letters_to_hear = 8;         // with both ends: of fewer than six letters the net knows too little; rules do not
constexpr std::size_t passage_letters_to_hear = 6;  // 「家にいて、」 alone tells nothing
constexpr std::size_t passage_clauses_max = 4;      // more hold more of what is said around it, and are hardly surer (tests/bench/risk/README.md)
// Of the whole's score, beside a passage's: what it stands in says something, but may not outvote it. A single clause is too short to be sure by.
constexpr double whole_beside_a_passage = 0.5;
constexpr double whole_beside_a_clause = 0.8;
constexpr std::size_t letters_of_a_story = 80;     // shorter texts are told apart as well by the whole (tests/bench/risk/README.md, Stories)
// 夫に叩かれます: danger, but of so few letters the net knows hardly more than that R3 is common among what is danger. With this margin
// one R3 in 810 short and long ones of exams 6 to 8 became R2, and 11 R2 were no longer called R3.
constexpr std::size_t letters_to_tell_how_near = 24;
constexpr double brief_margin = 0.8;    // of a likeness score
constexpr double softened_margin = 3;   // of a likeness score. A danger word that a negation or a past softened is most of what the net hears: it must hear clearly more

void add(Likeness& sum, const Likeness& more)
{
    sum.danger += more.danger;
    sum.high += more.high;
    sum.now += more.now;
}

/// Rules that were met, each with the clause it was met in.
using Met = std::vector<std::pair<const std::string*, std::size_t>>;

/// Whether the rule of `hit` was not met in this clause before; notes it.
bool is_first(Met& met, const Hit& hit, std::size_t clause)
{
    const Met::value_type entry{hit.id, clause};
    if (std::find(met.begin(), met.end(), entry) != met.end()) return false;
    met.push_back(entry);
    return true;
}

}  // namespace

NetHearing::NetHearing(const RiskRules::Net& net, const View& view, LikenessLetters& letters, const Likeness& pieces, const std::vector<Hit>& hits)
    : net_(net), view_(view), letters_(letters), hits_(hits), whole_(pieces)
{
    Met met;
    for (const auto& hit : hits_)
        if (is_first(met, hit, 0)) add(whole_, hit.adds);
    if (!hears() || letters_.clause_ends.size() < 2) return;
    find_clauses();
    weigh_passages();
}

bool NetHearing::hears() const { return letters_.letters.size() >= letters_to_hear; }

/// Each rule adds once a clause: a word said twice says no more.
void NetHearing::find_clauses()
{
    clauses_.reserve(letters_.clause_ends.size());
    std::size_t begin = 0;
    for (const auto end : letters_.clause_ends) {
        clauses_.push_back({begin, end, LikenessTable::sum(letters_, begin, end), view_.from[letters_.places[end - 1]]});
        begin = end;
    }
    Met met;
    for (const auto& hit : hits_) {
        const auto at = clause_of(hit);
        clauses_[at].softened |= hit.softened;
        if (is_first(met, hit, at)) add(clauses_[at].adds, hit.adds);
    }
}

void NetHearing::weigh_passages()
{
    passages_.reserve(clauses_.size() * passage_clauses_max);
    for (std::size_t first = 0; first < clauses_.size(); ++first) {
        const auto begin = clauses_[first].begin;
        WeightSum sum;
        Likeness adds;
        bool softened = false;
        for (auto last = first; last < std::min(first + passage_clauses_max, clauses_.size()); ++last) {
            const auto& clause = clauses_[last];
            sum += clause.sum;
            add(adds, clause.adds);
            softened |= clause.softened;
            auto likeness = net_.table.score(sum, clause.end - begin);
            add(likeness, adds);
            passages_.push_back({{likeness, begin, clause.end}, first == last, softened});
            for (auto at = first; at <= last; ++at) clauses_[at].around = std::max(clauses_[at].around, likeness.danger);
        }
    }
}

/// The first that does not end before the hit begins.
std::size_t NetHearing::clause_of(const Hit& hit) const
{
    const auto clause = std::lower_bound(clauses_.begin(), clauses_.end() - 1, hit.from, [](const Clause& each, std::uint32_t from) { return each.last_from < from; });
    return static_cast<std::size_t>(clause - clauses_.begin());
}

bool NetHearing::is_everyday(const Hit& hit) const
{
    return hears() && whole_.danger < (hit.level >= high_level ? 2 * net_.ordinary_below : net_.ordinary_below);
}

bool NetHearing::is_everyday_around(const Hit& hit) const
{
    return clauses_.empty() || clauses_[clause_of(hit)].around < net_.ordinary_passage_below;
}

/// The whole text when it is like danger; else the passage that is most like it, when it is so among others about everyday life: a passage
/// alone is too short to be sure by, so some of the whole counts with it. In a story many small signs add up, in harmless ones, too: as
/// a whole it must be more like danger.
std::optional<LikenessOfStretch> NetHearing::most_dangerous() const
{
    const LikenessOfStretch whole{whole_, 0, letters_.letters.size()};
    const bool is_story = !clauses_.empty() && letters_said(letters_, 0, whole.end) >= letters_of_a_story;
    const bool softened = std::any_of(hits_.begin(), hits_.end(), [](const Hit& hit) { return hit.softened; });
    const double lower = is_from_elsewhere(letters_) ? net_.elsewhere_lower : 0;  // not for passages: there it costs more than it finds
    const auto threshold = [](double from, bool is_softened) { return from + (is_softened ? softened_margin : 0); };
    if (whole_.danger >= threshold((is_story ? net_.story_from : net_.danger_from) - lower, softened)) return whole;
    const Passage* worst = nullptr;
    for (const auto& passage : passages_) {
        const auto& [likeness, begin, end] = passage.heard;
        const auto share = passage.is_clause ? whole_beside_a_clause : whole_beside_a_passage;
        if (likeness.danger + share * whole_.danger < threshold(net_.passage_from, passage.softened)) continue;
        if (letters_said(letters_, begin, end) < passage_letters_to_hear) continue;
        if (worst == nullptr || likeness.danger > worst->heard.likeness.danger) worst = &passage;
    }
    return worst == nullptr ? std::nullopt : std::optional(worst->heard);
}

std::optional<Hit> NetHearing::danger() const
{
    if (!hears()) return std::nullopt;
    const auto heard = most_dangerous();
    if (!heard) return std::nullopt;
    const auto told = net_.table.tell(letters_, heard->begin, heard->end);
    const bool brief = letters_said(letters_, heard->begin, heard->end) < letters_to_tell_how_near;
    const bool high = heard->likeness.high >= net_.high_from + (brief ? brief_margin : 0) ||
                      std::any_of(hits_.begin(), hits_.end(), [](const Hit& hit) { return hit.level >= high_level; });
    const bool now = high && heard->likeness.now + told.now >= net_.now_from;
    const auto [first, last] = net_.table.loudest(letters_, heard->begin, heard->end);
    Hit hit;
    hit.from = view_.from[letters_.places[first]];
    hit.to = view_.to[letters_.places[last - 1]];
    hit.level = now ? 4 : high ? high_level : 2;
    hit.id = now ? &net_.now_id : high ? &net_.high_id : &net_.danger_id;
    hit.categories = &net_.categories[static_cast<std::size_t>(told.category)];
    return hit;
}

}  // namespace tsunagi::bot
