#include "bot/flow/answers.h"
#include "bot/flow/decide.h"
#include "bot/flow/texts.h"
#include "bot/flow/understand_choice.h"
#include "bot/flow/walk.h"

#include <algorithm>

// What becomes of an answer that was understood.

namespace tsunagi::bot {
namespace {

constexpr const char* unknown_value = "unknown";

/// What is put between several chosen labels when they are read back.
std::string_view list_separator(const Language& language) { return language.starts_with("ja") ? "、" : ", "; }

}  // namespace

std::optional<NodeId> Walk::accept(const Ask& ask, const Understanding& understood, const Given& given)
{
    const bool some_chosen = !conversation().position.chosen.empty();
    switch (understood.meaning) {
    case Meaning::choices:
        if (ask.kind == AskKind::choices) return accept_several(ask, understood, given);
        return accept_one(ask, *understood.choices.front(), given);
    case Meaning::value:
        keep(ask, understood.value, given.shown, given);
        return ask.next;
    case Meaning::unknown:
        if (some_chosen) return finish_several(ask, given);
        keep(ask, unknown_value, message_text(playbook_, conversation().language, "ask.unknown"), given);
        return ask.next;
    case Meaning::skip:
    case Meaning::done:
        if (some_chosen) return finish_several(ask, given);
        drop_answer(conversation(), ask.save);
        return ask.next;
    case Meaning::human:
        if (understood.says_more && ask.kind == AskKind::text) keep(ask, given.shown, given.shown, given);
        hand_over({.reason = "wish", .skills = {}});
        return std::nullopt;
    case Meaning::not_understood:
        break;
    }
    return std::nullopt;
}

std::optional<NodeId> Walk::accept_one(const Ask& ask, const Choice& choice, const Given& given)
{
    if (choice.language) switch_language(*choice.language);
    // Beside a free-text question a language button is no answer to it.
    const bool only_switches = ask.kind == AskKind::text && choice.language;
    if (!only_switches) keep(ask, choice.id, text(choice.labels), given);
    return choice.next.empty() ? ask.next : choice.next;
}

std::optional<NodeId> Walk::accept_several(const Ask& ask, const Understanding& understood, const Given& given)
{
    auto& chosen = conversation().position.chosen;
    conversation().position.attempts = 0;
    for (const auto* choice : understood.choices)
        if (std::ranges::find(chosen, choice->id) == chosen.end()) chosen.push_back(choice->id);
    if (understood.complete || chosen.size() >= ask.choices.size()) return finish_several(ask, given);
    say_question(ask);
    return std::nullopt;
}

std::optional<NodeId> Walk::finish_several(const Ask& ask, const Given& given)
{
    const auto chosen = std::exchange(conversation().position.chosen, {});
    std::string value;
    std::string shown;
    const Choice* last = nullptr;
    for (const auto& id : chosen) {
        const auto* choice = choice_of_id(ask, id);
        if (!choice)
            continue;  // a playbook finishes on its own version, so this is a broken record: what is left counts
        if (last) {
            value += ',';
            shown += list_separator(conversation().language);
        }
        value += choice->id;
        shown += text(choice->labels);
        last = choice;
    }
    keep(ask, std::move(value), std::move(shown), given);
    return chosen.size() == 1 && last && !last->next.empty() ? last->next : ask.next;
}

void Walk::keep(const Ask& ask, std::string value, std::string shown, const Given& given)
{
    keep_answer(
        conversation(),
        {.name = ask.save, .value = std::move(value), .shown = std::move(shown), .message_id = given.message_id});
}

}  // namespace tsunagi::bot
