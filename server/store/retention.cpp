#include "server/store/retention.h"

#include "server/store/keys.h"
#include "server/store/records.h"

#include <array>
#include <optional>
#include <utility>

namespace tsunagi::store {
namespace {

constexpr std::size_t page_rows = 500;  // one commit deletes so many: short enough not to delay a person's message

std::uint32_t day_of(TimePoint time)
{
    return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::days>(time).time_since_epoch().count());
}

/// When a row of Space::event was written, by our own clock.
std::optional<TimePoint> written_at(const Row& row)
{
    if (const auto event = decode<EventTaken>(row.value.bytes); event.ok()) return event->received_at;
    if (const auto command = decode<CommandResult>(row.value.bytes); command.ok()) return command->at;
    return std::nullopt;
}

}  // namespace

net::awaitable<std::size_t> forget_where(Store& store, Range range, std::function<bool(const Row&)> is_over)
{
    std::size_t forgotten = 0;
    range.limit = page_rows;
    for (;;) {
        const auto rows = co_await store.scan(range);
        Batch batch;
        for (const auto& row : rows) {
            if (!is_over(row)) continue;
            batch.expects.push_back({range.space, row.key, row.value.version});
            batch.writes.push_back({range.space, row.key, std::nullopt});
        }
        const auto count = batch.writes.size();
        if (count > 0) {
            const auto outcome = co_await store.commit(std::move(batch));
            if (outcome.ok()) forgotten += count;
            else if (outcome.error() != CommitFailure::conflict) co_return forgotten;
        }
        if (rows.size() < page_rows) co_return forgotten;
        range = resume_after(std::move(range), rows.back().key);
    }
}

net::awaitable<std::size_t> forget_old_events(Store& store, DeskId desk, TimePoint now)
{
    const TimePoint before = now - events_remembered;
    const auto last_old_day = day_of(before);
    const auto after_tomorrow = day_of(now) + 2;
    const std::array<Range, 6> walks = {
        events_of_days(desk, 0, last_old_day + 1),        commands_of_days(desk, 0, last_old_day + 1),
        events_of_days(desk, after_tomorrow, undated),    commands_of_days(desk, after_tomorrow, undated),
        undated_events(desk),                             undated_commands(desk),
    };
    std::size_t forgotten = 0;
    for (const auto& walk : walks) {
        Range range = walk;
        std::function<bool(const Row&)> is_old = [before](const Row& row) {
            const auto at = written_at(row);
            return at && *at < before;
        };
        const auto count = co_await forget_where(store, std::move(range), std::move(is_old));
        forgotten += count;
    }
    co_return forgotten;
}

}  // namespace tsunagi::store
