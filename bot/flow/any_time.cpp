#include "bot/flow/any_time.h"

#include "bot/flow/asked.h"
#include "bot/flow/buttons.h"
#include "bot/flow/understand_choice.h"
#include "bot/flow/words.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

/// No name of a language and no words of ours are longer: an ordinary message costs a comparison.
constexpr std::size_t text_bytes_max = 120;

bool says_in(const std::map<Language, std::vector<std::string>>& keys_by_language, const Language& language, std::string_view key)
{
    const auto keys = keys_by_language.find(language);
    return keys != keys_by_language.end() && std::ranges::find(keys->second, key) != keys->second.end();
}

bool asks_for_guide(const Conversation& conversation, const Playbook& playbook, std::string_view key)
{
    if (!playbook.support || conversation.risk_level >= guide_silent_level || conversation.position.flow.empty()) return false;
    const auto begin = playbook.message_folded.find("guide.begin");
    if (begin == playbook.message_folded.end()) return false;
    return says_in(begin->second, conversation.language, key) || says_in(begin->second, playbook.languages.front(), key);
}

}  // namespace

std::optional<Language> language_named(std::string_view text, const Playbook& playbook)
{
    if (text.size() > text_bytes_max) return std::nullopt;
    const auto named = playbook.language_folded.find(match_key(text));
    return named == playbook.language_folded.end() ? std::nullopt : std::optional(named->second);
}

std::optional<Language> language_chosen(const Inbound& inbound, const Playbook& playbook)
{
    if (const auto* text = std::get_if<TextReceived>(&inbound.content)) return language_named(text->text, playbook);
    return language_tapped(inbound, playbook);
}

bool follow_any_time(Walk& walk, std::string_view text, std::string_view key)
{
    if (text.size() > text_bytes_max || key.empty()) return false;
    const auto& playbook = walk.playbook();
    if (asks_for_guide(walk.conversation(), playbook, key)) {
        walk.end_flow();
        ask_for_question(walk);
        return true;
    }
    const auto* ask = walk.waiting();
    if (!ask || choice_said(*ask, key)) return false;
    const auto named = playbook.language_folded.find(key);
    if (named == playbook.language_folded.end()) return false;
    walk.switch_language(named->second);
    walk.say_message("language.changed");
    walk.say_question(*ask);
    return true;
}

}  // namespace tsunagi::bot
