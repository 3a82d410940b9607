#pragma once
#include "bot/conversation/conversation.h"
#include "server/store/store.h"

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tsunagi::desk {

/// A conversation and the version it was read at.
struct Loaded {
    bot::Conversation conversation;
    store::Version version = store::absent;
};

/// The conversations of those who wrote last, by identity key, as they were last committed: her next event needs no
/// read. Kept as the record that was written, a quarter of what the value takes in memory; decoding costs less than reading.
///
/// Only ever a guess: whoever decides on what was taken must expect its version in the commit. What loses there is not
/// put back, and the next look goes to the store. Bounded in bytes, the longest silent go first. Thread-safe.
class RecentPeople {
public:
    explicit RecentPeople(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    /// Takes the conversation out: who holds the person's turn owns it until it is put back.
    std::optional<Loaded> take(const std::string& identity);
    /// `record` is the encoded conversation, as committed with `version`.
    void put(const std::string& identity, std::string record, store::Version version);
    void forget(const std::string& identity);

private:
    struct Known {
        std::string identity;
        std::string record;
        store::Version version = store::absent;
    };
    static std::size_t bytes_of(const Known& known);
    using Order = std::list<Known>;  // who wrote last comes first
    Known remove(Order::iterator at);

    const std::size_t bytes_max_;
    std::mutex mutex_;
    Order order_;
    std::unordered_map<std::string_view, Order::iterator> by_identity_;  // views into order_
    std::size_t bytes_ = 0;
};

}  // namespace tsunagi::desk
