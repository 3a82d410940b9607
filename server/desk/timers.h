#pragma once
#include "server/desk/desk_service.h"

namespace tsunagi::desk {

/// How often due timers are looked for. They wait for minutes and hours: half a minute more is nothing, and a row that a
/// crash or a stalled store left behind is found by the same look.
constexpr std::chrono::seconds timer_look_interval{30};

/// Wakes conversations whose timers are due (handoff/queue/wake.h). What is set lies in the store, so a restart goes on where
/// the last run stood; a timer that came due meanwhile fires once, late.
class Timers {
public:
    Timers(DeskService& desks, Clock& clock) : desks_(desks), clock_(clock) {}

    /// Never returns; spawn it once. What cannot be read is logged and looked for again, and keeps no other from waking.
    net::awaitable<void> run();

    /// One look: how many due timers failed and stay due. Throws when the store cannot be read.
    net::awaitable<std::size_t> wake_due();

private:
    net::awaitable<bool> wake(store::Timer timer);
    net::awaitable<void> look();

    DeskService& desks_;
    Clock& clock_;
};

}  // namespace tsunagi::desk
