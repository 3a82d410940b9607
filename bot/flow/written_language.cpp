#include "bot/flow/written_language.h"

#include "bot/base/text.h"
#include "bot/conversation/decision.h"
#include "bot/flow/decide.h"
#include "bot/risk/view.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

/// More than enough to know a language by; the rest of a long text costs nothing.
constexpr std::size_t text_bytes_max = 600;
/// Fewer letters are a name, a sticker's sound or a slip.
constexpr std::size_t letters_min = 2;
/// Fewer known words are said in every language: "OK, thank you".
constexpr std::size_t words_min = 3;

/// The letters of a text by whose they are. Katakana are hiragana here.
struct Letters {
    std::size_t kana = 0;
    std::size_t han = 0;
    std::size_t hangul = 0;
    std::size_t devanagari = 0;
    std::size_t latin = 0;
    std::size_t vietnamese = 0;  ///< of the Latin ones: đ, ơ, ư, ă and those with two marks

    std::size_t all() const { return kana + han + hangul + devanagari + latin; }
    bool are_mostly(std::size_t count) const { return count >= letters_min && count * 2 > all(); }
};

Letters count_letters(std::string_view folded)
{
    Letters letters;
    for (std::size_t at = 0; at < folded.size();) {
        const auto letter = next_code_point(folded, at);
        if (between(letter, 0x3041, 0x3096)) ++letters.kana;
        else if (between(letter, 0x4E00, 0x9FFF)) ++letters.han;
        else if (between(letter, 0xAC00, 0xD7A3)) ++letters.hangul;
        else if (between(letter, 0x0900, 0x097F)) ++letters.devanagari;
        else if (latin_base(letter) != 0 && !between(letter, '0', '9')) ++letters.latin;
        letters.vietnamese += is_vietnamese(letter) ? 1 : 0;
    }
    return letters;
}

/// How many of the words of each language (by its place in `languages`) stand in a text.
using Hits = std::vector<std::size_t>;

/// Latin words stand alone and may lack their marks; one with an apostrophe is one word.
std::size_t count_words(std::string_view folded, const LanguageWords& known, Hits& hits)
{
    std::size_t words = 0;
    std::string word;
    const auto end_word = [&] {
        if (word.empty()) return;
        ++words;
        if (const auto found = known.latin.find(word); found != known.latin.end())
            for (const auto language : found->second) ++hits[language];
        word.clear();
    };
    for (std::size_t at = 0; at < folded.size();) {
        const auto letter = next_code_point(folded, at);
        const auto base = latin_base(letter);
        if (base != 0)
            word += static_cast<char>(base);
        else if (letter != U'\'' && letter != U'’')
            end_word();
    }
    end_word();
    return words;
}

std::optional<std::size_t> by_latin_words(std::string_view folded, const LanguageWords& known, std::size_t languages)
{
    Hits hits(languages);
    const auto words = count_words(folded, known, hits);
    const auto best = std::ranges::max_element(hits);
    if (best == hits.end() || *best < words_min || *best * 4 < words) return std::nullopt;
    for (auto other = hits.begin(); other != hits.end(); ++other)
        if (other != best && *best * 2 < *other * 3) return std::nullopt;  // too near to tell
    return static_cast<std::size_t>(best - hits.begin());
}

/// Chinese: letters that Japanese does not write. Beside kana it takes two of them: a Japanese name for a thing stands in a Chinese sentence.
std::optional<std::size_t> by_han_words(std::string_view folded, const Letters& letters, const LanguageWords& known, std::size_t languages)
{
    if (letters.han <= letters.kana || !letters.are_mostly(letters.han + letters.kana)) return std::nullopt;
    Hits hits(languages);
    for (const auto& [word, language] : known.other)
        if (folded.find(word) != folded.npos) ++hits[language];
    const auto best = std::ranges::max_element(hits);
    if (best == hits.end() || *best < (letters.kana > 0 ? 2U : 1U)) return std::nullopt;
    return static_cast<std::size_t>(best - hits.begin());
}

std::optional<Language> spoken(const Playbook& playbook, const char* language)
{
    const auto& all = playbook.languages;
    return std::ranges::find(all, language) == all.end() ? std::nullopt : std::optional<Language>(language);
}

/// やさしい日本語 is Japanese as well.
bool is_same(const Language& one, const Language& other) { return one.substr(0, one.find('-')) == other.substr(0, other.find('-')); }

}  // namespace

std::optional<Language> written_language(std::string_view text, const Playbook& playbook)
{
    const auto folded = fold_for_matching(to_valid_utf8(text.substr(0, text_bytes_max)));
    const auto letters = count_letters(folded);
    const auto languages = playbook.languages.size();
    if (const auto found = by_han_words(folded, letters, playbook.language_words, languages)) return playbook.languages[*found];
    if (letters.kana >= letters_min && letters.are_mostly(letters.kana + letters.han)) return spoken(playbook, "ja");
    if (letters.are_mostly(letters.hangul)) return spoken(playbook, "ko");
    if (letters.are_mostly(letters.devanagari)) return spoken(playbook, "ne");
    if (!letters.are_mostly(letters.latin)) return std::nullopt;
    if (letters.vietnamese >= letters_min) return spoken(playbook, "vi");
    const auto found = by_latin_words(folded, playbook.language_words, languages);
    return found ? std::optional(playbook.languages[*found]) : std::nullopt;
}

void settle_language(Decision& decision, const Language& language, const char* event, TimePoint now)
{
    auto& next = decision.next;
    next.language_settled = true;
    if (next.language == language) return;
    next.language = language;
    log_event(decision, event, {{"language", language}}, now);
}

void follow_written_language(Decision& decision, const Inbound& inbound, const Playbook& playbook, TimePoint now)
{
    const auto& next = decision.next;
    const auto* text = std::get_if<TextReceived>(&inbound.content);
    if (!text || next.language_settled) return;
    const auto language = written_language(text->text, playbook);
    if (!language) return;
    settle_language(decision, is_same(next.language, *language) ? next.language : *language, "event.language_heard", now);
}

}  // namespace tsunagi::bot
