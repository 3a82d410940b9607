#pragma once
#include "bot/conversation/conversation.h"
#include "bot/flow/flow.h"

#include <functional>
#include <string>
#include <string_view>

namespace tsunagi::bot {

/// The node of a flow; nothing when either is not in the playbook.
const Node* find_node(const Playbook& playbook, const FlowId& flow, const NodeId& node);

/// The text in `language`, else in the desk's first language, else in any; empty when there is none at all.
std::string_view text_in(const Texts& texts, const Language& language, const Playbook& playbook);

/// `text` with every blank `{name}` replaced by what `value_of` says; nothing else is touched, what a value says
/// neither.
std::string with_blanks_filled(std::string_view text, const std::function<std::string(std::string_view)>& value_of);

/// A flow's text as this person reads it: her language, blanks from her answers as she gave them, and `{desk}`.
std::string flow_text(const Texts& texts, const Conversation& conversation, const Playbook& playbook);

}  // namespace tsunagi::bot
