#pragma once
#include "bot/conversation/decision.h"
#include "bot/flow/flow.h"
#include "bot/safety/hearing.h"

namespace tsunagi::bot {

/// What the bot does with `inbound`: the next state, the log entries, the effects.
///
/// Pure: same arguments, same answer. Called for every inbound whatever the holder: it always logs what was received,
/// and speaks only when the bot holds the conversation (architecture.md step 3). handoff/queue/receive.h wraps it and
/// is what server/ calls. The caller loads the version the conversation began with; where that can no longer be read, and
/// `playbook` is another, the bot says that it cannot go on and asks for a human.
Decision decide(const Conversation& conversation, const Inbound& inbound, const Playbook& playbook, TimePoint now);

/// The same with what was heard in `inbound` (bot/safety/hearing.h) known already. Where danger comes before the flow the bot
/// only keeps and marks what she sent: handoff/queue/danger.h, which knows who is there, says what there is to say.
Decision decide(const Conversation& conversation, const Inbound& inbound, const Hearing& hearing, const Playbook& playbook,
                TimePoint now);

/// The bot goes on where it was interrupted by words of safety: says `words`, then takes what she wrote before the
/// question about her screen to the flow, or asks the flow's question again. Only while the bot holds.
Decision go_on_after(Decision decision, std::vector<OutboundMessage> words, const Playbook& playbook, TimePoint now);

/// The catalogue's text for `key` in `language` (falls back to the desk's first language, then to the key itself), with
/// `{name}` replaced from `values`. Blanks without a value stay empty.
std::string message_text(const Playbook& playbook, const Language& language, const std::string& key,
                         const std::map<std::string, std::string>& values = {});

/// Adds messages from the bot to `decision`: log entries in state queued, and one Send. The one way the bot speaks.
void bot_says(Decision& decision, std::vector<OutboundMessage> messages, TimePoint now);

/// Adds an event entry (`event.*` of the catalogue) to the log.
void log_event(Decision& decision, std::string name, std::map<std::string, std::string> values, TimePoint now);

}  // namespace tsunagi::bot
