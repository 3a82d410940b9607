#pragma once
#include "bot/flow/flow.h"

#include <string_view>
#include <vector>

// Which choice an answer names. Keys are those of bot/flow/words.h; beside a text stands its
// own key, which the caller has. Choices must have been prepared (flow.h).

namespace tsunagi::bot {

/// Every key under which a choice is understood: its id, its labels in all languages (also without 「のこと」), its
/// other words.
std::vector<std::string> choice_keys(const Choice& choice);

/// The choice of this id; nothing when there is none.
const Choice* choice_of_id(const Ask& ask, std::string_view id);

/// The choice that the key is, letter by letter, at most with a polite end.
const Choice* choice_said(const Ask& ask, std::string_view key);

/// The one choice that the key clearly means: by its place (「2番」), はい or いいえ for the ids `yes` and `no`, a word
/// of it inside a sentence, or a part of it. Nothing when it could be two.
const Choice* choice_meant(const Ask& ask, std::string_view key);

/// The choices named in a text in which several may be. `complete`: more than one, and nothing else was named, so that
/// there is no need to ask for more.
struct SeveralChoices {
    std::vector<const Choice*> choices;  ///< in the order named, each once
    bool complete = false;
};
SeveralChoices choices_named(const Ask& ask, std::string_view text, std::string_view key);

enum class YesOrNo { neither, yes, no };

/// What a whole text says: はい, うん, そうです, ok, 👍 / いいえ, ううん, no, 🙅.
YesOrNo yes_or_no_only(std::string_view text, std::string_view key);

/// The same, and with more behind a comma or a full stop: 「はい、そうです」. Not behind a space: 「no money」 is no
/// no.
YesOrNo yes_or_no(std::string_view text, std::string_view key);

}  // namespace tsunagi::bot
