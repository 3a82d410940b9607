#include "bot/flow/any_time.h"

#include "bot/flow/understand_choice.h"
#include "bot/flow/words.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

/// No name of a language and no words of ours are longer: an ordinary message costs a comparison.
constexpr std::size_t text_bytes_max = 120;
constexpr std::uint8_t danger_level = 2;  // from R2 on the guide is silent (asked.h)

/// The choice of the first flow that names a language and that the key is, by its label or its other words: its id, 「en」, may be an
/// answer elsewhere.
const Choice* choice_named(const Playbook& playbook, std::string_view key)
{
    const auto entry = playbook.flows.find(playbook.entry);
    if (entry == playbook.flows.end()) return nullptr;
    for (const auto& [id, node] : entry->second.nodes) {
        const auto* ask = std::get_if<Ask>(&node.body);
        if (!ask) continue;
        for (const auto& choice : ask->choices)
            if (choice.language && std::ranges::binary_search(choice.folded, key) && key != match_key(choice.id)) return &choice;
    }
    return nullptr;
}

bool says_in(const Texts& texts, const Language& language, std::string_view key)
{
    const auto text = texts.find(language);
    if (text == texts.end()) return false;
    const auto keys = match_keys(text->second);
    return std::ranges::find(keys, key) != keys.end();
}

bool asks_for_guide(const Conversation& conversation, const Playbook& playbook, std::string_view key)
{
    if (!playbook.support || conversation.risk_level >= danger_level || conversation.position.flow.empty()) return false;
    const auto texts = playbook.messages.find("guide.begin");
    if (texts == playbook.messages.end()) return false;
    return says_in(texts->second, conversation.language, key) || says_in(texts->second, playbook.languages.front(), key);
}

}  // namespace

std::optional<Language> language_named(std::string_view text, const Playbook& playbook)
{
    if (text.size() > text_bytes_max) return std::nullopt;
    const auto key = match_key(text);
    const auto* named = key.empty() ? nullptr : choice_named(playbook, key);
    return named ? named->language : std::nullopt;
}

bool follow_any_time(Walk& walk, std::string_view text)
{
    if (text.size() > text_bytes_max) return false;
    const auto key = match_key(text);
    if (key.empty()) return false;
    const auto& playbook = walk.playbook();
    if (asks_for_guide(walk.conversation(), playbook, key)) {
        walk.end_flow();
        walk.say_message("guide.ask");
        return true;
    }
    const auto* ask = walk.waiting();
    if (!ask || choice_said(*ask, key)) return false;
    const auto* named = choice_named(playbook, key);
    if (!named) return false;
    walk.switch_language(*named->language);
    walk.say_message("language.changed");
    walk.say_question(*ask);
    return true;
}

}  // namespace tsunagi::bot
