#pragma once
#include "bot/conversation/conversation.h"
#include "server/api/answers.h"

#include <optional>
#include <vector>

namespace tsunagi::api {

/// `SafeContact.hours`: `weekdays` by name, `from` and `to` as `HH:MM`.
json contact_hours_json(const std::vector<bot::ContactHours>& hours);

/// The same from a request; nothing when a day or a time is none. Whether it makes sense, the command says.
std::optional<std::vector<bot::ContactHours>> contact_hours_of(const json& rows);

}  // namespace tsunagi::api
