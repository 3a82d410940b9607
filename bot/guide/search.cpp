#include "bot/guide/search.h"

#include "bot/base/text.h"

#include <algorithm>
#include <cmath>

namespace tsunagi::bot {
namespace {

// Found by trying on tests/bench/guide; none is delicate (half or twice as much costs under two hits in a hundred).
constexpr double words_weight = 1.0;
constexpr double name_weight = 1.6;
constexpr double what_weight = 0.5;   // what it is and who it is for
constexpr double rest_weight = 0.15;  // where, what to bring, by when: every window is a 市役所
constexpr double saturation = 1.2;    // BM25's k1
constexpr double length_share = 0.35;  // BM25's b: a richer entry is not a worse one
constexpr double phrase_share = 1.2;
constexpr std::size_t question_letters_max = 500;  // a long story is cut; its beginning tells the matter

/// All of a programme that the search reads: where it stands decides what a feature in it is worth.
std::map<Feature, double> weighed_features(const Programme& programme, const FeatureCutter& cutter)
{
    std::map<Feature, double> sums;
    const auto add = [&](std::string_view text, double weight) {
        for (const auto& each : cutter.cut(text)) sums[each.feature] += weight;
    };
    for (const auto& [language, text] : programme.name) add(text, name_weight);
    add(programme.kana, name_weight);
    for (const auto& word : programme.words) add(word, words_weight);
    for (const auto* text : {&programme.what, &programme.who})
        for (const auto& [language, words] : *text) add(words, what_weight);
    for (const auto* text : {&programme.where, &programme.bring, &programme.by_when})
        for (const auto& [language, words] : *text) add(words, rest_weight);
    return sums;
}

}  // namespace

GuideIndex::GuideIndex(const GuideBook& guide) : guide_(guide), cutter_(guide.words)
{
    for (std::uint32_t number = 0; number < guide.programmes.size(); ++number)
        add_programme(number, guide.programmes[number]);
    weigh();
}

void GuideIndex::add_programme(std::uint32_t number, const Programme& programme)
{
    for (const auto& [feature, sum] : weighed_features(programme, cutter_))
        known_[feature].programmes.push_back({number, static_cast<float>(sum)});
    for (const auto& [language, text] : programme.name) add_phrase(number, text);
    add_phrase(number, programme.kana);
    for (const auto& word : programme.words) add_phrase(number, word);
}

void GuideIndex::add_phrase(std::uint32_t number, std::string_view text)
{
    const auto phrase = static_cast<std::uint32_t>(phrases_.size());
    phrases_.push_back({number, 0});
    for (const auto& each : cutter_.cut(text)) known_[each.feature].phrases.push_back({phrase, each.weight});
}

void GuideIndex::weigh()
{
    std::vector<double> lengths(guide_.programmes.size());
    for (const auto& [feature, known] : known_)
        for (const auto& posting : known.programmes) lengths[posting.programme] += posting.strength;
    double average = 0;
    for (const auto length : lengths) average += length / static_cast<double>(lengths.size());

    const auto count = static_cast<double>(guide_.programmes.size());
    for (auto& [feature, known] : known_) {
        // A word deep in a text counts for its rarity only as much as it counts there.
        double having = 0;
        for (const auto& posting : known.programmes) having += std::min(1.0, static_cast<double>(posting.strength));
        known.rarity = static_cast<float>(std::log(1 + (count - having + 0.5) / (having + 0.5)));
        for (auto& posting : known.programmes) {
            const auto norm = 1 - length_share + length_share * lengths[posting.programme] / average;
            const auto frequency = posting.strength / norm;
            posting.strength = static_cast<float>(frequency * (saturation + 1) / (frequency + saturation));
        }
        for (const auto& posting : known.phrases) phrases_[posting.phrase].weight += posting.weight * known.rarity;
    }
}

std::vector<GuideHit> GuideIndex::search(std::string_view question, std::size_t hits_max) const
{
    std::vector<double> scores(guide_.programmes.size());
    std::vector<float> met(phrases_.size());
    double asked = 0;    // of what the guide knows
    double unheard = 0;  // words that stand nowhere in the guide speak of something else
    const auto rarest = std::log(1 + (static_cast<double>(guide_.programmes.size()) + 0.5) / 0.5);
    for (const auto& each : cutter_.cut(prefix_utf16(question, question_letters_max))) {
        const auto known = known_.find(each.feature);
        if (known == known_.end()) {
            unheard += each.weight * rarest;
            continue;
        }
        const auto worth = each.weight * known->second.rarity;
        asked += worth;
        for (const auto& posting : known->second.programmes) scores[posting.programme] += worth * posting.strength;
        for (const auto& posting : known->second.phrases)
            met[posting.phrase] += std::min(each.weight, posting.weight) * known->second.rarity;
    }

    std::vector<double> nearest(guide_.programmes.size());
    std::vector<double> closeness(guide_.programmes.size());
    for (std::size_t i = 0; i < phrases_.size(); ++i) {
        if (met[i] <= 0) continue;
        // How much of the phrase the question says, and how much of the question the phrase covers.
        const double alike = 2 * met[i] / (phrases_[i].weight + asked) * met[i];
        const auto programme = phrases_[i].programme;
        nearest[programme] = std::max(nearest[programme], alike);
        closeness[programme] = std::max(closeness[programme], 2 * met[i] / (phrases_[i].weight + asked + unheard));
    }

    std::vector<GuideHit> hits;
    for (std::size_t i = 0; i < scores.size(); ++i)
        if (scores[i] > 0) hits.push_back({&guide_.programmes[i], scores[i] + phrase_share * nearest[i], closeness[i]});
    const auto better = [](const GuideHit& a, const GuideHit& b) {
        return a.score != b.score ? a.score > b.score : a.programme->id < b.programme->id;
    };
    std::ranges::sort(hits, better);
    if (hits.size() > hits_max) hits.resize(hits_max);
    return hits;
}

}  // namespace tsunagi::bot
