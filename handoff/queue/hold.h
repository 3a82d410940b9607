#pragma once
#include "bot/conversation/decision.h"
#include "handoff/roster/counselor.h"

#include <map>
#include <string>

namespace tsunagi::handoff {

/// A decision that changes nothing yet: the conversation at its next revision, for a command to go on from.
bot::Decision change(const bot::Conversation& conversation);

/// Makes `counselor` the one holder of the conversation. The bot stops where it was; what was asked for in the queue
/// stays known.
void give_to(bot::Decision& decision, const Counselor& counselor, TimePoint now);

/// As bot::log_event, with the counselor who did it as the author.
void log_by(bot::Decision& decision, const Counselor& counselor, std::string name,
            std::map<std::string, std::string> values, TimePoint now);

/// Adds a note or a message that `counselor` wrote to the log.
bot::Entry& log_text(bot::Decision& decision, const Counselor& counselor, bot::EntryKind kind, const std::string& text,
                     TimePoint now);

}  // namespace tsunagi::handoff
