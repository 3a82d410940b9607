#pragma once
#include "bot/base/time.h"
#include "bot/flow/flow.h"
#include "bot/flow/understand_choice.h"

#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::bot {

/// What an answer to an ask means.
enum class Meaning {
    not_understood,
    choices,  ///< `Understanding::choices`: one, or several when the ask takes several
    value,    ///< `Understanding::value`: free text, a number or a date
    unknown,  ///< 「わからない」: an accepted answer to every ask
    skip,     ///< 「答えない」, only where the ask is optional
    done,     ///< several: nothing to add
    human,    ///< 「人と話したい」
};

struct Understanding {
    Meaning meaning = Meaning::not_understood;
    std::vector<const Choice*> choices{};  ///< of the ask that was given
    bool complete = false;                 ///< several: named all at once, no need to ask for more
    std::string value{};
    bool says_more = false;  ///< human: the text also tells something, which a free-text ask keeps
};

/// What `text` means as the answer to `ask`. Pure; `now` gives the year of 「5月3日」 and the day of 「きのう」.
/// In order: a choice said exactly (the flow's own words win), a wish for a human, 「わからない」, 「答えない」, then
/// what the ask's kind makes of it. Choices must have been prepared (flow.h).
/// `key` is the text's own (words.h), for a caller who has it.
Understanding understand(const Ask& ask, std::string_view text, std::string_view key, const Playbook& playbook, TimePoint now);
Understanding understand(const Ask& ask, std::string_view text, const Playbook& playbook, TimePoint now);

/// What a sticker means: only when its keywords clearly name one choice (OK, はい). LINE's keywords describe a picture,
/// so they are never searched for words.
Understanding understand_sticker(const Ask& ask, const std::vector<std::string>& keywords);

/// What a text says to the offer of a human (catalogue `ask.offer_human`).
enum class OfferAnswer { neither, yes, no };
OfferAnswer understand_offer(std::string_view text, std::string_view key, const Playbook& playbook);

/// What a whole text says by the catalogue's words in every language (`answer.yes`, `answer.no`; apart by commas), beside what
/// understand_choice.h knows: whoever reads Vietnamese may type 「vâng」 below a Japanese question.
YesOrNo listed_yes_or_no(std::string_view text, std::string_view key, const Playbook& playbook);

/// Whether `text` is only a greeting, so that it is not kept as what she wants to tell.
bool is_only_greeting(std::string_view text, const Playbook& playbook);

}  // namespace tsunagi::bot
