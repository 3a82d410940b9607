#include "server/desk/recent_people.h"

#include "server/store/records.h"

#include <iterator>
#include <utility>

namespace tsunagi::desk {

std::optional<Loaded> RecentPeople::take(const std::string& identity)
{
    std::optional<Known> known;
    {
        const std::lock_guard lock(mutex_);
        const auto found = by_identity_.find(identity);
        if (found == by_identity_.end()) return std::nullopt;
        known = remove(found->second);
    }
    auto conversation = store::decode<bot::Conversation>(known->record);
    if (!conversation.ok()) return std::nullopt;  // as if forgotten: the store's own word counts
    return Loaded{std::move(conversation).value(), known->version};
}

void RecentPeople::put(const std::string& identity, std::string record, store::Version version)
{
    record.shrink_to_fit();  // it was written into room for a long one, and is counted by its size
    const std::lock_guard lock(mutex_);
    const auto found = by_identity_.find(identity);
    if (found != by_identity_.end()) remove(found->second);
    order_.push_front({identity, std::move(record), version});
    by_identity_.emplace(order_.front().identity, order_.begin());
    bytes_ += bytes_of(order_.front());
    while (bytes_ > bytes_max_) remove(std::prev(order_.end()));
}

void RecentPeople::forget(const std::string& identity)
{
    const std::lock_guard lock(mutex_);
    const auto found = by_identity_.find(identity);
    if (found != by_identity_.end()) remove(found->second);
}

RecentPeople::Known RecentPeople::remove(Order::iterator at)
{
    bytes_ -= bytes_of(*at);
    by_identity_.erase(at->identity);
    Known known = std::move(*at);
    order_.erase(at);
    return known;
}

std::size_t RecentPeople::bytes_of(const Known& known)
{
    constexpr std::size_t nodes = 128;  // of the list, of the table and its bucket, and what the allocator rounds up
    return sizeof(Known) + nodes + known.identity.size() + known.record.size();
}

}  // namespace tsunagi::desk
