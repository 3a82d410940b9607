#pragma once
#include "bot/guide/programme.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tsunagi::bot {

/// What the search compares: a concept, two neighbouring Japanese letters, one kanji, or a Latin word; as a number.
using Feature = std::uint64_t;

struct WeighedFeature {
    Feature feature = 0;
    float weight = 0;
};

/// Cuts text into features. Needs no dictionary of words, so that unspaced, kana-only and misspelt text still meets
/// something: letters are always there, concepts where a known way of saying is found. Immutable; safe from any thread.
class FeatureCutter {
public:
    explicit FeatureCutter(const GuideWords& words);

    /// The features of `text`, each once with its summed weight, sorted. Noise gives none.
    std::vector<WeighedFeature> cut(std::string_view text) const;

private:
    struct Term {
        std::u32string letters;
        std::uint32_t meaning = 0;  ///< 0: noise
    };

    void add_term(const std::string& word, std::uint32_t meaning);
    const Term* longest_term_at(const std::u32string& text, std::size_t at) const;

    std::unordered_map<char32_t, std::vector<Term>> terms_;  ///< by first letter, longest first
};

}  // namespace tsunagi::bot
