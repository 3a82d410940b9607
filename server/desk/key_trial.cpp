#include "server/desk/key_trial.h"

#include "server/store/keys.h"
#include "server/store/records.h"

#include <utility>
#include <vector>

namespace tsunagi::desk {
namespace {

constexpr std::size_t tried_at_each_end = 8;  // after a start with a wrong key the newest people may be known by another than the oldest

net::awaitable<std::vector<store::Row>> some_conversations(store::Store& store, DeskId desk)
{
    auto range = store::conversations_of(desk);
    range.limit = tried_at_each_end;
    auto rows = co_await store.scan(range);
    range.backwards = true;
    for (auto& row : co_await store.scan(range)) rows.push_back(std::move(row));
    co_return rows;
}

}  // namespace

net::awaitable<KeyTrial> try_key(store::Store& store, DeskService& desks, const config::Loaded& config)
{
    auto trial = KeyTrial::nobody_kept;
    for (const auto& desk : config.desks) {
        DeskId id = desk.id;
        const auto rows = co_await some_conversations(store, id);
        for (const auto& row : rows) {
            const auto conversation = store::decode<bot::Conversation>(row.value.bytes);
            if (!conversation.ok()) continue;  // `verify` tells of it
            bot::ChannelAddress address = conversation->address;
            const auto owner = co_await desks.owner_of(id, std::move(address));
            if (owner) co_return KeyTrial::opens;
            trial = KeyTrial::wrong;
        }
    }
    co_return trial;
}

}  // namespace tsunagi::desk
