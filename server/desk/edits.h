#pragma once
#include <string>

namespace tsunagi::desk {

/// How the message ids of a message's later versions begin: withdrawing it withdraws them, too.
inline std::string edit_prefix(const std::string& message_id) { return "edit/" + message_id + "/"; }

/// The message that `message_id` is a later version of; empty when it is none.
inline std::string edited_message(const std::string& message_id)
{
    const std::string prefix = "edit/";
    if (!message_id.starts_with(prefix)) return {};
    return message_id.substr(prefix.size(), message_id.rfind('/') - prefix.size());
}

}  // namespace tsunagi::desk
