#include "server/desk/timers.h"

#include "handoff/queue/wake.h"
#include "server/store/keys.h"

#include <spdlog/spdlog.h>

#include <exception>

namespace tsunagi::desk {
namespace {

constexpr std::size_t due_rows = 200;

}  // namespace

net::awaitable<void> Timers::run()
{
    for (;;) {
        co_await look();
        const TimePoint next_look = clock_.now() + timer_look_interval;
        co_await clock_.sleep_until(next_look);
    }
}

net::awaitable<void> Timers::look()
{
    try {
        co_await desks_.make_doubtful_known();
        const std::size_t failed = co_await wake_due();
        if (failed > 0) spdlog::error("{} timers could not be fired; they stay due", failed);
    } catch (const std::exception&) {  // its text may quote what was read
        spdlog::error("due timers cannot be read; they are looked for again");
    }
}

net::awaitable<std::size_t> Timers::wake_due()
{
    std::size_t failed = 0;
    auto range = store::timers_due(clock_.now());
    range.limit = due_rows;
    for (;;) {
        const auto rows = co_await desks_.store().scan(range);
        for (const auto& row : rows) {
            auto timer = store::decode<store::Timer>(row.value.bytes);
            if (!timer.ok()) {
                ++failed;
                continue;
            }
            if (!handoff::is_conversation_timer(timer->name)) continue;
            const bool fired = co_await wake(std::move(timer).value());
            if (!fired) ++failed;
        }
        if (rows.size() < due_rows) co_return failed;
        range = store::resume_after(range, rows.back().key);
    }
}

/// False when it failed: one conversation that cannot be read must not keep the others waiting.
net::awaitable<bool> Timers::wake(store::Timer timer)
{
    try {
        co_await desks_.wake(std::move(timer));
        co_return true;
    } catch (const std::exception&) {
        co_return false;
    }
}

}  // namespace tsunagi::desk
