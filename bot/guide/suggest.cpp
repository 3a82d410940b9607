#include "bot/guide/suggest.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

// An event that just happened says more than a topic; a deadline in this month more than either alone.
constexpr double named_points = 6;   // her answer is the programme's own subject
constexpr double listed_points = 4;  // chosen by people who know the desk
constexpr double event_points = 3;
constexpr double topic_points = 2;
constexpr double season_points = 2;
constexpr double last_year_points = 3;  // she turns 18 soon: the years of most allowances end
constexpr double child_points = 1;
constexpr double stage_points = 1;
constexpr double audience_points = 1;
constexpr double apply_before_points = 0.5;

constexpr double point_share = 0.03;      // each point moves a searched hit by three in a hundred
constexpr std::size_t candidates = 12;    // hits that the situation may reorder

template <class T>
bool meet(const std::vector<T>& left, const std::vector<T>& right)
{
    return std::ranges::any_of(left, [&](const T& each) { return std::ranges::find(right, each) != right.end(); });
}

bool fits_a_child(const Programme& programme, const std::vector<int>& ages)
{
    return std::ranges::any_of(ages, [&](int age) { return age >= programme.child_age_from && age <= programme.child_age_to; });
}

bool is_for_other_children(const Programme& programme, const Situation& situation)
{
    return programme.child_age_from >= 0 && !situation.children_ages.empty() && !fits_a_child(programme, situation.children_ages);
}

bool is_for_other_people(const Programme& programme, const Situation& situation)
{
    if (meet(programme.not_for, situation.audience)) return true;
    return !programme.audience.empty() && !situation.audience.empty() && !meet(programme.audience, situation.audience);
}

double points(const Programme& programme, const Situation& situation)
{
    const auto& months = programme.months;
    const bool in_season = situation.month > 0 && std::ranges::find(months, situation.month) != months.end();
    const bool ends_soon = meet(programme.trigger_events, {std::string("age_18")}) &&
                           std::ranges::any_of(situation.children_ages, [](int age) { return age == 17 || age == 18; });
    double sum = 0;
    if (meet({programme.id}, situation.named)) sum += named_points;
    if (meet({programme.id}, situation.listed)) sum += listed_points;
    if (meet(programme.trigger_events, situation.events)) sum += event_points;
    if (meet(programme.topics, situation.topics)) sum += topic_points;
    if (in_season) sum += season_points;
    if (ends_soon) sum += last_year_points;
    if (programme.child_age_from >= 0 && fits_a_child(programme, situation.children_ages)) sum += child_points;
    if (situation.stage > 0 && meet(programme.stages, {situation.stage})) sum += stage_points;
    if (meet(programme.audience, situation.audience)) sum += audience_points;
    return sum;
}

void put_best_first(std::vector<GuideHit>& hits, std::size_t hits_max)
{
    std::ranges::sort(hits, [](const GuideHit& a, const GuideHit& b) {
        return a.score != b.score ? a.score > b.score : a.programme->id < b.programme->id;
    });
    if (hits.size() > hits_max) hits.resize(hits_max);
}

}  // namespace

std::vector<GuideHit> suggest(const GuideBook& guide, const Situation& situation, std::size_t hits_max)
{
    std::vector<GuideHit> hits;
    for (const auto& programme : guide.programmes) {
        if (!programme.national) continue;
        if (is_for_other_children(programme, situation) || is_for_other_people(programme, situation)) continue;
        const auto score = points(programme, situation);
        if (score <= 0) continue;
        hits.push_back({&programme, score + (programme.apply_before ? apply_before_points : 0)});
    }
    put_best_first(hits, hits_max);
    return hits;
}

std::vector<GuideHit> answer(const GuideIndex& index, std::string_view question, const Situation& situation,
                             std::size_t hits_max)
{
    auto hits = index.search(question, candidates);
    for (auto& hit : hits) hit.score *= 1 + point_share * points(*hit.programme, situation);
    put_best_first(hits, hits_max);
    return hits;
}

}  // namespace tsunagi::bot
