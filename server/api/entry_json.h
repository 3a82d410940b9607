#pragma once
#include "server/api/answers.h"

namespace tsunagi::api {

/// `Author`: the person's nickname, a counselor's name; nothing for bot and system. Pure.
json author_json(const bot::Conversation& conversation, const bot::Author& author);

/// `ContentType` of an entry. Pure.
const char* content_type(const bot::Entry& entry);
/// `SendState` in openapi.yaml.
const char* state_word(bot::SendState state);

/// Whether `entry` quotes a message that is not among `log`, so that its quote would be empty. Pure.
bool quotes_what_is_not_in(const std::vector<bot::Entry>& log, const bot::Entry& entry);

/// `RiskMark`: the mark with the reason of each rule.
json mark_json(const bot::RiskMark& mark, const Words& words);

}  // namespace tsunagi::api
