#include "server/desk/recent_people.h"

#include <iterator>
#include <utility>

namespace tsunagi::desk {
namespace {

/// What a conversation takes beside its own members, near enough for a bound.
std::size_t heap_bytes(const bot::Conversation& conversation)
{
    constexpr std::size_t short_texts = 512;  // ids, names, position: always there, never long
    std::size_t bytes = short_texts;
    for (const auto& answer : conversation.answers)
        bytes += sizeof answer + answer.name.size() + answer.value.size() + answer.shown.size() + answer.message_id.size();
    for (const auto& recent : conversation.recent_texts) bytes += sizeof recent + recent.text.size() + recent.message_id.size();
    for (const auto& category : conversation.risk_categories) bytes += sizeof category + category.size();
    if (conversation.position.held) bytes += conversation.position.held->value.size() + conversation.position.held->shown.size();
    return bytes;
}

}  // namespace

std::optional<Loaded> RecentPeople::take(const std::string& identity)
{
    const std::lock_guard lock(mutex_);
    const auto found = by_identity_.find(identity);
    if (found == by_identity_.end()) return std::nullopt;
    std::optional<Loaded> taken(std::move(found->second->loaded));
    drop(found->second);
    return taken;
}

void RecentPeople::put(const std::string& identity, Loaded loaded)
{
    // Measured: resident memory grew by nearly twice the sum; short strings are rounded up and the gone leave gaps.
    constexpr std::size_t resident = 2;
    const std::size_t bytes = resident * (sizeof(Known) + identity.size() + heap_bytes(loaded.conversation));
    const std::lock_guard lock(mutex_);
    const auto found = by_identity_.find(identity);
    if (found != by_identity_.end()) drop(found->second);
    order_.push_front({identity, std::move(loaded), bytes});
    by_identity_.emplace(order_.front().identity, order_.begin());
    bytes_ += bytes;
    while (bytes_ > bytes_max_) drop(std::prev(order_.end()));
}

void RecentPeople::forget(const std::string& identity)
{
    const std::lock_guard lock(mutex_);
    const auto found = by_identity_.find(identity);
    if (found != by_identity_.end()) drop(found->second);
}

void RecentPeople::drop(Order::iterator known)
{
    bytes_ -= known->bytes;
    by_identity_.erase(known->identity);
    order_.erase(known);
}

}  // namespace tsunagi::desk
