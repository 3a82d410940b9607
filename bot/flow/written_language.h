#pragma once
#include "bot/flow/flow.h"

#include <optional>
#include <string_view>

namespace tsunagi::bot {

struct Decision;
struct Inbound;

// She who never found the button of languages writes in her own all the same, and words of safety that she cannot read help nobody.

/// The language of the desk in which `text` is surely written: by its letters, and where several share them by the small words that
/// `language.words` of the catalogue lists. Nothing where it could be another's: "OK, thank you", a name, half a word. Never `ja-easy`, which is a
/// choice. Over the exams of tests/bench/risk one message in twenty-five of other languages gets no answer, one in five hundred a wrong
/// one (written_language_test.cpp).
std::optional<Language> written_language(std::string_view text, const Playbook& playbook);

/// Sets the language of the conversation for good, and logs `event` with it when it is another one. The one way a language changes.
void settle_language(Decision& decision, const Language& language, const char* event, TimePoint now);

/// Goes on in the language that she writes, whoever holds the conversation, until she chose one or was heard once: who then copies a
/// letter of the school keeps hers.
void follow_written_language(Decision& decision, const Inbound& inbound, const Playbook& playbook, TimePoint now);

}  // namespace tsunagi::bot
