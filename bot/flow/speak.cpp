#include "bot/base/text.h"
#include "bot/flow/decide.h"

#include <utility>

namespace tsunagi::bot {
namespace {

constexpr std::size_t text_units_max = 5000;  // facts.md 85: LINE refuses the whole request beyond it
constexpr std::string_view paragraph = "\n\n";

/// At most as many messages as one request takes: what is over goes into the last, with the buttons of the last.
void join_surplus(std::vector<OutboundMessage>& messages)
{
    if (messages.size() <= messages_per_turn_max) return;
    auto& joined = messages[messages_per_turn_max - 1];
    for (auto i = messages_per_turn_max; i < messages.size(); ++i) {
        joined.text += paragraph;
        joined.text += messages[i].text;
    }
    joined.quick_replies = std::move(messages.back().quick_replies);
    joined.cards.clear();  // shown instead of the text, they would hide what was joined; the text says all of them
    messages.resize(messages_per_turn_max);
}

}  // namespace

void bot_says(Decision& decision, std::vector<OutboundMessage> messages, TimePoint now)
{
    std::erase_if(messages, [](const OutboundMessage& message) { return message.text.empty(); });
    if (messages.empty()) return;
    join_surplus(messages);

    Send send;
    for (auto& message : messages) {
        message.text = std::string(prefix_utf16(message.text, text_units_max));
        auto& entry = decision.log.emplace_back();
        entry.seq = decision.next.next_seq++;
        entry.at = now;
        entry.kind = EntryKind::outbound;
        entry.author.kind = AuthorKind::bot;
        entry.text = message.text;
        entry.quick_replies = message.quick_replies;
        entry.cards = message.cards;
        entry.state = SendState::queued;
        send.entries.push_back(entry.seq);
    }
    send.messages = std::move(messages);
    decision.effects.emplace_back(std::move(send));
}

void log_event(Decision& decision, std::string name, std::map<std::string, std::string> values, TimePoint now)
{
    auto& entry = decision.log.emplace_back();
    entry.seq = decision.next.next_seq++;
    entry.at = now;
    entry.kind = EntryKind::event;
    entry.author.kind = AuthorKind::system;
    entry.event = LoggedEvent{std::move(name), std::move(values)};
}

}  // namespace tsunagi::bot
