#pragma once
#include "bot/guide/features.h"
#include "bot/guide/programme.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tsunagi::bot {

struct GuideHit {
    const Programme* programme = nullptr;  ///< lives as long as the guide
    double score = 0;                      ///< grows with the rare words that question and programme share; no upper end
    double closeness = 0;                  ///< 0 to 1: how nearly the whole question is a way of asking for it (`search`)
};

/// Finds programmes by a question in ordinary words: NFKC and kana folded, by concepts (「家賃」=「やちん」=「アパート代」)
/// and by pairs of letters, over several fields with weights, like BM25; the nearest single way of asking counts on top.
///
/// Pure and immutable: one index a guide, used by any thread at once. The guide must outlive it.
class GuideIndex {
public:
    explicit GuideIndex(const GuideBook& guide);

    /// Best first, only what has anything to do with the question, at most `hits_max`. Equal scores come by id.
    std::vector<GuideHit> search(std::string_view question, std::size_t hits_max = 10) const;

private:
    struct Posting {
        std::uint32_t programme = 0;
        float strength = 0;  ///< saturated, weighted frequency: what a hit is worth before rarity
    };
    struct PhrasePosting {
        std::uint32_t phrase = 0;
        float weight = 0;
    };
    struct Phrase {
        std::uint32_t programme = 0;
        float weight = 0;  ///< rarity-weighted sum of its features
    };
    struct Known {
        float rarity = 0;
        std::vector<Posting> programmes;
        std::vector<PhrasePosting> phrases;
    };

    void add_programme(std::uint32_t number, const Programme& programme);
    void add_phrase(std::uint32_t number, std::string_view text);
    void weigh();

    const GuideBook& guide_;
    FeatureCutter cutter_;
    std::unordered_map<Feature, Known> known_;
    std::vector<Phrase> phrases_;
};

}  // namespace tsunagi::bot
