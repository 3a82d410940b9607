#include "server/api/answer_label.h"

#include "bot/flow/buttons.h"
#include "bot/flow/texts.h"

#include <algorithm>
#include <sstream>

namespace tsunagi::api {
namespace {

constexpr const char* unknown_value = "unknown";  // what the flow keeps for 「わからない」

/// The choice `id` of a question whose answer is kept as `name`.
const bot::Choice* find_choice(const bot::Playbook& playbook, const std::string& name, const std::string& id)
{
    for (const auto& [flow_id, flow] : playbook.flows)
        for (const auto& [node_id, node] : flow.nodes) {
            const auto* ask = std::get_if<bot::Ask>(&node.body);
            if (ask == nullptr || ask->save != name) continue;
            const auto found = std::ranges::find(ask->choices, id, &bot::Choice::id);
            if (found != ask->choices.end()) return &*found;
        }
    return nullptr;
}

std::string unless_same(std::string label, const std::string& shown) { return label == shown ? std::string() : label; }

}  // namespace

std::string label_for_staff(const bot::Answer& answer, const bot::Language& hers, const Words& words)
{
    const auto& playbook = words.playbook();
    if (answer.value == unknown_value && answer.shown == bot::message_text(playbook, hers, "ask.unknown"))
        return unless_same(words.text("ask.unknown"), answer.shown);
    std::string labels;
    std::istringstream ids(answer.value);
    for (std::string id; std::getline(ids, id, ',');) {
        const auto* choice = find_choice(playbook, answer.name, id);
        if (choice == nullptr) return {};
        if (!labels.empty()) labels += words.text("list.separator");
        labels += bot::text_in(choice->labels, words.language(), playbook);
    }
    return unless_same(std::move(labels), answer.shown);
}

std::string label_for_staff(const bot::PostbackReceived& tapped, const std::string& shown, const Words& words)
{
    const auto tap = bot::read_tap(tapped.data);
    if (!tap) return {};
    return unless_same(bot::label_of(*tap, words.language(), words.playbook()), shown);
}

}  // namespace tsunagi::api
