#pragma once
#include "server/store/store.h"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace tsunagi::ops {

namespace net = boost::asio;

/// What is wrong with a store: how often, and the first few places. Ids only, never a word of anybody.
struct Broken {
    std::string what;
    std::uint64_t count = 0;
    std::vector<std::string> where;
};

/// What was looked at, and what does not hold.
struct Verified {
    std::uint64_t conversations = 0;
    std::uint64_t entries = 0;
    std::uint64_t outbox_rows = 0;
    std::uint64_t timers = 0;
    std::uint64_t events = 0;
    std::vector<Broken> broken;
    bool ok() const { return broken.empty(); }
};

/// Holds every row of `store` against what each commit promises: every record can be read; an identity has its
/// conversation, and a conversation somebody's identity; it stands in exactly the list of its holder; log entries have numbers of
/// their own, below the next one; a message's place points at its entry, so that no message is there twice; what waits to be sent
/// waits in the log as well, and the other way round; pictures and files of the log are there or still to be fetched; both rows of a
/// timer agree; logins, accounts, holders, playbook versions and media belong to something that exists.
///
/// Reads in pages and one conversation at a time: a million people need eight bytes each. Nobody may write meanwhile.
net::awaitable<Verified> verify_store(store::Store& store);

/// `tsunagi verify`: 0 when all of it holds, 1 when something does not or the store cannot be opened. Stop the server first.
int verify(const std::string& data_dir, std::ostream& out, std::ostream& err);

}  // namespace tsunagi::ops
