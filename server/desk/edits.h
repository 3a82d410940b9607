#pragma once
#include <string>

namespace tsunagi::desk {

/// How the message ids of a message's later versions begin: withdrawing it withdraws them, too.
inline std::string edit_prefix(const std::string& message_id) { return "edit/" + message_id + "/"; }

}  // namespace tsunagi::desk
