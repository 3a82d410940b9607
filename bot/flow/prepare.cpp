#include "bot/flow/flow.h"
#include "bot/flow/understand_choice.h"
#include "bot/flow/words.h"

namespace tsunagi::bot {
namespace {

constexpr std::size_t short_version_length = 8;

/// The desk's words, and the label of the button that says the same, in every language.
std::vector<std::string> keys_with_label(std::vector<std::string> words, const Playbook& playbook,
                                         const std::string& label)
{
    if (const auto texts = playbook.messages.find(label); texts != playbook.messages.end())
        for (const auto& [language, text] : texts->second) words.push_back(text);
    return match_keys(words);
}

}  // namespace

void prepare(Playbook& playbook)
{
    playbook.short_version = playbook.version.text.substr(0, short_version_length);
    playbook.human_folded = keys_with_label(playbook.human_words, playbook, "ask.human");
    playbook.unknown_folded = keys_with_label(playbook.unknown_words, playbook, "ask.unknown");
    playbook.greeting_folded = match_keys(playbook.greeting_words);
    playbook.skip_folded = keys_with_label({}, playbook, "ask.skip");
    playbook.done_folded = keys_with_label({}, playbook, "ask.done");
    for (auto& [flow_id, flow] : playbook.flows)
        for (auto& [node_id, node] : flow.nodes)
            if (auto* ask = std::get_if<Ask>(&node.body))
                for (auto& choice : ask->choices) choice.folded = choice_keys(choice);
}

}  // namespace tsunagi::bot
