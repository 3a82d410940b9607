#include "bot/flow/texts.h"

#include "bot/flow/answers.h"
#include "bot/flow/decide.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

bool is_name_letter(char letter)
{
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
           letter == '_' || letter == '-' || letter == '.';
}

/// The length of the blank at the beginning of `text`, brackets included; 0 when none begins there.
std::size_t blank_length(std::string_view text)
{
    const auto end = std::ranges::find_if_not(text.substr(1), is_name_letter) - text.begin();
    const auto length = static_cast<std::size_t>(end) + 1;
    return length > 2 && length <= text.size() && text[length - 1] == '}' ? length : 0;
}

}  // namespace

const Node* find_node(const Playbook& playbook, const FlowId& flow, const NodeId& node)
{
    const auto in_flow = playbook.flows.find(flow);
    if (in_flow == playbook.flows.end()) return nullptr;
    const auto found = in_flow->second.nodes.find(node);
    return found == in_flow->second.nodes.end() ? nullptr : &found->second;
}

std::string_view text_in(const Texts& texts, const Language& language, const Playbook& playbook)
{
    if (const auto own = texts.find(language); own != texts.end()) return own->second;
    if (!playbook.languages.empty())
        if (const auto first = texts.find(playbook.languages.front()); first != texts.end()) return first->second;
    return texts.empty() ? std::string_view{} : std::string_view(texts.begin()->second);
}

std::string with_blanks_filled(std::string_view text, const std::function<std::string(std::string_view)>& value_of)
{
    std::string filled;
    for (auto at = text.find('{'); at != std::string_view::npos; at = text.find('{')) {
        filled += text.substr(0, at);
        text.remove_prefix(at);
        const auto length = blank_length(text);
        filled += length > 0 ? value_of(text.substr(1, length - 2)) : "{";
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    filled += text;
    return filled;
}

std::string flow_text(const Texts& texts, const Conversation& conversation, const Playbook& playbook)
{
    return with_blanks_filled(text_in(texts, conversation.language, playbook), [&](std::string_view name) {
        if (const auto* answer = find_answer(conversation, name)) return answer->shown;
        return name == "desk" ? playbook.desk_name : std::string{};
    });
}

std::string message_text(const Playbook& playbook, const Language& language, const std::string& key,
                         const std::map<std::string, std::string>& values)
{
    const auto texts = playbook.messages.find(key);
    const auto text =
        texts == playbook.messages.end() ? std::string_view{} : text_in(texts->second, language, playbook);
    if (text.empty()) return key;
    return with_blanks_filled(text, [&](std::string_view name) {
        const auto value = values.find(std::string(name));
        return value == values.end() ? std::string{} : value->second;
    });
}

}  // namespace tsunagi::bot
