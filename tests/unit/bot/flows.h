#pragma once
#include "bot/flow/decide.h"

#include <string>
#include <utility>
#include <vector>

// Small flows and talks, so that a test reads like the talk it is about.

namespace tsunagi::bot::tests {

TimePoint at_noon();  ///< Friday 2026-11-20 12:00 in Japan

Texts ja(std::string text);

Choice choice(std::string id, std::string label, std::vector<std::string> also = {});
Ask ask(AskKind kind, std::string question, std::string save, std::string next);
Ask ask_choice(std::string question, std::vector<Choice> choices, std::string save, std::string next);

/// A playbook of Japanese texts, made of flows given as nodes. The first flow is the entry.
class PlaybookOf {
public:
    PlaybookOf();
    PlaybookOf& flow(const std::string& id,
                     std::vector<std::pair<std::string, NodeBody>> nodes);  ///< the first node is the start
    PlaybookOf& again(const std::string& flow);
    Playbook build() const;

    Playbook playbook;
};

/// One person's talk with the bot.
class Talk {
public:
    explicit Talk(Playbook playbook);

    // Each is one event from her; what the bot did then is in `last`.
    Talk& writes(const std::string& text);
    Talk& taps(const std::string& label);  ///< the button of that label, which must be there
    Talk& taps_data(const std::string& data);
    Talk& sends(InboundContent content);
    Talk& receives(Inbound inbound);

    std::vector<std::string> said() const;     ///< the bot's messages of the last turn
    std::string all_said() const;              ///< the same, joined by `|`
    std::vector<std::string> buttons() const;  ///< labels under the last message of the last turn
    std::string data_of(const std::string& label) const;
    std::string answer(const std::string& name) const;  ///< the value; `-` when there is none
    std::string shown(const std::string& name) const;
    std::string handed_over() const;          ///< the reason of the last turn's wish for a human; `-` without
    std::vector<std::string> events() const;  ///< names of the events of the last turn
    bool waits_at(const std::string& node) const { return conversation.position.node.text == node; }
    bool flow_runs() const { return conversation.position.running(); }

    Conversation conversation;
    Playbook playbook;
    Decision last;
    Inbound inbound(InboundContent content);

private:
    std::vector<QuickReply> last_buttons() const;
    int events_sent_ = 0;
};

using Words = std::vector<std::string>;

inline Say say(std::string text, std::string next) { return {ja(std::move(text)), NodeId{std::move(next)}}; }
inline End end(std::string text = "") { return {text.empty() ? Texts{} : ja(std::move(text))}; }
inline Go go(std::string flow, std::string next = "") { return {FlowId{std::move(flow)}, NodeId{std::move(next)}}; }

/// Topic, then urgency, then a free text, then a choice whose id stands in the first question, too.
PlaybookOf questions();
/// Somebody who was asked the first of `questions()`.
Talk at_topic();

/// A picture, or one of a set of them.
MediaReceived picture(int index = 0, int total = 0);

/// Greeting, the story in free words, a topic, goodbye.
PlaybookOf first_contact();
Playbook one_question(Ask question);
Ask topic_question();

}  // namespace tsunagi::bot::tests
