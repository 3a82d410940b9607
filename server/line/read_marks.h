#pragma once
#include "server/desk/desk_service.h"
#include "server/line/caller.h"

namespace tsunagi::line {

/// Shows her "read" once a human who answers her has her words on screen, never sooner (facts.md 75).
class ReadMarks {
public:
    ReadMarks(Caller& caller, desk::DeskService& desks) : caller_(caller), desks_(desks) {}

    /// Marks everything up to her newest message as read. Does nothing when that is done already; what LINE does not take
    /// now is tried with her next message on screen.
    net::awaitable<void> show(bot::Conversation conversation);

private:
    Caller& caller_;
    desk::DeskService& desks_;
};

}  // namespace tsunagi::line
