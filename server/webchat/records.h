#pragma once
#include "bot/base/ids.h"
#include "bot/base/result.h"
#include "bot/base/time.h"
#include "bot/conversation/message.h"
#include "handoff/queue/may_begin.h"
#include "server/store/records.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tsunagi::webchat {

// What the web chat keeps beside the conversation, all in Space::session under keys that are HMACs (secrets.h): whoever
// reads the store can neither enter a visit nor use a code.

/// One opened page. Found by the token that only that page's memory holds; gone with the quick exit, the idle lock, or
/// visit_idle_max without a sign of life.
struct Visit {
    DeskId desk;
    std::string user;  ///< ChannelAddress::user of the person: outlives the visit
    TimePoint opened_at;
    TimePoint last_seen_at;
};

/// A code she wrote down: leads back to `user`.
struct ReturnCode {
    DeskId desk;
    std::string user;
    TimePoint used_at;  ///< made or last used
};

/// The one code of a person that counts: a newer one replaces it.
struct Guest {
    std::string code_key;  ///< of her ReturnCode; empty: she has none
    TimePoint at;
};

/// A personal link out of LINE: opens the web chat with this conversation, once, until `expires_at`.
struct Door {
    DeskId desk;
    PersonId person;
    ConversationId conversation;
    TimePoint expires_at;
};

/// Whether a neutral word may be pushed to LINE when somebody answered, and whether that was done since she last came.
struct Bell {
    bool wanted = false;
    bool rung = false;      ///< and she has not come since
    TimePoint at;
    std::string open_door;  ///< the key of the newest link's Door: the next link closes it
    bool waits = false;     ///< somebody answered, and she has not come since: it rings when her hours begin, or when LINE is tried again
    bool lost_told = false; ///< staff know that a ring was given up, and she has not come since
    std::uint32_t refused = 0;  ///< rings in a row that LINE did not take (handoff/queue/ring_again.h)
};

std::string encode(const Visit& visit);
std::string encode(const ReturnCode& code);
std::string encode(const Guest& guest);
std::string encode(const Door& door);
std::string encode(const Bell& bell);

/// The record in `bytes`; nothing when it is another or damaged.
template <class Record>
std::optional<Record> decode(std::string_view bytes);
template <> std::optional<Visit> decode(std::string_view bytes);
template <> std::optional<ReturnCode> decode(std::string_view bytes);
template <> std::optional<Guest> decode(std::string_view bytes);
template <> std::optional<Door> decode(std::string_view bytes);
template <> std::optional<Bell> decode(std::string_view bytes);

constexpr std::chrono::hours visit_idle_max{12};
constexpr std::chrono::hours visit_life_max{48};
constexpr std::chrono::hours code_idle_max{24 * 180};  ///< half a year unused: the paper it stood on is lost
constexpr std::chrono::minutes door_life = handoff::ring_link_life;

/// Whether a row of Space::session is one of ours that nobody can use any more at `now`.
bool is_over(std::string_view bytes, TimePoint now);

}  // namespace tsunagi::webchat
