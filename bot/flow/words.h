#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// How typed words are compared. A key is a text as it is compared: folded (bot/base/text.h), without spaces beside
// Japanese letters (ja-easy is written with them), without punctuation, brackets and pictures around it.

namespace tsunagi::bot {

/// The key of what a person typed. Empty when nothing but punctuation or pictures is there.
std::string match_key(std::string_view text);

/// The keys of a word from config: itself, without its furigana 漢字（かんじ）, and with the readings in place of the
/// kanji, so that whoever reads やさしい日本語 may type either. No empty and no equal ones.
std::vector<std::string> match_keys(std::string_view word);

/// `match_keys` of all `words` together, sorted, each once.
std::vector<std::string> match_keys(const std::vector<std::string>& words);

/// Where one of `words` stands in a key, by place. English words stand alone (not `no` in `know`). `words` are sorted.
struct WordHit {
    std::size_t word = 0;  ///< index in `words`
    std::size_t from = 0;  ///< bytes of the key
    std::size_t to = 0;
};
bool has_word(std::string_view key, std::string_view word);
std::vector<WordHit> words_in(std::string_view key, const std::vector<std::string>& words);

/// Whether the key is one of `words` with nothing around it but polite and empty words (です, ちょっと, すみません).
bool only_says(std::string_view key, const std::vector<std::string>& words);

/// Whether every clause of `text` is one of `words` (sorted, as match_keys gives them): 「こんにちは。はじめまして」.
bool every_clause_is(std::string_view text, const std::vector<std::string>& words);

/// The key without one polite end (「お金でお願いします」 -> 「お金」); the same when there is none.
std::string_view without_polite_end(std::string_view key);

/// Whether a person asks for a human: a clause of `text` (its key besides: the caller has it) is one of `human_words` with polite words around it, or ends
/// with one that is a whole wish (「もう無理なので人と話したいです」). Telling about a human is no wish
/// (「前の相談員に冷たくされた」).
enum class HumanWish { none, nothing_else, among_other_words };
HumanWish wish_for_human(std::string_view text, std::string_view key, const std::vector<std::string>& human_words);

}  // namespace tsunagi::bot
