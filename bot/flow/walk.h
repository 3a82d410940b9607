#pragma once
#include "bot/conversation/decision.h"
#include "bot/flow/flow.h"
#include "bot/flow/understand.h"
#include "bot/guide/programme.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::bot {

/// What the person answered with, as the record keeps it.
struct Given {
    std::string shown;  ///< what she typed; empty: the choice's label
    std::string message_id;
};

/// One turn of the bot: walks the flow until it waits, hands over or ends, and gathers what is said on the way.
///
/// `decision.next` is changed at once; messages and the wish for a human go out with `finish`, which must be called
/// once at the end. Anything the flow cannot do leads to a human (`fail`): the person is never stuck (asks.md 16).
class Walk {
public:
    Walk(Decision& decision, const Playbook& playbook, TimePoint now)
        : decision_(decision), playbook_(playbook), now_(now)
    {
    }

    /// Begins a flow anew. `held` is what she has already told: it answers the first free-text ask, whose question is
    /// not asked then; a wish for a human in it is followed at the first ask of any kind.
    void start(const FlowId& flow, std::optional<Answer> held = std::nullopt);

    /// Goes on at a node of the flow that runs.
    void go_on(NodeId node);

    /// The ask that waits; nothing when the position is broken.
    const Ask* waiting() const;

    /// Takes an answer to `ask`, which waits. Returns the node to go on at; nothing when the turn is over.
    std::optional<NodeId> accept(const Ask& ask, const Understanding& understood, const Given& given);

    void say(std::string text, std::vector<QuickReply> buttons = {});
    void say_message(const std::string& key, std::vector<QuickReply> buttons = {});
    /// The question of `ask`, which waits, with its buttons.
    void say_question(const Ask& ask);

    /// Shows her the programmes that a guide node finds now, or says that there is nothing to show.
    void offer(const Guide& guide);
    /// Shows her the programmes of `held`, which waited for her word that nobody reads her screen.
    void offer_held(const Answer& held);

    void switch_language(const Language& language);
    void log(std::string event, std::map<std::string, std::string> values = {});

    /// Ends the flow without a word; that she has been greeted is remembered.
    void end_flow();
    /// Ends the flow and asks for a human.
    void hand_over(NeedHuman need);
    /// The flow is broken: what it said in this turn is taken back, she is told so, and a human reads on. `why` is for
    /// the people who write flows.
    void fail(const std::string& why);

    void finish();

    Conversation& conversation() { return decision_.next; }
    const Playbook& playbook() const { return playbook_; }
    TimePoint now() const { return now_; }

private:
    using Next = std::optional<NodeId>;
    Next step(const NodeId& id, const Say& say);
    Next step(const NodeId& id, const Ask& ask);
    Next step(const NodeId& id, const Branch& branch);
    Next step(const NodeId& id, const Set& set);
    Next step(const NodeId& id, const Score& score);
    Next step(const NodeId& id, const Guide& guide);
    Next step(const NodeId& id, const Handoff& handoff);
    Next step(const NodeId& id, const Go& go);
    Next step(const NodeId& id, const End& end);
    Next step(const NodeId& id, const Summary& summary);

    /// `again`: beside what she saw before.
    void show(const std::vector<const Programme*>& programmes, bool again);
    /// Below everything else, because only the last message's buttons are seen.
    void ask_about_screen();
    Next accept_one(const Ask& ask, const Choice& choice, const Given& given);
    Next accept_several(const Ask& ask, const Understanding& understood, const Given& given);
    Next finish_several(const Ask& ask, const Given& given);
    Next enter(const FlowId& flow);
    Next leave_flow();
    void keep(const Ask& ask, std::string value, std::string shown, const Given& given);
    std::string text(const Texts& texts) const;

    Decision& decision_;
    const Playbook& playbook_;
    TimePoint now_;
    std::size_t steps_ = 0;
    std::vector<OutboundMessage> messages_;
    std::optional<NeedHuman> need_;
    std::vector<const Programme*> held_back_;  ///< shown once she says that nobody reads her screen
};

}  // namespace tsunagi::bot
