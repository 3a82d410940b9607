#include "server/desk/timers.h"

#include "handoff/queue/wake.h"
#include "server/store/keys.h"

#include <spdlog/spdlog.h>

namespace tsunagi::desk {
namespace {

constexpr std::size_t page_rows = 200;

}  // namespace

net::awaitable<void> Timers::run()
{
    for (;;) {
        co_await wake_due();
        const TimePoint next_look = clock_.now() + timer_look_interval;
        co_await clock_.sleep_until(next_look);
    }
}

net::awaitable<void> Timers::wake_due()
{
    auto range = store::timers_due(clock_.now());
    range.limit = page_rows;
    for (;;) {
        const auto rows = co_await desks_.store().scan(range);
        for (const auto& row : rows) {
            auto timer = store::decode<store::Timer>(row.value.bytes);
            if (!timer.ok()) {
                spdlog::error("a timer cannot be read: {}", to_text(timer.error()));
                continue;
            }
            if (handoff::is_conversation_timer(timer->name)) co_await desks_.wake(std::move(timer).value());
        }
        if (rows.size() < page_rows) co_return;
        range = store::resume_after(range, rows.back().key);
    }
}

}  // namespace tsunagi::desk
