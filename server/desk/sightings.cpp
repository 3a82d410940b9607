#include "server/desk/sightings.h"

#include "server/desk/desk_parts.h"
#include "server/store/keys.h"

#include <algorithm>
#include <set>

namespace tsunagi::desk {
namespace {

using store::Space;
using Range = store::Sighting::Range;

constexpr const char* seen_event = "event.unsent.seen";
constexpr const char* unseen_event = "event.unsent.unseen";

bool holds(const std::vector<Range>& seen, std::uint64_t from, std::uint64_t to)
{
    return std::ranges::any_of(seen, [&](const Range& range) { return range.from <= from && to <= range.to; });
}

}  // namespace

bool add_seen(std::vector<Range>& seen, Range shown)
{
    if (holds(seen, shown.from, shown.to)) return false;
    std::erase_if(seen, [&shown](const Range& range) {
        const bool apart = range.to + 1 < shown.from || shown.to + 1 < range.from;
        if (apart) return false;
        shown = {std::min(shown.from, range.from), std::max(shown.to, range.to)};
        return true;
    });
    seen.insert(std::ranges::upper_bound(seen, shown.from, {}, &Range::from), shown);
    if (seen.size() > seen_ranges_max) seen.erase(seen.begin());
    return true;
}

bot::LoggedEvent told_of_withdrawn(const std::vector<store::Sighting>& sightings, std::uint64_t seq)
{
    std::set<std::string> names;
    for (const auto& sighting : sightings)
        if (holds(sighting.ranges, seq, seq)) names.insert(sighting.name);
    if (names.empty()) return {unseen_event, {}};
    std::string lines;
    for (const auto& name : names) lines += (lines.empty() ? "" : "\n") + name;
    return {seen_event, {{"names", std::move(lines)}}};
}

void tell_nobody_saw(bot::Decision& decision)
{
    for (auto& entry : decision.log)
        if (entry.event && entry.event->name == "event.unsent") entry.event->name = unseen_event;
}

// ---------------------------------------------------------------------------- DeskService's part

net::awaitable<std::vector<store::Sighting>> DeskService::sightings_of(DeskId desk, ConversationId conversation)
{
    auto range = store::sightings_of(desk, conversation);
    range.limit = page_rows;  // more than any desk has staff
    const auto rows = co_await store_.scan(std::move(range));
    std::vector<store::Sighting> sightings;
    for (const auto& row : rows) sightings.push_back(decoded<store::Sighting>(row.value.bytes, "sighting"));
    co_return sightings;
}

/// In the conversation's turn: an unsend sees all that was noted before it and is seen by all that comes after.
net::awaitable<bool> DeskService::note_on_screen(DeskId desk, ConversationId conversation, CounselorId by, Range shown)
{
    const auto known = co_await load(desk, conversation);
    if (!known || shown.from == 0 || shown.from > shown.to || shown.to >= known->conversation.next_seq) co_return false;
    std::string turn_key = identity_key(desk, known->conversation.address);
    const auto turn = co_await turns_.take(std::move(turn_key));

    const std::string key = store::sighting_key(desk, conversation, by);
    const auto found = co_await store_.get(Space::entry, key);
    store::Sighting sighting;
    if (found) sighting = decoded<store::Sighting>(found->bytes, "sighting");
    if (!add_seen(sighting.ranges, shown)) co_return true;
    if (const auto counselor = index_.counselor(desk, by)) sighting.name = counselor->name;
    store::Batch batch;
    batch.expects.push_back({Space::entry, key, found ? found->version : store::absent});
    batch.writes.push_back({Space::entry, key, store::encode(sighting)});
    const auto committed = co_await store_.commit(std::move(batch));
    co_return committed.ok();
}

}  // namespace tsunagi::desk
