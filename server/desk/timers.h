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

    /// Never returns; spawn it once. A broken store ends it with its exception.
    net::awaitable<void> run();

private:
    net::awaitable<void> wake_due();

    DeskService& desks_;
    Clock& clock_;
};

}  // namespace tsunagi::desk
