#pragma once
#include "bot/conversation/message.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::line {

// Limits for bytes from outside. A webhook's size is not documented (facts.md 15); text is at most 5,000 units.
constexpr std::size_t webhook_body_bytes_max = 1 << 20;
constexpr std::size_t webhook_events_max = 500;
constexpr std::size_t webhook_depth_max = 32;

/// A group or room that we were asked into, or still are in. Nobody's name and no word of it is kept.
struct GroupVisit {
    bool is_room = false;
    std::string id;
    std::string reply_token;  ///< of the invitation; empty when there is none to answer
};

/// One webhook request, understood. `kinds` counts what arrived by LINE's own names, for the metric.
struct Webhook {
    std::string destination;
    std::vector<bot::Inbound> events;
    std::vector<std::string> kinds;       ///< one for each event of the request, also for those not kept
    std::size_t from_groups = 0;          ///< events of groups and rooms: never kept (pitfalls.md 17)
    std::vector<GroupVisit> visits;       ///< where to take leave
    std::size_t without_user = 0;         ///< events that belong to nobody (facts.md 18)
    std::size_t ignored = 0;              ///< a console's test person, a phone that stays near a beacon
};

/// Decodes the body of `POST /line/{desk}/webhook`, whose signature has already been checked.
///
/// Nothing when it is not JSON, not an object with an `events` array, nested too deeply or too long: the request as a whole
/// is refused with 400. Every single event is tolerant: properties may be missing or new, unknown types become
/// OtherReceived with their raw JSON (facts.md 13, 14). Text is made valid UTF-8, LINE emoji are shown by name. Pure.
std::optional<Webhook> decode_webhook(std::string_view body, const DeskId& desk, std::string_view channel, TimePoint now);

}  // namespace tsunagi::line
