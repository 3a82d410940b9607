#include "bot/risk/view.h"

#include "bot/base/normalizer.h"
#include "bot/base/text.h"
#include "bot/risk/romaji.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace tsunagi::bot {
namespace {

constexpr char32_t long_vowel = 0x30FC;

/// Zero-width signs, direction marks, variation selectors, skin tones: they change how a letter looks, not what it says.
bool is_invisible(char32_t letter)
{
    if (letter < 0xAD) return false;
    return letter == 0xAD || letter == 0x180E || letter == 0xFEFF || letter == 0x20E3 || between(letter, 0x200B, 0x200F) ||
           between(letter, 0x202A, 0x202E) || between(letter, 0x2060, 0x2069) || between(letter, 0xFE00, 0xFE0F) ||
           between(letter, 0x1F3FB, 0x1F3FF) || between(letter, 0xE0000, 0xE01EF);
}

bool is_combining(char32_t letter)
{
    return between(letter, 0x300, 0x36F) || letter == 0x3099 || letter == 0x309A || letter == 0xFF9E || letter == 0xFF9F;
}

/// Whether NFKC leaves the letter alone when no combining mark follows.
bool is_plain(char32_t letter)
{
    return letter < 0x80 || is_kana(letter) || letter == long_vowel || between(letter, 0x4E00, 0x9FFF) ||
           between(letter, 0x3001, 0x3020) || between(letter, 0x1F000, 0x1FAFF) || between(letter, 0xAC00, 0xD7A3) ||
           letter == 0x2026 || between(letter, 0x2600, 0x27BF);
}

constexpr std::u32string_view stops = U"。！？!?｡।॥";
constexpr std::u32string_view commas = U"、,，､;";

const icu::Normalizer2& nfkc()
{
    static const auto& instance = normalizer_of(icu::Normalizer2::getNFKCInstance);
    return instance;
}

icu::UnicodeString normalized(const icu::UnicodeString& segment)
{
    UErrorCode status = U_ZERO_ERROR;
    auto result = nfkc().normalize(segment, status);
    if (U_FAILURE(status)) throw std::runtime_error(std::string("ICU: NFKC failed: ") + u_errorName(status));
    return result;
}

constexpr std::u32string_view vowel_rows[] = {
    U"あかがさざただなはばぱまやゃらわ", U"いきぎしじちぢにひびぴみり", U"うくぐすずつづぬふぶぷむゆゅる",
    U"えけげせぜてでねへべぺめれ", U"おこごそぞとどのほぼぽもよょろを"};
constexpr std::u32string_view vowels = U"あいうえお";

/// The vowel a kana ends in; 0 when it is no kana with one.
char32_t vowel_of(char32_t kana)
{
    const auto hiragana = to_hiragana(kana);
    for (std::size_t row = 0; row < vowels.size(); ++row)
        if (vowel_rows[row].find(hiragana) != std::u32string_view::npos) return vowels[row];
    return 0;
}

bool is_small_vowel(char32_t letter)
{
    const auto hiragana = to_hiragana(letter);
    return between(hiragana, 0x3041, 0x3049) && hiragana % 2 == 1;
}

/// Kanji, and kana that are no small vowel.
bool is_common(char32_t letter)
{
    if (between(letter, 0x4E00, 0x9FFF)) return true;
    const auto kana = to_hiragana(letter) - 0x3041;
    return kana <= 0x3096 - 0x3041 && (kana > 0x3049 - 0x3041 || kana % 2 == 1);
}

/// Builds the text view letter by letter.
class TextBuilder {
public:
    explicit TextBuilder(View& view) : view_(view) {}

    /// As `put`, for most letters of most texts: nothing about such a letter changes unless it follows itself.
    void put_common(char32_t letter, std::uint32_t from, std::uint32_t to)
    {
        if (view_.size() > 0 && view_.exact[view_.last()] == letter) return put(letter, from, to);
        view_.push(letter, Sort::letter, from, to);
    }

    void put(char32_t letter, std::uint32_t from, std::uint32_t to)
    {
        if (between(letter, 'A', 'Z')) letter += 'a' - 'A';
        if (letter == '\r') letter = '\n';
        if (letter == '\t' || letter == 0x3000 || letter == 0xA0) letter = ' ';
        const auto last = view_.size() == 0 ? U'\n' : view_.exact[view_.last()];
        if (is_elongation(letter, last)) return extend(long_vowel_after(last), last, from, to);
        if (is_small_vowel(letter) && is_kana(last) && vowel_of(last) == large_vowel(to_hiragana(letter)))
            return extend(long_vowel_after(last), last, from, to);
        letter = large_vowel(letter);
        if (repeats_too_often(letter, last)) {
            if (is_drawn_out_a(letter)) view_.pop();
            return stretch(to);
        }
        view_.push(letter, sort_of(letter), from, to);
    }

private:
    static bool is_elongation(char32_t letter, char32_t last)
    {
        if (letter == long_vowel) return last != '\n' && last != ' ';
        const bool wave = letter == 0x301C || letter == '~' || letter == 0xFF5E || letter == 0x2500 || letter == 0x2014;
        return wave && is_kana(last);
    }

    /// White space twice, a long vowel in a row of the same (たああい), a kana three times: once is enough.
    bool repeats_too_often(char32_t letter, char32_t last) const
    {
        if (letter != last) return false;
        if (letter == ' ' || letter == '\n') return true;
        if (!is_kana(letter) || view_.size() < 2) return false;
        const auto before = view_.exact[view_.size() - 2];
        return before == letter || vowel_of(before) == to_hiragana(letter);
    }

    /// たああい is たい drawn out; おかあさん has one あ only.
    bool is_drawn_out_a(char32_t letter) const
    {
        return to_hiragana(letter) == U'あ' && vowel_of(view_.exact[view_.size() - 2]) == U'あ' && view_.exact[view_.size() - 2] != letter;
    }

    void extend(char32_t vowel, char32_t last, std::uint32_t from, std::uint32_t to)
    {
        if (vowel == 0 || last == vowel) return stretch(to);
        view_.push(vowel, Sort::letter, from, to);
    }

    void stretch(std::uint32_t to)
    {
        if (view_.size() > 0) view_.to[view_.last()] = to;
    }

    View& view_;
};

/// Letters of one NFKC segment (a starter and the marks behind it), all with the span of the whole.
void put_segment(const icu::UnicodeString& segment, std::uint32_t from, std::uint32_t to, TextBuilder& text)
{
    const auto result = normalized(segment).toLower();
    for (std::int32_t at = 0; at < result.length(); at = result.moveIndex32(at, 1))
        text.put(static_cast<char32_t>(result.char32At(at)), from, to);
}

void make_text(std::string_view utf8, View& view)
{
    constexpr auto nothing = static_cast<char32_t>(-1);
    std::size_t at = 0;  // behind what was read ahead
    const auto read = [&] { return at < utf8.size() ? next_code_point(utf8, at) : nothing; };
    TextBuilder builder(view);
    std::uint32_t index = 0;
    for (auto ahead = read(); ahead != nothing;) {
        const auto from = index++;
        const auto letter = ahead;
        ahead = read();
        const bool marked = is_combining(ahead);
        if (!marked && is_common(letter)) {
            builder.put_common(letter, from, index);
        } else if (is_invisible(letter)) {
            continue;
        } else if (!marked && is_plain(letter)) {
            builder.put(letter, from, index);
        } else if (!marked && between(letter, 0xFF01, 0xFF5D)) {
            builder.put(letter - 0xFF01 + '!', from, index);
        } else {
            icu::UnicodeString segment(static_cast<UChar32>(letter));
            for (; ahead != nothing && (is_combining(ahead) || !nfkc().hasBoundaryBefore(static_cast<UChar32>(ahead))); ahead = read()) {
                segment.append(static_cast<UChar32>(ahead));
                ++index;
            }
            put_segment(segment, from, index, builder);
        }
    }
}

/// How many letters stand together before `at`, at most `most`.
std::size_t letters_before(const View& view, std::size_t at, std::size_t most)
{
    std::size_t count = 0;
    while (count < most && at > count && view.sorts[at - count - 1] == Sort::letter) ++count;
    return count;
}

std::size_t letters_after(const View& view, std::size_t at, std::size_t most)
{
    std::size_t count = 0;
    while (count < most && at + count < view.size() && view.sorts[at + count] == Sort::letter) ++count;
    return count;
}

/// A full stop ends a sentence where a space or nothing follows and no abbreviation stands before it ("Mr.", "p.m.", "1."). Three of them
/// are a hesitation, which ends nothing: "I want... to die".
void find_full_stops(View& text)
{
    constexpr std::size_t abbreviation_max = 2;
    const auto begin = text.exact.begin();
    if (std::count(begin, begin + static_cast<std::ptrdiff_t>(text.size()), U'.') == 0) return;  // most texts, at a glance
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text.exact[at] != '.') continue;
        const bool ends = at + 1 == text.size() || text.exact[at + 1] == ' ' || text.exact[at + 1] == '\n';
        if (!ends || at == 0) continue;
        const bool is_word = text.exact[at - 1] >= 0x250 ? text.sorts[at - 1] == Sort::letter : letters_before(text, at, abbreviation_max + 1) > abbreviation_max;
        if (is_word) text.sorts[at] = Sort::stop;
    }
}

/// What stands between the letters before `begin` and those from `end` on.
struct Between {
    std::size_t end = 0;
    bool drops = false;  ///< it only spells a word out
};
Between between_letters(const View& text, std::size_t begin)
{
    auto end = begin;
    Sort strongest = Sort::soft;
    for (; end < text.size() && text.sorts[end] != Sort::letter; ++end) strongest = std::max(strongest, text.sorts[end]);
    const auto before = letters_before(text, begin, 2);
    const auto after = letters_after(text, end, 2);
    // A letter alone on its line or between two commas is spelled out; two sentences are not.
    const bool spelled_out = before == 1 || after == 1;
    const bool inside = before > 0 && after > 0;
    return {end, inside && (strongest == Sort::soft || spelled_out)};
}

/// How many letters around what was joined are read again, for a pattern that crosses it: what is farther away, the text itself tells.
constexpr std::size_t joined_around = 24;

/// Stands for what is left out between two joined places: no pattern knows it, none crosses it, no clause begins beside it.
void put_break(View& joined, std::uint32_t original)
{
    constexpr char32_t unknown = 0xFFFC;
    for (const auto sort : {Sort::letter, Sort::stop, Sort::letter}) joined.push(unknown, sort, original, original);
}

void make_joined(const View& text, View& joined)
{
    const auto keep = [&](std::size_t from, std::size_t to) {
        for (auto at = from; at < to; ++at) joined.push(text.exact[at], text.sorts[at], text.from[at], text.to[at]);
    };
    std::size_t kept = 0;  // behind the last gap that drops; up to here `joined` is made
    const auto keep_until = [&](std::size_t begin, bool is_joined) {
        const bool after_gap = joined.size() > 0;
        if (begin - kept <= (after_gap && is_joined ? 2 : 1) * joined_around) return keep(kept, begin);
        if (after_gap) keep(kept, kept + joined_around);
        put_break(joined, text.from[after_gap ? kept + joined_around : begin - joined_around]);
        if (is_joined) keep(begin - joined_around, begin);
    };
    for (std::size_t at = 0; at < text.size();) {
        if (text.sorts[at] == Sort::letter) {
            ++at;
            continue;
        }
        const auto gap = between_letters(text, at);
        if (gap.drops) {
            keep_until(at, true);
            kept = gap.end;
        }
        at = gap.end;
    }
    if (kept > 0) keep_until(text.size(), false);  // most texts: nothing is copied for them
}

constexpr std::size_t latin_letters_min = 2;  // "od"; a lone W or K is no word of ours

/// Whether there are enough letters that may be Latin ones: few Japanese texts have any.
bool may_have_latin(const View& text)
{
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++at) count += between(text.exact[at], 'a', 0x24F) || between(text.exact[at], 0x1E00, 0x1EFF) ? 1 : 0;
    return count >= latin_letters_min;
}

/// The politeness of Filipino may stand behind any word and says nothing: "ininom ko na po lahat", "gusto ko na pong mamatay".
void drop_po(View& latin)
{
    for (const std::u32string_view word : {U" po", U" pong"}) {
        if (latin.size() <= word.size()) continue;
        const auto from = latin.size() - word.size();
        if (std::u32string_view(latin.exact).substr(from, word.size()) != word) continue;
        for (std::size_t letter = 1; letter < word.size(); ++letter) latin.pop();
        return;
    }
}

void make_latin(const View& text, View& latin)
{
    if (!may_have_latin(text)) return;
    std::size_t letters = 0;
    latin.push(' ', Sort::soft, 0, 0);
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto letter = text.exact[at];
        if (letter == '\'' || letter == 0x2019 || between(letter, 0x300, 0x36F)) continue;
        if (const auto base = latin_base(letter)) {
            latin.push(base, Sort::letter, text.from[at], text.to[at]);
            letters += between(base, 'a', 'z') ? 1 : 0;
            continue;
        }
        if (latin.exact[latin.last()] != ' ') drop_po(latin);
        if (latin.exact[latin.last()] != ' ') {
            latin.push(' ', text.sorts[at] == Sort::letter ? Sort::soft : text.sorts[at], text.from[at], text.to[at]);
        } else if (latin.size() > 1) {
            latin.sorts[latin.last()] = std::max(latin.sorts[latin.last()], text.sorts[at]);
        }
    }
    drop_po(latin);
    if (latin.exact[latin.last()] != ' ') latin.push(' ', Sort::stop, text.to[text.last()], text.to[text.last()]);
    if (letters < latin_letters_min) latin.clear();
}

}  // namespace

Sort sort_of(char32_t letter)
{
    if (letter == '\n') return Sort::newline;
    if (is_kana(letter) || between(letter, 0x4E00, 0x9FFF)) return Sort::letter;
    if (stops.find(letter) != stops.npos) return Sort::stop;
    if (commas.find(letter) != commas.npos) return Sort::comma;
    if (letter < 0x80) return between(letter, 'a', 'z') || between(letter, '0', '9') ? Sort::letter : Sort::soft;
    // Letters and marks of every script: Nepali and Vietnamese vowels are marks.
    const auto mask = U_GET_GC_MASK(static_cast<UChar32>(letter));
    return (mask & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)) != 0 ? Sort::letter : Sort::soft;
}

void View::grow()
{
    constexpr std::size_t first_size = 256;
    const auto more = std::max(first_size, exact.size() * 2);
    exact.resize(more);
    folded.resize(more);
    sorts.resize(more);
    from.resize(more);
    to.resize(more);
}

char32_t latin_base(char32_t letter)
{
    if (between(letter, 'a', 'z') || between(letter, '0', '9')) return letter;
    if (letter == 0x111 || letter == 0x110) return 'd';
    if (!between(letter, 0xC0, 0x24F) && !between(letter, 0x1E00, 0x1EFF)) return 0;
    static const auto& nfd = normalizer_of(icu::Normalizer2::getNFDInstance);
    icu::UnicodeString parts;
    if (!nfd.getDecomposition(static_cast<UChar32>(letter), parts)) return 0;
    const auto base = static_cast<char32_t>(icu::UnicodeString(parts.char32At(0)).toLower().char32At(0));
    return between(base, 'a', 'z') ? base : 0;
}

char32_t long_vowel_after(char32_t previous)
{
    constexpr std::u32string_view te_row = U"てでねせれえ";
    return te_row.find(to_hiragana(previous)) != te_row.npos ? U'え' : 0;
}

char32_t large_vowel(char32_t letter) { return is_small_vowel(letter) ? letter + 1 : letter; }

void make_views(std::string_view utf8, Views& views)
{
    views.text.clear();
    views.joined.clear();
    views.kana.clear();
    views.latin.clear();
    make_text(utf8, views.text);
    find_full_stops(views.text);
    make_joined(views.text, views.joined);
    make_latin(views.text, views.latin);
    if (views.latin.size() > 0) make_kana(views.text, views.kana);
}

}  // namespace tsunagi::bot
