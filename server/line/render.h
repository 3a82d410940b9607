#pragma once
#include "bot/conversation/message.h"

#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::line {

/// The JSON bodies of LINE's send requests. Deterministic: a retry under the same retry key must carry the very same
/// bytes (facts.md 81), so this is called again instead of storing the body. Pure.
///
/// Quick replies become postback actions whose label is also shown as what the person said; only those of the last
/// message are sent, because LINE shows no others (facts.md 86).
/// Media go as a picture or as a link below `media_base` (`https://host/media/`), where LINE and her phone fetch them.
std::string reply_body(std::string_view reply_token, const std::vector<bot::OutboundMessage>& messages,
                       std::string_view media_base = {});
std::string push_body(std::string_view user, const std::vector<bot::OutboundMessage>& messages, std::string_view media_base = {});

}  // namespace tsunagi::line
