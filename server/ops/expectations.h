#pragma once
#include "bot/conversation/decision.h"
#include "server/config/yaml.h"

#include <string>
#include <vector>

namespace tsunagi::ops {

// What a story says must be true. Each returns what is wrong in one sentence, what was expected and what was instead;
// empty when it holds.

/// `bot: {contains, says_not, choices, silent}` against the messages of one turn.
std::string wrong_in_told(const config::Value& expected, const std::vector<bot::OutboundMessage>& told);

/// `holder: bot | queue | counselor | closed | NAME`.
std::string wrong_holder(const std::string& expected, const bot::Holder& holder);

/// `queue: {place, reason, priority}` of somebody who waits at `place`.
std::string wrong_in_queue(const config::Value& expected, const bot::Conversation& conversation, std::size_t place);

/// `answer: {NAME: VALUE}`; null: not given.
std::string wrong_answer(const config::Value& expected, const bot::Conversation& conversation);

/// `log: [WORDS, …]` or `{contains, says_not}` against the conversation's log.
std::string wrong_in_log(const config::Value& expected, const std::vector<bot::Entry>& log);

/// A value as answers keep it: several joined by a comma.
std::string joined_value(const config::Value& value);

/// 「…」, on one line and not longer than a line.
std::string spoken(const std::string& text);

/// "it is with …".
std::string held_by(const bot::Holder& holder);

/// "the buttons are …", of the last message that has any.
std::string buttons_shown(const std::vector<bot::OutboundMessage>& told);

} // namespace tsunagi::ops
