#pragma once
#include "bot/base/ids.h"
#include "bot/base/time.h"
#include "server/store/store.h"

#include <chrono>
#include <cstddef>
#include <functional>

namespace tsunagi::store {

/// How long the ids of taken events and of console commands are remembered. LINE does not publish how long it redelivers
/// (facts.md 23); the reply token's own 20 minutes (facts.md 25) and a client that was offline for a weekend lie well within.
constexpr std::chrono::days events_remembered{7};

/// Deletes the rows of `range` of which `is_over` says so, a page at a time; how many that were. A row that changed meanwhile
/// stays, and its page with it. Stops early, without harm, when the store refuses to write: call it again another time.
net::awaitable<std::size_t> forget_where(Store& store, Range range, std::function<bool(const Row&)> is_over);

/// Deletes what `desk` need not remember any more at `now`; how many rows that were. Stops early, without harm, when the
/// store refuses to write: call it again another time. Meant to be called once a day for each desk.
///
/// A row goes only when the id's own day AND our clock at its receipt are old. Walked are therefore the days before, all
/// days after tomorrow (ids from a phone with a wrong clock) and ids that carry no date; of these two there are few.
net::awaitable<std::size_t> forget_old_events(Store& store, DeskId desk, TimePoint now);

}  // namespace tsunagi::store
