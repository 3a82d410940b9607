#include "bot/flow/understand_choice.h"

#include "bot/base/text.h"
#include "bot/flow/numerals.h"
#include "bot/flow/words.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

template <std::size_t count>
bool is_word_of(std::string_view text, const std::string_view (&words)[count])
{
    return std::ranges::find(words, text) != std::end(words);
}

std::size_t letters_in(std::string_view key)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(key, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

bool is_hiragana_only(std::string_view key)
{
    for (std::size_t at = 0; at < key.size();) {
        const auto letter = next_code_point(key, at);
        if (letter < 0x3041 || letter > 0x30FC) return false;
    }
    return true;
}

/// Whoever writes more than this tells something, and what she mentions on the way is not chosen by it.
constexpr std::size_t answer_letters_max = 100;
bool is_too_long_for_an_answer(std::string_view key) { return letters_in(key) > answer_letters_max; }

/// Words that say yes or no to whatever was asked. Inside a sentence they say nothing about a choice:
/// 「食べるものがありません」 is no answer 「ありません」.
// clang-format off
constexpr std::string_view polarity_words[]{
    "ある", "あります", "ない", "ないです", "ありません", "なし", "いる", "います", "いない", "いません",
    "する", "します", "しない", "しません", "したい", "はい", "いいえ", "そう", "そうです", "ちがう",
    "ちがいます", "大丈夫", "大丈夫です", "だいじょうぶ", "だいじょうぶです", "いいです", "yes", "no", "ok",
    "not", "some", "none", "nothing", "other", "特にない", "とくにない", "している", "していない", "して"};
// clang-format on

/// Whether a word says enough to be found inside a sentence.
bool is_clear_inside(std::string_view word)
{
    constexpr std::size_t hiragana_min = 3;
    constexpr std::size_t other_min = 2;
    constexpr std::size_t ascii_min = 3;
    if (is_word_of(word, polarity_words)) return false;
    const auto letters = letters_in(word);
    if (letters == word.size()) return letters >= ascii_min;
    return letters >= (is_hiragana_only(word) ? hiragana_min : other_min);
}

/// Whether what follows a word takes it back: 「お金のことではなくて」, 「仕事以外」.
bool is_taken_back(std::string_view behind)
{
    constexpr std::string_view about[]{"のこと", "の話", "のほう", "の方"};
    constexpr std::string_view denials[]{"ではな",     "ではあり",   "じゃな",   "じゃあり", "でな",
                                         "ことはない", "ことはあり", "必要はな", "以外",     "いがい"};
    for (const auto word : about)
        if (behind.starts_with(word)) behind.remove_prefix(word.size());
    return std::ranges::any_of(denials, [&](auto denial) { return behind.starts_with(denial); });
}

// ---------------------------------------------------------------------------- words inside a sentence

struct Mention {
    const Choice* choice = nullptr;
    std::size_t from = 0;
    std::size_t to = 0;
};

bool lies_inside(const Mention& inner, const Mention& outer)
{
    return inner.from >= outer.from && inner.to <= outer.to && inner.to - inner.from < outer.to - outer.from;
}

/// Where the key mentions choices, in order. A word inside a longer one counts only as the longer (お金 in 学校のお金).
std::vector<Mention> mentions_in(const Ask& ask, std::string_view key)
{
    std::vector<Mention> all;
    for (const auto& choice : ask.choices)
        for (const auto& hit : words_in(key, choice.folded))
            if (is_clear_inside(choice.folded[hit.word])) all.push_back({&choice, hit.from, hit.to});

    std::vector<Mention> kept;
    for (const auto& mention : all) {
        const bool swallowed = std::ranges::any_of(all, [&](const auto& other) { return lies_inside(mention, other); });
        if (!swallowed && !is_taken_back(key.substr(mention.to))) kept.push_back(mention);
    }
    std::ranges::stable_sort(kept, {}, &Mention::from);
    return kept;
}

std::vector<const Choice*> choices_of(const std::vector<Mention>& mentions)
{
    std::vector<const Choice*> choices;
    for (const auto& mention : mentions)
        if (std::ranges::find(choices, mention.choice) == choices.end()) choices.push_back(mention.choice);
    return choices;
}

/// The only choice for which `holds`; nothing when none or several.
template <class Holds>
const Choice* the_only_choice(const Ask& ask, Holds holds)
{
    const Choice* found = nullptr;
    for (const auto& choice : ask.choices) {
        if (!holds(choice)) continue;
        if (found) return nullptr;
        found = &choice;
    }
    return found;
}

/// The choice of which the key is a part: 「進学」 of 「学校・進学のお金」.
const Choice* choice_with_part(const Ask& ask, std::string_view key)
{
    for (auto part = key;;) {
        const auto holds_part = [&](const Choice& choice) {
            return std::ranges::any_of(choice.folded, [&](const auto& word) { return has_word(word, part); });
        };
        if (is_clear_inside(part))
            if (const auto* choice = the_only_choice(ask, holds_part)) return choice;
        const auto shorter = without_polite_end(part);
        if (shorter == part) return nullptr;
        part = shorter;
    }
}

// ---------------------------------------------------------------------------- numbers

/// A key that begins with a number, and what follows it: 2人 -> 2, 人.
struct Numbered {
    double number = 0;
    std::string_view rest;
};
std::optional<Numbered> numbered(std::string_view key)
{
    constexpr std::string_view beginnings[]{"no.", "no", "その", "第"};
    for (const auto beginning : beginnings)
        if (key.starts_with(beginning) && key.size() > beginning.size()) {
            const auto behind = key.substr(beginning.size());
            if (const auto numbers = numbers_in(behind); !numbers.empty() && numbers.front().from == 0) key = behind;
        }
    if (const auto spoken = spoken_number(key)) return Numbered{static_cast<double>(*spoken), {}};
    const auto numbers = numbers_in(key);
    if (numbers.empty() || numbers.front().from != 0) return std::nullopt;
    return Numbered{numbers.front().value, key.substr(numbers.front().to)};
}

/// Choices whose own labels are numbers (1人, 2人, 3人以上): then 「2」 means the label, not the place.
bool has_numbered_labels(const Ask& ask)
{
    return std::ranges::any_of(ask.choices, [](const Choice& choice) {
        return std::ranges::any_of(choice.labels, [](const auto& label) {
            const auto first = fold_for_matching(prefix_graphemes(label.second, 1));
            return !first.empty() && first.front() >= '0' && first.front() <= '9';
        });
    });
}

const Choice* choice_of_number(const Ask& ask, const Numbered& said)
{
    return the_only_choice(ask, [&](const Choice& choice) {
        return std::ranges::any_of(choice.folded, [&](const auto& word) {
            const auto own = numbered(word);
            return own && own->number == said.number && own->rest.starts_with(said.rest);
        });
    });
}

/// Whether what follows a number says that it is a place in the list: 番, 番目, or nothing.
bool is_place(std::string_view rest)
{
    constexpr std::string_view places[]{"", "番", "番目", "ばん", "ばんめ", "つ目", "つめ", "個目", "こめ"};
    for (auto core = rest;;) {
        if (is_word_of(core, places)) return true;
        const auto shorter = core == "です" ? std::string_view{} : without_polite_end(core);
        if (shorter == core) return false;
        core = shorter;
    }
}

const Choice* choice_by_number(const Ask& ask, std::string_view key)
{
    auto core = key;
    auto said = numbered(core);
    while (!said) {
        const auto shorter = without_polite_end(core);
        if (shorter == core) return nullptr;
        core = shorter;
        said = numbered(core);
    }
    if (has_numbered_labels(ask)) {
        if (const auto* choice = choice_of_number(ask, *said)) return choice;
        return nullptr;
    }
    const bool told_as_place =
        is_place(said->rest) || (core.front() >= '0' && core.front() <= '9' && said->rest.starts_with("番"));
    if (!told_as_place || said->number < 1 || said->number > static_cast<double>(ask.choices.size())) return nullptr;
    const auto place = static_cast<std::size_t>(said->number);
    return static_cast<double>(place) == said->number ? &ask.choices[place - 1] : nullptr;
}

// ---------------------------------------------------------------------------- yes and no

// clang-format off
constexpr std::string_view yes_words[]{
    "はい", "はーい", "はいはい", "うん", "うんうん", "ええ", "そう", "そうです", "そうだ", "そうですね",
    "もちろん", "おっけー", "おっけ", "おーけー", "おーけ", "おけ", "了解", "了解です", "りょうかい",
    "お願いします", "おねがいします", "お願い", "是非", "ぜひ", "yes", "y", "yeah", "yep", "ok", "okay",
    "sure", "yes please", "yes i do", "いいですよ", "いいよ", "よろしくお願いします", "よろしくおねがいします"};
// clang-format on
constexpr std::string_view no_words[]{"いいえ",     "いえ", "いや",      "いやです",     "ううん",       "ちがう",
                                      "ちがいます", "違う", "違います",  "結構です",     "けっこうです", "no",
                                      "n",          "nope", "no thanks", "no thank you", "not really",   "no i don't"};
constexpr std::string_view yes_pictures[]{"👍", "👌", "🙆", "🙆‍♀", "🙆‍♂", "⭕", "○", "◯", "〇", "✅"};
constexpr std::string_view no_pictures[]{"👎", "🙅", "🙅‍♀", "🙅‍♂", "❌", "×", "✕", "✖"};

YesOrNo yes_or_no_key(std::string_view key)
{
    for (auto core = key;;) {
        if (is_word_of(core, yes_words)) return YesOrNo::yes;
        if (is_word_of(core, no_words)) return YesOrNo::no;
        const auto shorter = without_polite_end(core);
        if (shorter == core) return YesOrNo::neither;
        core = shorter;
    }
}

YesOrNo yes_or_no_picture(std::string_view text)
{
    const auto begins = [&](auto picture) { return text.starts_with(picture); };  // a skin colour may follow
    if (std::ranges::any_of(yes_pictures, begins)) return YesOrNo::yes;
    if (std::ranges::any_of(no_pictures, begins)) return YesOrNo::no;
    return YesOrNo::neither;
}

// ---------------------------------------------------------------------------- several

/// The text cut at every one of `separators`, as keys without the empty ones.
std::vector<std::string> parts_of(std::string_view folded, const std::vector<std::string_view>& separators)
{
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (std::size_t at = 0; at < folded.size();) {
        std::size_t length = 0;
        for (const auto separator : separators)
            if (folded.substr(at).starts_with(separator)) length = std::max(length, separator.size());
        if (length == 0) {
            ++at;
            continue;
        }
        parts.push_back(match_key(folded.substr(from, at - from)));
        from = at += length;
    }
    parts.push_back(match_key(folded.substr(from)));
    std::erase(parts, "");
    return parts;
}

/// The choice of each part; nothing when one part names none.
std::optional<std::vector<const Choice*>> choice_of_each(const Ask& ask, const std::vector<std::string>& parts)
{
    std::vector<const Choice*> choices;
    for (const auto& part : parts) {
        const auto* choice = choice_said(ask, part);
        if (!choice) choice = choice_meant(ask, part);
        if (!choice) return std::nullopt;
        if (std::ranges::find(choices, choice) == choices.end()) choices.push_back(choice);
    }
    return choices;
}

}  // namespace

std::vector<std::string> choice_keys(const Choice& choice)
{
    constexpr std::string_view about = "のこと";
    std::vector<std::string> words{choice.id};
    for (const auto& [language, label] : choice.labels) words.push_back(label);
    words.insert(words.end(), choice.also.begin(), choice.also.end());
    auto keys = match_keys(words);
    for (std::size_t i = 0, count = keys.size(); i < count; ++i)
        if (keys[i].ends_with(about) && keys[i].size() > about.size())
            keys.push_back(keys[i].substr(0, keys[i].size() - about.size()));
    std::ranges::sort(keys);
    return keys;
}

const Choice* choice_of_id(const Ask& ask, std::string_view id)
{
    const auto found = std::ranges::find(ask.choices, id, &Choice::id);
    return found == ask.choices.end() ? nullptr : &*found;
}

const Choice* choice_said(const Ask& ask, std::string_view key)
{
    if (key.empty()) return nullptr;
    for (auto core = key;;) {
        for (const auto& choice : ask.choices)
            if (std::ranges::binary_search(choice.folded, core)) return &choice;
        const auto shorter = without_polite_end(core);
        if (shorter == core) return nullptr;
        core = shorter;
    }
}

const Choice* choice_meant(const Ask& ask, std::string_view key)
{
    if (key.empty() || is_too_long_for_an_answer(key)) return nullptr;
    if (const auto* choice = choice_by_number(ask, key)) return choice;
    const auto mentioned = choices_of(mentions_in(ask, key));
    if (mentioned.size() == 1) return mentioned.front();
    if (!mentioned.empty()) return nullptr;
    return choice_with_part(ask, key);
}

SeveralChoices choices_named(const Ask& ask, std::string_view text, std::string_view key)
{
    if (const auto* choice = choice_said(ask, key)) return {{choice}, false};
    if (is_too_long_for_an_answer(key)) return {};

    const auto folded = fold_for_matching(text);
    using Separators = std::vector<std::string_view>;
    for (const auto& separators : {Separators{"、", ",", "。", "/", ";", " "},
                                   Separators{"、", ",", "。", "/", ";", " ", "・", "と", "&", "and ", "+"}}) {
        const auto parts = parts_of(folded, separators);
        if (parts.size() < 2) continue;
        if (auto choices = choice_of_each(ask, parts)) {
            const bool several = choices->size() > 1;
            return {*std::move(choices), several};
        }
    }
    auto mentioned = choices_of(mentions_in(ask, key));
    if (!mentioned.empty()) return {std::move(mentioned), false};
    if (const auto* choice = choice_meant(ask, key)) return {{choice}, false};
    return {};
}

YesOrNo yes_or_no_only(std::string_view text, std::string_view key)
{
    if (key.empty()) return yes_or_no_picture(fold_for_matching(text));
    const auto said = yes_or_no_key(key);
    return said == YesOrNo::neither ? yes_or_no_picture(key) : said;
}

YesOrNo yes_or_no(std::string_view text, std::string_view key)
{
    if (const auto whole = yes_or_no_only(text, key); whole != YesOrNo::neither) return whole;
    constexpr std::string_view clause_ends[]{"、", "。", ",", ".", "!"};
    auto first = key.size();
    for (const auto end : clause_ends) first = std::min(first, key.find(end));
    return first < key.size() ? yes_or_no_key(key.substr(0, first)) : YesOrNo::neither;
}

}  // namespace tsunagi::bot
