#include "bot/risk/detector.h"

#include "bot/base/text.h"
#include "bot/risk/hit.h"
#include "bot/risk/net_hearing.h"
#include "bot/risk/rules.h"
#include "bot/risk/view.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tsunagi::bot {
namespace {

constexpr int category_counts_from = 2;    // below, a category is a topic and no part of a combination
constexpr std::size_t context_texts_max = 4;
constexpr std::size_t hits_of_a_rule_max = 32;  // a word said a hundred times means what it meant; each hit is compared with all others

struct ModifierHit {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint32_t sentence = 0;
    const RiskRules::Modifier* modifier = nullptr;
};

/// The memory of one reading, kept by the thread for the next.
struct Workspace {
    Views views;
    ViewKeys keys;
    std::vector<Meeting> meetings;
    std::vector<std::uint32_t> stops;  ///< where sentences end, in the original
    std::vector<Hit> hits;
    std::vector<ModifierHit> modifiers;
    LikenessLetters letters;
    LikenessLetters kana_letters;
};

class Reading {
public:
    /// `net_speaks`: not over a conversation, where what was said before would speak again with each message.
    Reading(const RiskRules& rules, std::string_view utf8, Workspace& work, bool net_speaks = true) : rules_(rules), work_(work), net_speaks_(net_speaks)
    {
        make_views(utf8, work_.views);
        if (!rules_.net.table.empty()) weigh_letters();  // before idioms are taken out
        work_.hits.clear();
        work_.modifiers.clear();
        find_stops();
        read(work_.views.text, rules_.japanese);
        if (work_.views.joined.size() > 0) read(work_.views.joined, rules_.japanese);
        if (work_.views.kana.size() > 0) read(work_.views.kana, rules_.japanese);
        if (work_.views.latin.size() > 0) read(work_.views.latin, rules_.latin);
        for (auto& hit : work_.hits) soften(hit);
        combine();
        weigh();
    }

    const Likeness& likeness() const { return likeness_; }

    /// What counts from code point `begin` of the text on; spans are told from there.
    RiskFinding finding(std::uint32_t begin) const
    {
        RiskFinding finding;
        std::bitset<risk_category_names.size()> categories;
        for (const auto& hit : work_.hits) {
            if (hit.level == 0) continue;
            if (hit.parts.empty() ? hit.to <= begin : std::none_of(hit.parts.begin(), hit.parts.end(), [&](const auto& part) { return part.second > begin; })) continue;
            finding.level = std::max(finding.level, hit.level);
            for (const auto category : *hit.categories) categories.set(static_cast<std::size_t>(category));
            if (hit.parts.empty()) add_span(finding, hit.from, hit.to, begin, *hit.id);
            for (const auto& [from, to] : hit.parts) add_span(finding, from, to, begin, *hit.id);
        }
        for (std::size_t at = 0; at < categories.size(); ++at)
            if (categories.test(at)) finding.categories.push_back(static_cast<RiskCategory>(at));
        const auto order = [](const RiskSpan& a, const RiskSpan& b) { return std::tie(a.from, a.to, a.rule) < std::tie(b.from, b.to, b.rule); };
        std::sort(finding.spans.begin(), finding.spans.end(), order);
        finding.spans.erase(std::unique(finding.spans.begin(), finding.spans.end()), finding.spans.end());
        return finding;
    }

    std::vector<std::string> met() const
    {
        std::vector<std::string> ids;
        for (const auto& hit : work_.hits) ids.push_back(*hit.id);
        std::sort(ids.begin(), ids.end());
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        return ids;
    }

private:
    static void add_span(RiskFinding& finding, std::uint32_t from, std::uint32_t to, std::uint32_t begin, const std::string& id)
    {
        if (to > begin) finding.spans.push_back({std::max(from, begin) - begin, to - begin, id});
    }

    /// What is Japanese in Latin letters is weighed in kana, too; the reading that is more like danger counts.
    void weigh_letters()
    {
        const auto& table = rules_.net.table;
        make_likeness_letters(work_.views.text, work_.letters);
        likeness_ = table.weigh(work_.letters);
        if (work_.views.kana.size() == 0) return;
        make_likeness_letters(work_.views.kana, work_.kana_letters);
        const auto in_kana = table.weigh(work_.kana_letters);
        if (in_kana.danger <= likeness_.danger) return;
        likeness_ = in_kana;
        weighed_ = &work_.views.kana;
        std::swap(work_.letters, work_.kana_letters);
    }

    void find_stops()
    {
        work_.stops.clear();
        const auto& text = work_.views.text;
        for (std::size_t at = 0; at < text.size(); ++at)
            if (text.sorts[at] == Sort::stop) work_.stops.push_back(text.from[at]);
    }

    std::uint32_t sentence_of(std::uint32_t original) const
    {
        return static_cast<std::uint32_t>(std::lower_bound(work_.stops.begin(), work_.stops.end(), original) - work_.stops.begin());
    }

    void read(View& view, const Matcher& matcher)
    {
        work_.keys.make(view);
        work_.meetings.clear();
        matcher.match(view, work_.keys, work_.meetings);
        for (const auto& meeting : work_.meetings) note(view, meeting);
    }

    void note(const View& view, const Meeting& meeting)
    {
        auto first = meeting.from;
        auto last = meeting.to;
        while (first + 1 < last && view.exact[first] == ' ') ++first;  // the borders of Latin words
        while (last > first + 1 && view.exact[last - 1] == ' ') --last;
        const auto from = view.from[first];
        const auto to = view.to[last - 1];
        const auto& entry = rules_.entries[meeting.owner];
        if (entry.kind == RiskRules::EntryKind::modifier) {
            work_.modifiers.push_back({from, to, sentence_of(from), &rules_.modifiers[entry.index]});
            return;
        }
        const auto& rule = rules_.rules[entry.index];
        std::size_t times = 0;
        for (const auto& hit : work_.hits) {
            if (hit.id != &rule.id) continue;
            if ((hit.from == from && hit.to == to) || ++times == hits_of_a_rule_max) return;
        }
        work_.hits.push_back({from, to, sentence_of(from), sentence_of(to), rule.level, rule.tags, &rule.id, &rule.categories, {}, rule.firm, false, rule.adds});
    }

    static bool stands_right(const ModifierHit& modifier, const Hit& hit)
    {
        const auto within = static_cast<std::uint32_t>(modifier.modifier->within);
        switch (modifier.modifier->place) {
        case ModifierPlace::message: return true;
        case ModifierPlace::sentence: return modifier.sentence == hit.sentence;
        // A modifier may begin with the end of the word it changes (死にたく + ない).
        case ModifierPlace::after: return modifier.sentence == hit.sentence && modifier.from > hit.from && modifier.to > hit.to && modifier.from <= hit.to + within;
        case ModifierPlace::before: return modifier.sentence == hit.sentence && modifier.from < hit.from && modifier.to <= hit.from && hit.from - modifier.to <= within;
        }
        return false;
    }

    /// Most stand elsewhere, and that is told quicker.
    static bool changes(const ModifierHit& modifier, const Hit& hit) { return stands_right(modifier, hit) && (modifier.modifier->applies & hit.tags).any(); }

    void soften(Hit& hit)
    {
        if (hit.firm) return;
        for (const auto& modifier : work_.modifiers)
            if (!modifier.modifier->if_everyday && changes(modifier, hit)) {
                hit.softened = true;
                hit.level = std::min(hit.level, modifier.modifier->cap);
            }
    }

    /// A doubtful rule, or one beside which stands what proves nothing by itself (「今は元気」, "I wanted to die"), where the net hears everyday
    /// life. The net alone lowers no plain word: "about the allowance; and I want to die" reads like everyday life, too. What was said before
    /// the word is of something else: 「娘の熱は今は平気です。私は消えたい」. Combinations were made before and stay, and the hit is not `softened`,
    /// so that the net need not hear more than usual to raise it again.
    void lower_what_is_everyday(Hit& hit, const NetHearing& hearing) const
    {
        if (hit.firm || !hearing.is_everyday(hit) || !hearing.is_everyday_around(hit)) return;
        if ((hit.tags & rules_.net.ordinary_applies).any()) hit.level = std::min(hit.level, 1);
        for (const auto& modifier : work_.modifiers)
            if (modifier.modifier->if_everyday && modifier.sentence >= hit.sentence && changes(modifier, hit)) hit.level = std::min(hit.level, modifier.modifier->cap);
    }

    /// A hit as combinations see it: nothing when a modifier softened it; its category is a sign only from R2 on.
    Tags tags_of(const Hit& hit) const
    {
        if (hit.softened) return {};
        return hit.level >= category_counts_from ? hit.tags : hit.tags & ~rules_.categories;
    }

    void combine()
    {
        Tags present;
        for (const auto& hit : work_.hits) present |= tags_of(hit);
        for (const auto& combination : rules_.combinations) {
            if (std::all_of(combination.all.begin(), combination.all.end(), [&](const Tags& any) { return (any & present).any(); })) combine(combination, present);
        }
    }

    void combine(const RiskRules::Combination& combination, Tags& present)
    {
        const auto count = work_.hits.size();
        for (std::size_t first = 0; first < count; ++first) {
            const auto& anchor = work_.hits[first];
            if ((tags_of(anchor) & combination.all.front()).none()) continue;
            Hit made{anchor.from, anchor.to, anchor.sentence, anchor.last_sentence, combination.level, combination.tags, &combination.id, &combination.categories, {{anchor.from, anchor.to}}, false, false, combination.adds};
            bool complete = true;
            for (std::size_t choice = 1; choice < combination.all.size() && complete; ++choice) {
                complete = false;
                for (std::size_t other = 0; other < count && !complete; ++other) {
                    const auto& hit = work_.hits[other];
                    if (other == first || (tags_of(hit) & combination.all[choice]).none()) continue;
                    if (combination.one_sentence && hit.sentence != anchor.sentence) continue;
                    made.parts.emplace_back(hit.from, hit.to);
                    complete = true;
                }
            }
            if (!complete) continue;
            present |= combination.tags;
            work_.hits.push_back(std::move(made));
            return;  // once a message is enough
        }
    }

    /// The net below the rules: lifts what is like danger and what no rule met, caps the doubtful rules on what reads
    /// like an everyday question.
    void weigh()
    {
        if (rules_.net.table.empty()) return;
        const NetHearing hearing(rules_.net, *weighed_, work_.letters, likeness_, work_.hits);
        likeness_ = hearing.likeness();
        for (auto& hit : work_.hits) lower_what_is_everyday(hit, hearing);
        if (!net_speaks_) return;
        if (auto hit = hearing.danger()) work_.hits.push_back(std::move(*hit));
    }

    const RiskRules& rules_;
    Workspace& work_;
    bool net_speaks_;
    const View* weighed_ = &work_.views.text;  // which view `work_.letters` are of
    Likeness likeness_;
};

Workspace& workspace()
{
    thread_local Workspace work;
    return work;
}

std::uint32_t code_points(std::string_view utf8)
{
    std::uint32_t count = 0;
    for (std::size_t at = 0; at < utf8.size(); ++count) next_code_point(utf8, at);
    return count;
}

void merge(RiskFinding& finding, RiskFinding more)
{
    finding.level = std::max(finding.level, more.level);
    for (const auto category : more.categories)
        if (std::find(finding.categories.begin(), finding.categories.end(), category) == finding.categories.end()) finding.categories.push_back(category);
    std::sort(finding.categories.begin(), finding.categories.end());
    for (auto& span : more.spans)
        if (std::find(finding.spans.begin(), finding.spans.end(), span) == finding.spans.end()) finding.spans.push_back(std::move(span));
    std::sort(finding.spans.begin(), finding.spans.end(), [](const auto& a, const auto& b) { return std::tie(a.from, a.to, a.rule) < std::tie(b.from, b.to, b.rule); });
}

}  // namespace

RiskFinding detect(const RiskRules& rules, std::string_view utf8)
{
    return Reading(rules, utf8, workspace()).finding(0);
}

std::vector<std::string> rules_met(const RiskRules& rules, std::string_view utf8)
{
    return Reading(rules, utf8, workspace()).met();
}

RiskScore likeness_of(const RiskRules& rules, std::string_view utf8)
{
    const auto likeness = Reading(rules, utf8, workspace()).likeness();
    return {likeness.danger, likeness.high};
}

RiskFinding detect_in_context(const RiskRules& rules, const std::vector<std::string>& previous_texts, std::string_view text)
{
    auto finding = detect(rules, text);
    const auto known = std::min(previous_texts.size(), context_texts_max);
    if (known == 0) return finding;

    std::string before;
    for (auto at = previous_texts.end() - static_cast<std::ptrdiff_t>(known); at != previous_texts.end(); ++at) before += to_valid_utf8(*at) + "\n";
    merge(finding, Reading(rules, before + std::string(text), workspace(), false).finding(code_points(before)));
    // Cut in the middle of a word: 死に / たい.
    const auto last = to_valid_utf8(previous_texts.back());
    merge(finding, Reading(rules, last + std::string(text), workspace(), false).finding(code_points(last)));
    return finding;
}

}  // namespace tsunagi::bot
