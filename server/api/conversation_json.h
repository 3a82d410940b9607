#pragma once
#include "handoff/roster/counselor.h"
#include "server/api/answers.h"
#include "server/api/sessions.h"
#include "server/api/words.h"

#include <optional>
#include <vector>

namespace tsunagi::api {

// From the domain's values to the JSON that openapi.yaml fixes. Pure.

json holder_json(const bot::Holder& holder);

/// `Entry`. `log` are entries around it, to resolve what it quotes.
json entry_json(const bot::Conversation& conversation, const bot::Entry& entry, const std::vector<bot::Entry>& log,
                const Words& words);

/// `Row`: one line of a list. `newest` are its newest entries, newest first; `due` is when a human should have answered
/// danger (handoff/queue/target.h).
json row_json(const bot::Conversation& conversation, const std::vector<bot::Entry>& newest, const Words& words,
              std::optional<TimePoint> due);

/// `Conversation`: a row and what the side panel shows. `log` are its newest entries, newest first.
json conversation_json(const bot::Conversation& conversation, const std::vector<bot::Entry>& log, const Caller& caller,
                       const std::optional<handoff::Counselor>& counselor, const Words& words, std::optional<TimePoint> due);

/// `Colleague`.
json colleague_json(const handoff::Counselor& counselor);

/// Whether `role` may see `conversation` at all; what may not be seen does not exist (404).
bool may_see(const Caller& caller, const bot::Conversation& conversation);

/// The words of `Desk.outcomes`, in the order to show (practice.md section 11).
const std::vector<std::string>& outcomes();

}  // namespace tsunagi::api
