#include "bot/risk/romaji.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace tsunagi::bot {
namespace {

/// Fewer are a name, a brand or an abbreviation among Japanese.
constexpr std::size_t letters_min = 6;
/// Of the Latin letters, in tenths: of Tagalog and Spanish some two thirds read as syllables, of what is Japanese nearly all.
constexpr std::size_t readable_tenths_min = 8;
constexpr std::size_t syllable_max = 3;

using Syllable = std::pair<std::string_view, std::u32string_view>;

/// Sorted by the Latin letters.
constexpr auto syllables = std::to_array<Syllable>({
    {"a", U"あ"}, {"ba", U"ば"}, {"be", U"べ"}, {"bi", U"び"}, {"bo", U"ぼ"}, {"bu", U"ぶ"}, {"bya", U"びゃ"}, {"byo", U"びょ"},
    {"byu", U"びゅ"}, {"cha", U"ちゃ"}, {"che", U"ちぇ"}, {"chi", U"ち"}, {"cho", U"ちょ"}, {"chu", U"ちゅ"}, {"da", U"だ"}, {"de", U"で"},
    {"dhi", U"でぃ"}, {"di", U"ぢ"}, {"do", U"ど"}, {"du", U"づ"}, {"dya", U"ぢゃ"}, {"dyo", U"ぢょ"}, {"dyu", U"ぢゅ"}, {"dzu", U"づ"},
    {"e", U"え"}, {"fa", U"ふぁ"}, {"fe", U"ふぇ"}, {"fi", U"ふぃ"}, {"fo", U"ふぉ"}, {"fu", U"ふ"}, {"ga", U"が"}, {"ge", U"げ"},
    {"gi", U"ぎ"}, {"go", U"ご"}, {"gu", U"ぐ"}, {"gya", U"ぎゃ"}, {"gyo", U"ぎょ"}, {"gyu", U"ぎゅ"}, {"ha", U"は"}, {"he", U"へ"},
    {"hi", U"ひ"}, {"ho", U"ほ"}, {"hu", U"ふ"}, {"hya", U"ひゃ"}, {"hyo", U"ひょ"}, {"hyu", U"ひゅ"}, {"i", U"い"}, {"ja", U"じゃ"},
    {"je", U"じぇ"}, {"ji", U"じ"}, {"jo", U"じょ"}, {"ju", U"じゅ"}, {"jya", U"じゃ"}, {"jyo", U"じょ"}, {"jyu", U"じゅ"}, {"ka", U"か"},
    {"ke", U"け"}, {"ki", U"き"}, {"ko", U"こ"}, {"ku", U"く"}, {"kya", U"きゃ"}, {"kyo", U"きょ"}, {"kyu", U"きゅ"}, {"ma", U"ま"},
    {"me", U"め"}, {"mi", U"み"}, {"mo", U"も"}, {"mu", U"む"}, {"mya", U"みゃ"}, {"myo", U"みょ"}, {"myu", U"みゅ"}, {"na", U"な"},
    {"ne", U"ね"}, {"ni", U"に"}, {"no", U"の"}, {"nu", U"ぬ"}, {"nya", U"にゃ"}, {"nyo", U"にょ"}, {"nyu", U"にゅ"}, {"o", U"お"},
    {"pa", U"ぱ"}, {"pe", U"ぺ"}, {"pi", U"ぴ"}, {"po", U"ぽ"}, {"pu", U"ぷ"}, {"pya", U"ぴゃ"}, {"pyo", U"ぴょ"}, {"pyu", U"ぴゅ"},
    {"ra", U"ら"}, {"re", U"れ"}, {"ri", U"り"}, {"ro", U"ろ"}, {"ru", U"る"}, {"rya", U"りゃ"}, {"ryo", U"りょ"}, {"ryu", U"りゅ"},
    {"sa", U"さ"}, {"se", U"せ"}, {"sha", U"しゃ"}, {"she", U"しぇ"}, {"shi", U"し"}, {"sho", U"しょ"}, {"shu", U"しゅ"}, {"si", U"し"},
    {"so", U"そ"}, {"su", U"す"}, {"sya", U"しゃ"}, {"syo", U"しょ"}, {"syu", U"しゅ"}, {"ta", U"た"}, {"te", U"て"}, {"thi", U"てぃ"},
    {"ti", U"ち"}, {"to", U"と"}, {"tsu", U"つ"}, {"tu", U"つ"}, {"tya", U"ちゃ"}, {"tyo", U"ちょ"}, {"tyu", U"ちゅ"}, {"u", U"う"},
    {"wa", U"わ"}, {"wo", U"を"}, {"ya", U"や"}, {"yo", U"よ"}, {"yu", U"ゆ"}, {"za", U"ざ"}, {"ze", U"ぜ"}, {"zi", U"じ"},
    {"zo", U"ぞ"}, {"zu", U"ず"}, {"zya", U"じゃ"}, {"zyo", U"じょ"}, {"zyu", U"じゅ"}});
static_assert(std::ranges::is_sorted(syllables, {}, &Syllable::first));

/// Particles as a word alone are written otherwise than they sound.
constexpr auto particles = std::to_array<Syllable>({{"e", U"へ"}, {"o", U"を"}, {"wa", U"は"}});

/// ā as one letter and the vowel that makes it long.
struct LongVowel {
    char32_t letter;
    char vowel;
    char32_t lengthened_by;
};
constexpr auto long_vowels = std::to_array<LongVowel>({{U'ā', 'a', U'あ'}, {U'ī', 'i', U'い'}, {U'ū', 'u', U'う'},
                                                       {U'ē', 'e', U'え'}, {U'ō', 'o', U'う'}, {U'â', 'a', U'あ'},
                                                       {U'î', 'i', U'い'}, {U'û', 'u', U'う'}, {U'ê', 'e', U'え'},
                                                       {U'ô', 'o', U'う'}});

const LongVowel* long_vowel_of(char32_t letter)
{
    const auto* const found = std::ranges::find(long_vowels, letter, &LongVowel::letter);
    return found == long_vowels.end() ? nullptr : found;
}

bool is_latin(char32_t letter) { return (letter >= 'a' && letter <= 'z') || long_vowel_of(letter) != nullptr; }
bool is_vowel(char letter) { return std::string_view("aiueo").find(letter) != std::string_view::npos; }

template <std::size_t Size>
std::u32string_view look_up(const std::array<Syllable, Size>& table, std::string_view latin)
{
    const auto* const found = std::ranges::lower_bound(table, latin, {}, &Syllable::first);
    return found != table.end() && found->first == latin ? found->second : std::u32string_view{};
}

/// One word, read syllable by syllable onto the end of `kana`.
class Word {
public:
    Word(const View& text, std::size_t begin, std::size_t end, View& kana) : text_(text), begin_(begin), kana_(kana)
    {
        for (auto at = begin; at < end; ++at) {
            const auto* const lengthened = long_vowel_of(text.exact[at]);
            latin_ += lengthened != nullptr ? lengthened->vowel : static_cast<char>(text.exact[at]);
        }
    }

    /// Whether all of it could be read; otherwise `kana` is left as it was.
    bool read()
    {
        const auto before = kana_.size();
        if (const auto particle = look_up(particles, latin_); !particle.empty()) return put(particle, 0, latin_.size()), true;
        for (std::size_t at = 0; at < latin_.size();) {
            const auto read = read_one(at);
            if (read == 0) {
                while (kana_.size() > before) kana_.pop();
                return false;
            }
            at += read;
        }
        return true;
    }

private:
    char letter(std::size_t at) const { return at < latin_.size() ? latin_[at] : '\0'; }

    /// How many letters were read; 0 when they are no Japanese syllable.
    std::size_t read_one(std::size_t at)
    {
        const auto here = letter(at);
        const auto next = letter(at + 1);
        const bool before_lips = here == 'm' && (next == 'b' || next == 'm' || next == 'p');  // shimbun
        if (before_lips || (here == 'n' && !is_vowel(next) && next != 'y')) {
            const bool typed_twice = next == 'n' && !is_vowel(letter(at + 2)) && letter(at + 2) != 'y';  // as keyboards want it
            return put(U"ん", at, typed_twice ? 2 : 1);
        }
        const bool doubled = here == next && !is_vowel(here);
        if (doubled || (here == 't' && next == 'c')) return put(U"っ", at, 1);
        for (std::size_t length = std::min(syllable_max, latin_.size() - at); length > 0; --length) {
            const auto syllable = look_up(syllables, std::string_view(latin_).substr(at, length));
            if (syllable.empty()) continue;
            put(syllable, at, length);
            if (const auto* const lengthened = long_vowel_of(text_.exact[begin_ + at + length - 1]))
                put({&lengthened->lengthened_by, 1}, at + length - 1, 1);
            return length;
        }
        return 0;
    }

    std::size_t put(std::u32string_view read, std::size_t at, std::size_t length)
    {
        for (const auto one : read)
            kana_.push(large_vowel(one), Sort::letter, text_.from[begin_ + at], text_.to[begin_ + at + length - 1]);
        return length;
    }

    const View& text_;
    const std::size_t begin_;
    View& kana_;
    std::string latin_;
};

}  // namespace

void make_kana(const View& text, View& kana)
{
    std::size_t latin = 0;
    for (std::size_t at = 0; at < text.size(); ++at) latin += is_latin(text.exact[at]) ? 1 : 0;
    if (latin < letters_min) return;
    std::size_t readable = 0;
    bool parts_words = false;  // a space that only stands between two words that were read
    for (std::size_t at = 0; at < text.size();) {
        auto end = at;
        while (end < text.size() && is_latin(text.exact[end])) ++end;
        if (end == at) {
            const bool is_gap = text.sorts[at] == Sort::soft && (text.exact[at] == ' ' || text.exact[at] == '-' || text.exact[at] == '\'');
            if (!(is_gap && parts_words)) kana.push(text.exact[at], text.sorts[at], text.from[at], text.to[at]);
            ++at;
            continue;
        }
        parts_words = Word(text, at, end, kana).read();
        if (parts_words) readable += end - at;
        else
            for (auto letter = at; letter < end; ++letter) kana.push(text.exact[letter], text.sorts[letter], text.from[letter], text.to[letter]);
        at = end;
    }
    if (readable < letters_min || readable * 10 < latin * readable_tenths_min) kana.clear();
}

}  // namespace tsunagi::bot
