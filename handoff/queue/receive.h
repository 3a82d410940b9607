#pragma once
#include "bot/flow/decide.h"
#include "handoff/roster/counselor.h"
#include "handoff/roster/hours.h"

#include <cstdint>
#include <optional>

namespace tsunagi::handoff {

/// What deciding needs to know of the desk at this instant. Values, gathered by server/desk just before.
///
/// `waiting_ahead_*`: who would be served before this conversation if it had that priority. It is not counted itself;
/// when it waits already, only those before it are (handoff/queue/place.h counts them).
struct DeskView {
    OpeningHours hours;                       ///< of the channel the message came through
    std::uint32_t waiting_ahead_normal = 0;   ///< queued conversations of priority `normal` or more
    std::uint32_t waiting_ahead_soon = 0;     ///< queued of `soon` or more
    std::uint32_t waiting_ahead_high = 0;
    std::uint32_t waiting_ahead_emergency = 0;
    std::uint32_t on_duty = 0;                ///< those on duty who see the queue
    std::optional<Counselor> last_counselor;  ///< the one of Conversation::last_counselor, as of now
};

/// Within this time after a conversation with a counselor, a new message goes back to the same counselor.
constexpr std::chrono::hours back_to_same_counselor{24};

/// Whether the person says something to us. Following, blocking and unsending are no words, and on standby she talks to
/// another tool. A kind of message we do not know yet has an id all the same. (Nor is a tap that chooses a language, while the bot
/// does not hold: it changes the language and nothing else.)
bool speaks_to_us(const bot::Inbound& inbound);

/// What happens on `inbound`: the only function server/ calls for an event from a person.
///
/// Pure. Reads what she wrote for danger first (bot/safety/hearing.h), whoever holds the conversation; where danger comes
/// before everything else, handoff/queue/danger.h answers. Then lets bot::decide act while the bot holds the conversation and turns its NeedHuman into a place in line; logs
/// silently while the queue or a counselor holds it (the bot never speaks then, but tells a waiting person once that
/// her words were kept, once more when the desk has closed since, and takes R3 or R4 from a counselor who has gone home to the queue); reopens a closed conversation when she says something: to the same counselor if on duty, with
/// room, and within a day, else to the queue within a day, else to triage with her history kept. Following, unfollowing,
/// unsending and standby never open one. No NeedHuman is left in the result.
bot::Decision receive(const bot::Conversation& conversation, const bot::Inbound& inbound, const bot::Playbook& playbook,
                      const DeskView& desk, TimePoint now);

}  // namespace tsunagi::handoff
