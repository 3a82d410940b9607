#pragma once
#include "bot/conversation/conversation.h"
#include "handoff/queue/receive.h"

namespace tsunagi::handoff {

/// What the order of the queue looks at. server/desk keeps one for each waiting conversation.
struct Waiting {
    bot::Priority priority = bot::Priority::normal;
    TimePoint requested_at;
    ConversationId id;
};

/// The order of the queue, total: the more urgent first, then who asked first, then by id.
bool is_before(const Waiting& a, const Waiting& b);

/// How `conversation` stands in the queue or, when it is not there, would stand if it entered at `now`.
Waiting waiting(const bot::Conversation& conversation, TimePoint now);

/// Counts `other`, who waits, into the line before `conversation`: how a DeskView is filled, one call for each waiting
/// conversation. The conversation itself is not counted.
void count_ahead(DeskView& desk, const bot::Conversation& conversation, const Waiting& other, TimePoint now);

/// The place in line that a person of this priority has or gets: 1 is next.
std::uint32_t place_in_line(const DeskView& desk, bot::Priority priority);

/// What a risk level asks of the queue at least (practice.md section 9): R4 first of all, R3 at the head, R2 ahead of
/// the normal ones.
bot::Priority priority_of_risk(std::uint8_t risk_level);

}  // namespace tsunagi::handoff
