#pragma once
#include "bot/conversation/decision.h"
#include "server/store/records.h"

#include <cstdint>
#include <vector>

// Who among the staff had a message on screen before she withdrew it. What each has seen of a conversation is kept as ranges
// of log entries, beside the conversation and not in it: a person's event costs nothing for it. Pure, but for DeskService's
// part in sightings.cpp.

namespace tsunagi::desk {

/// Older ranges are forgotten: a message can be withdrawn for a day, and no console jumps about more often than that.
constexpr std::size_t seen_ranges_max = 16;

/// Adds `shown` to what was seen; false when that was known already.
bool add_seen(std::vector<store::Sighting::Range>& seen, store::Sighting::Range shown);

/// What the tombstone of entry `seq` says: who saw it, by name, or that nobody did. Names stand a line each.
bot::LoggedEvent told_of_withdrawn(const std::vector<store::Sighting>& sightings, std::uint64_t seq);

/// The unsend came before its message: the log's line about it says that nobody saw anything.
void tell_nobody_saw(bot::Decision& decision);

}  // namespace tsunagi::desk
