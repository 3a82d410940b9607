#pragma once
#include "server/api/answers.h"

namespace tsunagi::api {

/// `Author`: the person's nickname, a counselor's name; nothing for bot and system. Pure.
json author_json(const bot::Conversation& conversation, const bot::Author& author);

/// `ContentType` of an entry. Pure.
const char* content_type(const bot::Entry& entry);

/// `RiskMark`: the mark with the reason of each rule.
json mark_json(const bot::RiskMark& mark, const Words& words);

}  // namespace tsunagi::api
