#include "bot/flow/buttons.h"

#include "bot/base/text.h"
#include "bot/flow/decide.h"
#include "bot/flow/texts.h"
#include "bot/flow/understand_choice.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

constexpr std::size_t label_clusters_max = 20;  // facts.md 85; LINE refuses the whole message beyond it

/// The engine's own buttons and their labels in the catalogue.
struct OwnButton {
    std::string_view tap;
    const char* message;
};
constexpr OwnButton own_buttons[]{
    {tap_skip, "ask.skip"}, {tap_unknown, "ask.unknown"},           {tap_human, "ask.human"},
    {tap_done, "ask.done"}, {tap_offer_yes, "ask.offer_human.yes"}, {tap_offer_no, "ask.offer_human.no"},
    {tap_screen_safe, "safety.screen.safe"},       {tap_screen_watched, "safety.screen.watched"},
    {tap_screen_later, "safety.screen.later"},     {tap_show_lines, "safety.lines.button"},
    {tap_guide_more, "guide.button.more"},         {tap_guide_ask, "guide.button.ask"}};

bool is_chosen(const Choice& choice, const Conversation& conversation)
{
    return std::ranges::find(conversation.position.chosen, choice.id) != conversation.position.chosen.end();
}

/// Collects the buttons of one question.
class Buttons {
public:
    Buttons(const Conversation& conversation, const Playbook& playbook)
        : conversation_(conversation), playbook_(playbook)
    {
        const auto& position = conversation.position;
        beginning_ = "a=" + playbook.short_version + "&f=" + position.flow.text + "&n=" + position.node.text + "&c=";
    }

    void add(std::string_view tap, std::string_view label)
    {
        buttons_.push_back({std::string(prefix_graphemes(label, label_clusters_max)), beginning_ + std::string(tap)});
    }

    void add_own(std::string_view tap)
    {
        const auto own = std::ranges::find(own_buttons, tap, &OwnButton::tap);
        add(tap, message_text(playbook_, conversation_.language, own->message));
    }

    std::size_t size() const { return buttons_.size(); }
    std::vector<QuickReply> take() { return std::move(buttons_); }

private:
    const Conversation& conversation_;
    const Playbook& playbook_;
    std::string beginning_;
    std::vector<QuickReply> buttons_;
};

/// Its own buttons that a question cannot do without.
std::vector<std::string_view> needed_own_buttons(const Ask& ask, const Conversation& conversation)
{
    const bool some_chosen = !conversation.position.chosen.empty();
    std::vector<std::string_view> own;
    if (some_chosen) return {tap_done};
    if (ask.unknown) own.push_back(tap_unknown);
    if (ask.optional) own.push_back(tap_skip);
    return own;
}

/// The value behind `name=` in `data`; empty when there is none.
std::string_view value_of(std::string_view data, std::string_view name)
{
    while (!data.empty()) {
        const auto field = data.substr(0, data.find('&'));
        data.remove_prefix(std::min(field.size() + 1, data.size()));
        if (field.size() > name.size() && field.starts_with(name) && field[name.size()] == '=')
            return field.substr(name.size() + 1);
    }
    return {};
}

}  // namespace

std::vector<QuickReply> ask_buttons(const Ask& ask, const Conversation& conversation, const Playbook& playbook)
{
    const auto own = needed_own_buttons(ask, conversation);
    Buttons buttons(conversation, playbook);
    for (const auto& choice : ask.choices) {
        if (is_chosen(choice, conversation)) continue;
        if (buttons.size() + own.size() == flow_choices_max) break;
        buttons.add(choice.id, text_in(choice.labels, conversation.language, playbook));
    }
    for (const auto tap : own) buttons.add_own(tap);
    const bool takes_choice = ask.kind == AskKind::choice || ask.kind == AskKind::choices;
    if (takes_choice && buttons.size() < flow_choices_max) buttons.add_own(tap_human);
    return buttons.take();
}

std::vector<QuickReply> offer_buttons(const Conversation& conversation, const Playbook& playbook)
{
    Buttons buttons(conversation, playbook);
    buttons.add_own(tap_offer_yes);
    buttons.add_own(tap_offer_no);
    return buttons.take();
}

QuickReply own_button(std::string_view tap, const Language& language, const Playbook& playbook)
{
    const auto own = std::ranges::find(own_buttons, tap, &OwnButton::tap);
    const auto label = message_text(playbook, language, own->message);
    return {std::string(prefix_graphemes(label, label_clusters_max)),
            "a=" + playbook.short_version + "&f=&n=&c=" + std::string(tap)};
}

std::optional<Tap> read_tap(std::string_view data)
{
    constexpr std::size_t data_max = 1000;  // LINE allows 300; what is longer is not ours
    if (data.size() > data_max) return std::nullopt;
    const auto choice = value_of(data, "c");
    if (choice.empty()) return std::nullopt;
    return Tap{FlowId{std::string(value_of(data, "f"))}, NodeId{std::string(value_of(data, "n"))}, std::string(choice)};
}

const Choice* choice_of(const Tap& tap, const Playbook& playbook)
{
    const auto* node = find_node(playbook, tap.flow, tap.node);
    const auto* ask = node ? std::get_if<Ask>(&node->body) : nullptr;
    return ask ? choice_of_id(*ask, tap.choice) : nullptr;
}

std::optional<Language> language_tapped(const Inbound& inbound, const Playbook& playbook)
{
    const auto* postback = std::get_if<PostbackReceived>(&inbound.content);
    const auto tap = postback ? read_tap(postback->data) : std::nullopt;
    const auto* choice = tap ? choice_of(*tap, playbook) : nullptr;
    return choice ? choice->language : std::nullopt;
}

std::string label_of(const Tap& tap, const Language& language, const Playbook& playbook)
{
    if (const auto* choice = choice_of(tap, playbook)) return std::string(text_in(choice->labels, language, playbook));
    const auto own = std::ranges::find(own_buttons, tap.choice, &OwnButton::tap);
    return own == std::end(own_buttons) ? std::string{} : message_text(playbook, language, own->message);
}

}  // namespace tsunagi::bot
