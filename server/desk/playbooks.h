#pragma once
#include "bot/flow/flow.h"
#include "server/config/config.h"
#include "server/store/store.h"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace tsunagi::desk {

namespace net = boost::asio;

/// Every playbook version in use: a conversation finishes on the one it began with, also when config changed and the
/// server restarted in between. Versions are kept in the store as the files' own texts. Thread-safe.
class Playbooks {
public:
    Playbooks(store::Store& store, const config::Loaded& config);

    /// Stores the current version of every desk. Await once, before conversations begin.
    net::awaitable<void> keep_current();

    /// The version new conversations begin with. `desk` must be in config.
    std::shared_ptr<const bot::Playbook> current(const DeskId& desk) const;

    /// The version `conversation` goes on with: its own while a flow runs, else the current one. Falls back to the current
    /// one when the stored texts can no longer be read; the flow engine then brings a human in.
    net::awaitable<std::shared_ptr<const bot::Playbook>> for_conversation(bot::Conversation conversation);

    /// for_conversation without waiting: nothing when the version must first be read from the store.
    std::shared_ptr<const bot::Playbook> at_hand(const bot::Conversation& conversation) const;

private:
    using Key = std::pair<DeskId, PlaybookVersion>;
    store::Store& store_;
    const config::Loaded& config_;
    mutable std::mutex mutex_;
    std::map<Key, std::shared_ptr<const bot::Playbook>> older_;
};

}  // namespace tsunagi::desk
