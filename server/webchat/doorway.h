#pragma once
#include "server/desk/desk_service.h"
#include "server/webchat/listeners.h"
#include "server/webchat/records.h"
#include "server/webchat/secrets.h"

#include <optional>
#include <string>
#include <vector>

namespace tsunagi::webchat {

/// What LINE carries for a desk whose LINE is only a doorway: a greeting, an answer that says nothing but where to go on,
/// and, for those who asked for it, one neutral word that something is to be read. Each with a personal link that opens
/// the web chat once, within door_life. Thread-safe.
class Doorway {
public:
    Doorway(desk::DeskService& desks, const Secrets& secrets, const Listeners& listeners, std::string public_url);

    /// desk::Doorway. A push when somebody answered needs her consent (here or in her safe contact profile), goes out
    /// only while no page of hers is open, in the hours she agreed (else it waits for them, unless she comes or writes on
    /// LINE before), and only once until she has come. One that LINE did not take in time is asked about anew, with a new link,
    /// more and more seldom (handoff/queue/ring_again.h); it never goes out once she has come, or has a newer link. At most one link of hers is open at a time, and
    /// none after her safe word: whoever holds her phone gets harmless words once, then nothing, until staff end that.
    net::awaitable<std::optional<desk::DoorNotice>> notice(bot::Conversation conversation, desk::DoorOccasion occasion);

    /// Whether she wants that word. False when it could not be kept.
    net::awaitable<bool> set_bell(DeskId desk, ConversationId conversation, bool wanted);

    /// Her page reads the talk: the next answer may ring again. Whether she wants that word.
    net::awaitable<bool> she_reads(DeskId desk, ConversationId conversation);

private:
    desk::DoorNotice with_link(const bot::Conversation& conversation, const char* key, Bell& bell) const;
    std::optional<desk::DoorNotice> without_link(const bot::Conversation& conversation, Bell& bell) const;
    /// What becomes of a ring: it goes now, or `instead` of it something is kept, or there is nothing to ring for.
    struct Ringing {
        bool goes = false;
        std::optional<desk::DoorNotice> instead = {};
    };
    Ringing ringing(const bot::Conversation& conversation, desk::DoorOccasion occasion, Bell& bell) const;
    std::optional<TimePoint> may_ring_at(const bot::Conversation& conversation, const Bell& bell, TimePoint earliest) const;
    /// What waits to be sent of a ring, or to be asked about it, taken away, and whether LINE had surely not taken it.
    struct TakenAway {
        std::vector<store::Expect> expects;
        std::vector<store::Write> writes;
        bool was_unheard = false;
    };
    net::awaitable<TakenAway> take_ring_away(DeskId desk, ConversationId conversation);

    desk::DeskService& desks_;
    const Secrets& secrets_;
    const Listeners& listeners_;
    const std::string public_url_;
};

}  // namespace tsunagi::webchat
