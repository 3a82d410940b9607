#pragma once
#include "bot/conversation/conversation.h"
#include "bot/conversation/message.h"
#include "bot/flow/flow.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The buttons under a question and what a tap on one says. Data of a button:
// `a=<playbook>&f=<flow>&n=<node>&c=<choice>`. It comes back from outside, perhaps years later, so it is only ever
// compared with what the flow offers now.

namespace tsunagi::bot {

// What the engine's own buttons say instead of a choice's id. The checker keeps ids from beginning with `_`.
constexpr std::string_view tap_skip = "_skip";
constexpr std::string_view tap_unknown = "_unknown";
constexpr std::string_view tap_human = "_human";
constexpr std::string_view tap_done = "_done";
constexpr std::string_view tap_offer_yes = "_offer_yes";
constexpr std::string_view tap_offer_no = "_offer_no";
// Words of safety (bot/safety/hearing.h); they belong to no flow.
constexpr std::string_view tap_screen_safe = "_screen_safe";
constexpr std::string_view tap_screen_watched = "_screen_watched";
constexpr std::string_view tap_screen_later = "_screen_later";
constexpr std::string_view tap_show_lines = "_show_lines";
// Under an answer of the guide while no flow asks (asked.h).
constexpr std::string_view tap_guide_more = "_guide_more";
constexpr std::string_view tap_guide_ask = "_guide_ask";

/// The buttons of the ask that waits in `conversation`, in her language: its choices (several: those not yet chosen),
/// 「わからない」, 「答えない」, 「これで全部です」 and, for choices and where room remains, 「人と話したい」. At
/// most 13.
std::vector<QuickReply> ask_buttons(const Ask& ask, const Conversation& conversation, const Playbook& playbook);

/// Yes and no under the offer of a human.
std::vector<QuickReply> offer_buttons(const Conversation& conversation, const Playbook& playbook);

/// A button that belongs to no question: one of the names above, with its label of the catalogue.
QuickReply own_button(std::string_view tap, const Language& language, const Playbook& playbook);

/// What a button's data says. `flow` and `node` may be empty: a rich menu knows none.
struct Tap {
    FlowId flow;
    NodeId node;
    std::string choice;
};
/// Nothing when the data is not of a button of ours.
std::optional<Tap> read_tap(std::string_view data);

/// The choice of the playbook that a tap names, wherever it stands; nothing when it is no longer there.
const Choice* choice_of(const Tap& tap, const Playbook& playbook);

/// The language that `inbound` chooses by a tap on a button of a flow, whoever holds the conversation.
std::optional<Language> language_tapped(const Inbound& inbound, const Playbook& playbook);

/// What stood on the button, for the log that counselors read; empty when it is no longer there.
std::string label_of(const Tap& tap, const Language& language, const Playbook& playbook);

}  // namespace tsunagi::bot
