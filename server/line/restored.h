#pragma once
#include "server/line/outbox_step.h"
#include "server/store/store.h"

#include <boost/asio/awaitable.hpp>

#include <cstddef>

namespace tsunagi::line {

/// What waited in a copy made at `copied`, as it must be seen once the copy is the store: the server that went on after the copy may have
/// sent it, by its reply token or under its retry key. As if tried then, with an unknown end: it is sent again only where LINE can tell
/// that it has it already (facts.md 82), else a counselor sees it as unknown.
void doubt(store::OutboxRow& row, TimePoint copied);

/// Doubts everything that waits in a store just restored; to be awaited before a server opens it. How many there are. Throws when the
/// store cannot be read or written; what was doubted by then stays so, and doubting it again changes nothing.
net::awaitable<std::size_t> doubt_what_waits(store::Store& store, TimePoint copied);

}  // namespace tsunagi::line
