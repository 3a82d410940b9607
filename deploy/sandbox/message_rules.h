#pragma once
#include "deploy/sandbox/checker.h"

#include <functional>

namespace tsunagi::sandbox {

/// What a message may refer to beside itself.
struct MessageSetting {
    /// Whether the quote token is one of the chat the messages go to. Empty: quoting is not possible here (multicast ...).
    std::function<bool(const std::string&)> can_quote;
};

/// Checks `request.messages` against LINE's rules (facts.md 85-90): 1 to 5 messages, each kind with its limits.
void check_messages(Checker& checker, const json& request, const MessageSetting& setting);

/// Where an action stands decides its label and which kinds are allowed (facts.md 87).
enum class ActionPlace { template_, image_carousel, quick_reply, rich_menu, flex, flex_button };

void check_action_object(Checker& checker, const json& action, const std::string& path, ActionPlace place);
/// The action in field `name` of `parent`.
void check_action(Checker& checker, const json& parent, const std::string& path, const char* name, ActionPlace place,
                  Presence presence = Presence::required);

/// The `contents` of a flex message.
void check_flex(Checker& checker, const json& message, const std::string& path);

/// A rich menu object (facts.md 98).
void check_rich_menu(Checker& checker, const json& menu);

}  // namespace tsunagi::sandbox
