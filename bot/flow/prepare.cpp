#include "bot/flow/flow.h"
#include "bot/flow/understand_choice.h"
#include "bot/flow/words.h"

#include <algorithm>

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

/// The keys of the words that a text lists, apart by commas. None is empty.
std::vector<std::string> apart_by_commas(std::string_view text)
{
    std::vector<std::string> keys;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find(','));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        if (auto key = match_key(word); !key.empty()) keys.push_back(std::move(key));
    }
    return keys;
}

/// The words that a message lists in each language.
std::vector<std::string> listed_keys(const Playbook& playbook, const std::string& message)
{
    std::vector<std::string> keys;
    if (const auto texts = playbook.messages.find(message); texts != playbook.messages.end())
        for (const auto& [language, text] : texts->second) std::ranges::move(apart_by_commas(text), std::back_inserter(keys));
    std::ranges::sort(keys);
    return keys;
}

/// The labels and other words of the first flow's choices that name a language. Not their ids: 「en」 may be an answer
/// elsewhere.
std::map<std::string, Language, std::less<>> language_keys(const Playbook& playbook)
{
    std::map<std::string, Language, std::less<>> languages;
    const auto entry = playbook.flows.find(playbook.entry);
    if (entry == playbook.flows.end()) return languages;
    for (const auto& [id, node] : entry->second.nodes) {
        const auto* ask = std::get_if<Ask>(&node.body);
        if (!ask) continue;
        for (const auto& choice : ask->choices) {
            if (!choice.language) continue;
            const auto own_id = match_key(choice.id);
            for (const auto& key : choice.folded)
                if (key != own_id) languages.emplace(key, *choice.language);
        }
    }
    return languages;
}

/// What `language.words` lists. Romanised Japanese is listed as well: it is no English.
LanguageWords words_of_languages(const Playbook& playbook)
{
    LanguageWords words;
    const auto texts = playbook.messages.find("language.words");
    if (texts == playbook.messages.end()) return words;
    for (std::size_t language = 0; language < playbook.languages.size(); ++language) {
        const auto listed = texts->second.find(playbook.languages[language]);
        if (listed == texts->second.end()) continue;
        for (auto& key : apart_by_commas(listed->second)) {
            const bool is_latin = std::ranges::all_of(key, [](char letter) { return letter >= 'a' && letter <= 'z'; });
            if (is_latin)
                words.latin[key].push_back(language);
            else
                words.other.emplace_back(std::move(key), language);
        }
    }
    return words;
}

/// Buttons of the catalogue whose words may be typed, too: they vanish from the screen once something else was written.
constexpr const char* typed_messages[]{"ask.offer_human.yes",   "ask.offer_human.no",     "guide.begin",
                                       "safety.screen.safe",    "safety.screen.watched",  "safety.screen.later",
                                       "safety.lines.button"};

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
    playbook.yes_folded = listed_keys(playbook, "answer.yes");
    playbook.no_folded = listed_keys(playbook, "answer.no");
    playbook.language_folded = language_keys(playbook);
    playbook.language_words = words_of_languages(playbook);
    playbook.message_folded.clear();
    for (const auto* message : typed_messages)
        if (const auto texts = playbook.messages.find(message); texts != playbook.messages.end())
            for (const auto& [language, text] : texts->second)
                playbook.message_folded[message][language] = match_keys(std::string_view(text));
}

}  // namespace tsunagi::bot
