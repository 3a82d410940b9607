#include "bot/flow/understand.h"

#include "bot/base/text.h"
#include "bot/flow/numerals.h"
#include "bot/flow/understand_choice.h"
#include "bot/flow/understand_date.h"
#include "bot/flow/understand_number.h"
#include "bot/flow/words.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

constexpr double age_max = 130;

bool takes_choice(const Ask& ask) { return ask.kind == AskKind::choice || ask.kind == AskKind::choices; }

bool is_one_of(std::string_view key, const std::vector<std::string>& words)
{
    return std::ranges::binary_search(words, key);
}

/// Whether the key is the catalogue's text for `message` in any language: the label of a button, typed.
bool is_label(std::string_view key, std::string_view message, const Playbook& playbook)
{
    const auto labels = playbook.message_folded.find(message);
    if (labels == playbook.message_folded.end()) return false;
    return std::ranges::any_of(labels->second, [&](const auto& label) { return std::ranges::find(label.second, key) != label.second.end(); });
}

YesOrNo says_yes_or_no(std::string_view text, std::string_view key, const Playbook& playbook)
{
    const auto known = yes_or_no(text, key);
    return known != YesOrNo::neither ? known : listed_yes_or_no(text, key, playbook);
}

template <std::size_t count>
bool is_any(std::string_view key, const std::string_view (&words)[count])
{
    for (auto core = key;;) {
        if (std::ranges::find(words, core) != std::end(words)) return true;
        const auto shorter = without_polite_end(core);
        if (shorter == core) return false;
        core = shorter;
    }
}

bool skips(std::string_view key, const Playbook& playbook)
{
    // clang-format off
    constexpr std::string_view words[]{
        "答えない", "こたえない", "答えたくない", "こたえたくない", "答えたくありません", "言いたくない",
        "いいたくない", "書きたくない", "すきっぷ", "ぱす", "次へ", "次", "とばす", "飛ばす", "ひみつ", "秘密",
        "skip", "pass", "next", "rather not say", "prefer not to say", "i'd rather not say"};
    // clang-format on
    return is_any(key, words) || is_one_of(key, playbook.skip_folded);
}

bool is_done(std::string_view text, std::string_view key, const Playbook& playbook)
{
    constexpr std::string_view words[]{
        "ない",         "ありません", "もうない",   "もうありません", "なし",     "特にない", "とくにない", "以上",
        "いじょう",     "終わり",     "おわり",     "これだけ",       "それだけ", "全部",     "ぜんぶ",     "大丈夫",
        "だいじょうぶ", "done",       "that's all", "nothing else",   "no more",  "none"};
    return says_yes_or_no(text, key, playbook) == YesOrNo::no || is_any(key, words) || is_one_of(key, playbook.done_folded);
}

Understanding one(const Choice& choice) { return {.meaning = Meaning::choices, .choices = {&choice}}; }
Understanding of_value(std::string value) { return {.meaning = Meaning::value, .value = std::move(value)}; }

/// 「わからない」, as the flow's own choice where it has one.
Understanding unknown_to(const Ask& ask)
{
    if (const auto* own = choice_of_id(ask, "unknown")) return one(*own);
    return {.meaning = Meaning::unknown};
}

const Choice* choice_for_yes_or_no(const Ask& ask, YesOrNo answer)
{
    if (answer == YesOrNo::neither) return nullptr;
    return choice_of_id(ask, answer == YesOrNo::yes ? "yes" : "no");
}

bool within_bounds(const Ask& ask, double value)
{
    const bool bounded = ask.minimum != 0 || ask.maximum != 0;
    if (bounded) return value >= ask.minimum && value <= ask.maximum;
    return ask.kind != AskKind::age || (value >= 0 && value <= age_max);
}

// ---------------------------------------------------------------------------- by kind

Understanding understand_choice(const Ask& ask, std::string_view text, std::string_view key, const Playbook& playbook)
{
    if (const auto* choice = choice_for_yes_or_no(ask, says_yes_or_no(text, key, playbook))) return one(*choice);
    if (const auto* choice = choice_meant(ask, key)) return one(*choice);
    if (!words_in(key, playbook.unknown_folded).empty()) return unknown_to(ask);
    return {};
}

Understanding understand_choices(const Ask& ask, std::string_view text, std::string_view key, const Playbook& playbook)
{
    auto named = choices_named(ask, text, key);
    if (!named.choices.empty())
        return {.meaning = Meaning::choices, .choices = std::move(named.choices), .complete = named.complete};
    if (is_done(text, key, playbook)) return {.meaning = Meaning::done};
    if (!words_in(key, playbook.unknown_folded).empty()) return unknown_to(ask);
    return {};
}

Understanding understand_measure(const Ask& ask, std::string_view text, std::string_view key, const Playbook& playbook,
                                 TimePoint now)
{
    if (ask.kind == AskKind::date) {
        if (const auto date = read_date(text, now)) return of_value(date_text(*date));
    } else {
        const auto value = ask.kind == AskKind::age ? read_age(text, now) : read_number(key);
        if (value && within_bounds(ask, *value)) return of_value(number_text(*value));
    }
    if (!words_in(key, playbook.unknown_folded).empty()) return unknown_to(ask);
    return {};
}

Understanding understand_by_kind(const Ask& ask, std::string_view text, std::string_view key, const Playbook& playbook,
                                 TimePoint now)
{
    switch (ask.kind) {
    case AskKind::text:
        return of_value(std::string(text));
    case AskKind::choice:
        return understand_choice(ask, text, key, playbook);
    case AskKind::choices:
        return understand_choices(ask, text, key, playbook);
    case AskKind::number:
    case AskKind::date:
    case AskKind::age:
        break;
    }
    return understand_measure(ask, text, key, playbook, now);
}

}  // namespace

Understanding understand(const Ask& ask, std::string_view text, const Playbook& playbook, TimePoint now)
{
    return understand(ask, text, match_key(text), playbook, now);
}

Understanding understand(const Ask& ask, std::string_view text, std::string_view key, const Playbook& playbook, TimePoint now)
{
    if (key.empty() && fold_for_matching(text).empty()) return {};
    if (const auto* choice = choice_said(ask, key)) return one(*choice);
    if (const auto wish = wish_for_human(text, key, playbook.human_folded); wish != HumanWish::none)
        return {.meaning = Meaning::human, .says_more = wish == HumanWish::among_other_words};
    if (only_says(key, playbook.unknown_folded)) return unknown_to(ask);
    if (ask.optional && skips(key, playbook)) return {.meaning = Meaning::skip};
    return understand_by_kind(ask, text, key, playbook, now);
}

Understanding understand_sticker(const Ask& ask, const std::vector<std::string>& keywords)
{
    if (!takes_choice(ask)) return {};
    const Choice* found = nullptr;
    for (const auto& keyword : keywords) {
        const auto key = match_key(keyword);
        const auto* choice = choice_said(ask, key);
        if (!choice) choice = choice_for_yes_or_no(ask, yes_or_no_only(keyword, key));
        if (!choice) continue;
        if (found && found != choice) return {};
        found = choice;
    }
    return found ? one(*found) : Understanding{};
}

YesOrNo listed_yes_or_no(std::string_view text, std::string_view key, const Playbook& playbook)
{
    constexpr std::size_t listed_bytes_max = 60;  // no yes and no of any language is longer
    if (key.empty() || text.size() > listed_bytes_max) return YesOrNo::neither;
    if (is_one_of(key, playbook.yes_folded)) return YesOrNo::yes;
    return is_one_of(key, playbook.no_folded) ? YesOrNo::no : YesOrNo::neither;
}

OfferAnswer understand_offer(std::string_view text, std::string_view key, const Playbook& playbook)
{
    constexpr std::string_view no_words[]{"大丈夫",     "だいじょうぶ", "いい",       "まだいい", "いらない",
                                          "いりません", "不要",         "やめておく", "やめとく", "結構",
                                          "けっこう",   "このまま",     "続ける",     "つづける", "このまま続ける",
                                          "later",      "not now"};
    if (is_label(key, "ask.offer_human.yes", playbook)) return OfferAnswer::yes;
    if (is_label(key, "ask.offer_human.no", playbook)) return OfferAnswer::no;
    const auto answer = says_yes_or_no(text, key, playbook);
    if (answer == YesOrNo::yes) return OfferAnswer::yes;
    if (answer == YesOrNo::no || is_any(key, no_words)) return OfferAnswer::no;
    return wish_for_human(text, key, playbook.human_folded) == HumanWish::none ? OfferAnswer::neither
                                                                               : OfferAnswer::yes;
}

bool is_only_greeting(std::string_view text, const Playbook& playbook)
{
    return every_clause_is(text, playbook.greeting_folded);
}

}  // namespace tsunagi::bot
