#include "bot/flow/words.h"

#include "bot/base/text.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

bool is_ascii_letter(char letter) { return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9'); }

constexpr char32_t long_vowel = U'ー';

/// Punctuation, brackets, pictures: what may stand around an answer without changing it. Not `-` and `+`: signs.
bool is_noise(char32_t letter)
{
    constexpr std::u32string_view noise = U" \t!\"#'()*,.:;<>?[]^_`{|}~"
                                          U"。、「」『』【】〈〉《》〔〕・…‥〜♪♡♥★☆→←↑↓※‼⁉।॥\u200D\u20E3\uFE0F\uFFFD";
    // Most that is asked about is none: a letter of kana, kanji or a-z.
    if ((letter >= 'a' && letter <= 'z') || (letter >= 0x3041 && letter <= 0x3096) || (letter >= 0x4E00 && letter <= 0x9FFF)) return false;
    return letter >= 0x1F000 || (letter >= 0x2600 && letter <= 0x27BF) || noise.find(letter) != noise.npos;
}

/// Where the last letter before `end` begins.
std::size_t last_letter_before(std::string_view text, std::size_t end)
{
    auto begin = end - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) --begin;
    return begin;
}

/// What may follow a noise-free key: a long vowel drawn out at the end (「はいー」) is noise, too.
std::string_view trimmed(std::string_view key)
{
    std::size_t from = 0;
    for (std::size_t at = 0; at < key.size(); from = at)
        if (!is_noise(next_code_point(key, at))) break;
    auto to = key.size();
    while (to > from) {
        const auto begin = last_letter_before(key, to);
        auto at = begin;
        const auto letter = next_code_point(key, at);
        if (!is_noise(letter) && letter != long_vowel) break;
        to = begin;
    }
    return key.substr(from, to - from);
}

std::string without_spaces_beside_japanese(std::string_view folded)
{
    if (folded.find(' ') == folded.npos) return std::string(folded);
    std::string key;
    key.reserve(folded.size());
    for (std::size_t at = 0; at < folded.size(); ++at) {
        const bool beside =
            folded[at] == ' ' && ((at > 0 && static_cast<unsigned char>(folded[at - 1]) >= 0x80) ||
                                  (at + 1 < folded.size() && static_cast<unsigned char>(folded[at + 1]) >= 0x80));
        if (!beside) key += folded[at];
    }
    return key;
}

/// The digits of a Nepali keyboard as those of every other: 「५」 is 5. NFKC leaves them alone.
void write_devanagari_digits_as_ascii(std::string& key)
{
    constexpr std::string_view begin = "\xE0\xA5";  // of U+0966 to U+096F
    for (auto at = key.find(begin); at != key.npos; at = key.find(begin, at + 1)) {
        const auto last = static_cast<unsigned char>(at + 2 < key.size() ? key[at + 2] : '\0');
        if (last >= 0xA6 && last <= 0xAF) key.replace(at, 3, 1, static_cast<char>('0' + (last - 0xA6)));
    }
}

std::string key_of_folded(std::string_view folded)
{
    auto key = without_spaces_beside_japanese(folded);
    write_devanagari_digits_as_ascii(key);
    const auto kept = trimmed(key);
    return kept.size() == key.size() ? key : std::string(kept);
}

bool is_kanji(char32_t letter) { return (letter >= 0x4E00 && letter <= 0x9FFF) || letter == U'々'; }
bool is_hiragana(char32_t letter) { return (letter >= 0x3041 && letter <= 0x3096) || letter == long_vowel; }

/// Furigana in folded text: kanji, then its reading in brackets.
enum class Furigana { dropped, in_place_of_kanji };

/// The length of `(かんじ)` at the beginning of `text`; 0 when it is no reading.
std::size_t reading_length(std::string_view text)
{
    if (!text.starts_with('(')) return 0;
    std::size_t at = 1;
    while (at < text.size()) {
        const auto before = at;
        const auto letter = next_code_point(text, at);
        if (letter == U')') return before > 1 ? at : 0;
        if (!is_hiragana(letter)) return 0;
    }
    return 0;
}

std::string with_furigana(std::string_view folded, Furigana furigana)
{
    std::string text;
    std::size_t kanji_begin = 0;  // in `text`: where the run of kanji before the bracket began
    bool in_kanji = false;
    for (std::size_t at = 0; at < folded.size();) {
        const auto reading = in_kanji ? reading_length(folded.substr(at)) : 0;
        if (reading > 0) {
            if (furigana == Furigana::in_place_of_kanji) {
                text.resize(kanji_begin);
                text += folded.substr(at + 1, reading - 2);
            }
            at += reading;
            in_kanji = false;
            continue;
        }
        const auto letter = next_code_point(folded, at);
        if (is_kanji(letter) && !in_kanji) kanji_begin = text.size();
        in_kanji = is_kanji(letter);
        append_code_point(text, letter);
    }
    return text;
}

bool stands_alone(std::string_view key, std::size_t from, std::size_t to)
{
    if (from > 0 && is_ascii_letter(key[from]) && is_ascii_letter(key[from - 1])) return false;
    return !(to < key.size() && is_ascii_letter(key[to - 1]) && is_ascii_letter(key[to]));
}

// ---------------------------------------------------------------------------- polite and empty words

/// Ends of an answer that add nothing to it. Longer ones first where one ends with another.
// clang-format off
constexpr std::string_view polite_ends[]{
    "でお願いします", "でおねがいします", "をお願いします", "をおねがいします", "お願いします",
    "おねがいします", "お願い", "おねがい", "がいいです", "でいいです", "がいい", "でいい", "かもしれません",
    "かもしれない", "かも", "だと思います", "だと思う", "と思います", "と思う", "に近いです", "が近いです",
    "に近い", "が近い", "のことです", "のこと", "についてです", "について", "に関すること", "なんですけど",
    "なんです", "ですかね", "ですね", "でしょうか", "ですけど", "ですが", "です", "にします", "かな", "だよ",
    "だ", "よ", "ね", "の", " please"};
// clang-format on

/// Words that may stand around a wish or an 「わからない」 without changing it. The longest that fits is taken.
constexpr std::string_view fillers[]{
    // what follows: を呼んでください, と話したいです, に代わってもらえますか
    "さん", "の方", "の人", "と", "に", "を", "が", "で", "か", "よ", "ね", "な", "ー", "です", "ます", "んです",
    "のですが", "ですが", "ですけど", "けど", "いい", "がいい", "たい", "したい", "話", "話したい", "はなしたい",
    "話す", "話せる", "話せますか", "相談", "相談したい", "お願い", "おねがい", "お願いします", "おねがいします",
    "ください", "下さい", "呼んで", "よんで", "代わって", "替わって", "かわって", "つないで", "繋いで", "出して",
    "だして", "ほしい", "欲しい", "もらえますか", "もらいたい", "できる", "できますか",
    // what precedes: すみません、できれば早く
    "早く", "はやく", "すぐ", "今すぐ", "いますぐ", "やっぱり", "やはり", "できれば", "できたら", "あの", "すみません",
    "直接", "ちゃんと", "まだ", "ちょっと", "少し", "正直", "よく", "自分でも", "はい", "うーん",
    // English and what stands between
    "i ", "i want to", "i'd like to", "can i", "may i", "please", "now", "really", "、", "。", "…", ",", ".", "!", "?",
    " "};

/// Whether the text is made of fillers only.
bool only_fillers(std::string_view text)
{
    while (!text.empty()) {
        std::size_t longest = 0;
        for (const auto filler : fillers)
            if (filler.size() > longest && text.starts_with(filler)) longest = filler.size();
        if (longest == 0) return false;
        text.remove_prefix(longest);
    }
    return true;
}

bool only_fillers_around(std::string_view key, const WordHit& hit)
{
    return only_fillers(key.substr(0, hit.from)) && only_fillers(key.substr(hit.to));
}

// ---------------------------------------------------------------------------- clauses

bool ends_clause(char32_t letter)
{
    constexpr std::u32string_view ends = U"。．.！!？?、，,।॥\n\r…";
    return ends.find(letter) != std::u32string_view::npos;
}

std::vector<std::string> clause_keys(std::string_view text)
{
    std::vector<std::string> keys;
    std::size_t from = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto before = at;
        if (!ends_clause(next_code_point(text, at))) continue;
        keys.push_back(match_key(text.substr(from, before - from)));
        from = at;
    }
    keys.push_back(match_key(text.substr(from)));
    std::erase(keys, "");
    return keys;
}

/// Words that say the whole wish, so that anything may stand before them: 「人と話したい」, not 「相談員」.
bool is_whole_wish(std::string_view word)
{
    constexpr std::string_view ends[]{"たい", "って", "話す", "はなす", "代わる"};
    const bool japanese = std::ranges::any_of(ends, [&](auto end) { return word.ends_with(end); });
    return japanese || word.find(' ') != std::string_view::npos;
}

bool wishes_at_end(std::string_view clause, const WordHit& hit, std::string_view word)
{
    return is_whole_wish(word) && only_fillers(clause.substr(hit.to));
}

}  // namespace

std::string match_key(std::string_view text) { return key_of_folded(fold_for_matching(text)); }

std::vector<std::string> match_keys(std::string_view word)
{
    const auto folded = fold_for_matching(word);
    std::vector<std::string> keys{key_of_folded(folded)};
    for (const auto furigana : {Furigana::dropped, Furigana::in_place_of_kanji}) {
        auto key = key_of_folded(with_furigana(folded, furigana));
        if (std::ranges::find(keys, key) == keys.end()) keys.push_back(std::move(key));
    }
    std::erase(keys, "");
    return keys;
}

std::vector<std::string> match_keys(const std::vector<std::string>& words)
{
    std::vector<std::string> all;
    for (const auto& word : words)
        for (auto& key : match_keys(std::string_view(word))) all.push_back(std::move(key));
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

bool has_word(std::string_view key, std::string_view word)
{
    if (word.empty()) return false;
    for (auto at = key.find(word); at != std::string_view::npos; at = key.find(word, at + 1))
        if (stands_alone(key, at, at + word.size())) return true;
    return false;
}

std::vector<WordHit> words_in(std::string_view key, const std::vector<std::string>& words)
{
    std::vector<WordHit> hits;
    for (std::size_t at = 0, behind = 0; at < key.size(); at = behind) {
        next_code_point(key, behind);
        const auto letter = key.substr(at, behind - at);
        // Sorted by bytes, words of the same first letter stand together: a long story costs one look-up a letter.
        for (auto word = std::ranges::lower_bound(words, letter); word != words.end() && word->starts_with(letter);
             ++word) {
            const auto to = at + word->size();
            if (key.substr(at).starts_with(*word) && stands_alone(key, at, to))
                hits.push_back({static_cast<std::size_t>(word - words.begin()), at, to});
        }
    }
    return hits;
}

bool only_says(std::string_view key, const std::vector<std::string>& words)
{
    return std::ranges::any_of(words_in(key, words), [&](const auto& hit) { return only_fillers_around(key, hit); });
}

bool every_clause_is(std::string_view text, const std::vector<std::string>& words)
{
    if (std::ranges::binary_search(words, match_key(text))) return true;
    const auto clauses = clause_keys(text);
    return !clauses.empty() &&
           std::ranges::all_of(clauses, [&](const auto& clause) { return std::ranges::binary_search(words, clause); });
}

std::string_view without_polite_end(std::string_view key)
{
    for (const auto end : polite_ends)
        if (key.size() > end.size() && key.ends_with(end)) return key.substr(0, key.size() - end.size());
    return key;
}

HumanWish wish_for_human(std::string_view text, std::string_view key, const std::vector<std::string>& human_words)
{
    const auto anywhere = words_in(key, human_words);
    if (anywhere.empty()) return HumanWish::none;
    for (const auto& hit : anywhere)
        if (only_fillers_around(key, hit)) return HumanWish::nothing_else;

    for (const auto& clause : clause_keys(text))
        for (const auto& hit : words_in(clause, human_words))
            if (only_fillers_around(clause, hit) || wishes_at_end(clause, hit, human_words[hit.word]))
                return HumanWish::among_other_words;
    return HumanWish::none;
}

}  // namespace tsunagi::bot
