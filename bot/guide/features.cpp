#include "bot/guide/features.h"

#include "bot/base/text.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

// A concept is surer than any pair of letters; a lone kanji is a hint at best.
constexpr float concept_weight = 3.0F;
constexpr float pair_weight = 1.0F;
constexpr float kana_pair_weight = 0.45F;  // kana pairs are mostly endings and particles
constexpr float kanji_weight = 0.5F;
constexpr float latin_weight = 1.5F;

constexpr Feature concept_mark = Feature{1} << 62;
constexpr Feature latin_mark = Feature{1} << 63;

bool is_kanji(char32_t letter) { return (letter >= 0x4E00 && letter <= 0x9FFF) || letter == U'々'; }
bool is_kana_letter(char32_t letter) { return (letter >= 0x3041 && letter <= 0x3096) || letter == 0x30FC; }
bool is_japanese(char32_t letter) { return is_kanji(letter) || is_kana_letter(letter); }
bool is_of_latin_word(char32_t letter)
{
    return (letter >= U'a' && letter <= U'z') || (letter >= U'0' && letter <= U'9') || (letter >= 0xC0 && letter < 0x250);
}

/// Where the reading `(かんじ)` that begins at `at` ends; `at` when it is none.
std::size_t behind_reading(const std::u32string& text, std::size_t at)
{
    if (at == 0 || text[at] != U'(' || !is_kanji(text[at - 1])) return at;
    auto end = at + 1;
    while (end < text.size() && is_kana_letter(text[end])) ++end;
    return end > at + 1 && end < text.size() && text[end] == U')' ? end + 1 : at;
}

/// Folded, without furigana, without spaces beside Japanese letters.
std::u32string letters_of(std::string_view text)
{
    const auto folded = fold_for_matching(text);
    std::u32string all;
    for (std::size_t at = 0; at < folded.size();) all += next_code_point(folded, at);

    std::u32string letters;
    for (std::size_t at = 0; at < all.size(); ++at) {
        if (const auto behind = behind_reading(all, at); behind > at) {
            at = behind - 1;
            continue;
        }
        const bool beside_japanese = (at > 0 && is_japanese(all[at - 1])) || (at + 1 < all.size() && is_japanese(all[at + 1])) ||
                                     (at > 0 && all[at - 1] == U')');
        if (all[at] == U' ' && beside_japanese) continue;
        letters += all[at] == 0x2019 ? U'\'' : all[at];
    }
    return letters;
}

Feature pair_of(char32_t first, char32_t second) { return (Feature{first} << 21) | second; }

Feature latin_word(std::u32string_view word)
{
    // "rents" and "rent" are one word; a better stemmer would know more English than our texts hold.
    if (word.size() > 3 && word.back() == U's') word.remove_suffix(1);
    Feature hash = 1469598103934665603ULL;  // FNV-1a
    for (const auto letter : word) hash = (hash ^ letter) * 1099511628211ULL;
    return hash | latin_mark;
}

}  // namespace

FeatureCutter::FeatureCutter(const GuideWords& words)
{
    for (const auto& word : words.noise) add_term(word, 0);
    std::uint32_t meaning = 0;
    for (const auto& [name, ways] : words.concepts) {
        ++meaning;
        for (const auto& way : ways) add_term(way, meaning);
    }
    for (auto& [letter, terms] : terms_)
        std::ranges::stable_sort(terms, [](const Term& a, const Term& b) { return a.letters.size() > b.letters.size(); });
}

void FeatureCutter::add_term(const std::string& word, std::uint32_t meaning)
{
    auto letters = letters_of(word);
    if (letters.empty()) return;
    const auto first = letters.front();
    terms_[first].push_back({std::move(letters), meaning});
}

const FeatureCutter::Term* FeatureCutter::longest_term_at(const std::u32string& text, std::size_t at) const
{
    const auto candidates = terms_.find(text[at]);
    if (candidates == terms_.end()) return nullptr;
    const bool inside_word = at > 0 && is_of_latin_word(text[at - 1]) && is_of_latin_word(text[at]);
    for (const auto& term : candidates->second) {
        const auto end = at + term.letters.size();
        if (inside_word || text.compare(at, term.letters.size(), term.letters) != 0) continue;
        const bool cuts_word = end < text.size() && is_of_latin_word(text[end]) && is_of_latin_word(text[end - 1]);
        if (!cuts_word) return &term;
    }
    return nullptr;
}

std::vector<WeighedFeature> FeatureCutter::cut(std::string_view text) const
{
    const auto letters = letters_of(text);
    std::vector<WeighedFeature> found;
    std::vector<bool> silent(letters.size() + 1, false);
    for (std::size_t at = 0; at < letters.size();) {
        const auto* term = longest_term_at(letters, at);
        if (!term) {
            ++at;
            continue;
        }
        const auto end = at + term->letters.size();
        if (term->meaning > 0) found.push_back({concept_mark | term->meaning, concept_weight});
        for (; at < end; ++at) silent[at] = term->meaning == 0;
    }
    for (std::size_t at = 0; at < letters.size(); ++at) {
        const auto letter = letters[at];
        if (silent[at]) continue;
        if (is_kanji(letter)) found.push_back({letter, kanji_weight});
        const bool pair = at + 1 < letters.size() && !silent[at + 1] && is_japanese(letter) && is_japanese(letters[at + 1]);
        if (pair) {
            const bool only_kana = is_kana_letter(letter) && is_kana_letter(letters[at + 1]);
            found.push_back({pair_of(letter, letters[at + 1]), only_kana ? kana_pair_weight : pair_weight});
        }
        if (is_of_latin_word(letter)) {
            auto end = at;
            while (end < letters.size() && is_of_latin_word(letters[end])) ++end;
            if (end - at > 1) found.push_back({latin_word(std::u32string_view(letters).substr(at, end - at)), latin_weight});
            at = end - 1;
        }
    }
    std::ranges::sort(found, {}, &WeighedFeature::feature);
    std::vector<WeighedFeature> once;
    for (const auto& each : found) {
        if (!once.empty() && once.back().feature == each.feature)
            once.back().weight += each.weight;
        else
            once.push_back(each);
    }
    return once;
}

}  // namespace tsunagi::bot
