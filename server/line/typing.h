#pragma once
#include "bot/conversation/conversation.h"
#include "server/desk/desk_service.h"
#include "server/line/caller.h"

#include <mutex>
#include <unordered_map>

namespace tsunagi::line {

/// LINE shows the animation this long, or until our next message (facts.md 74).
constexpr std::chrono::seconds typing_shown{20};
/// Longer ago than this she wrote: she does not look at the chat any more, and LINE would show it to nobody.
constexpr std::chrono::minutes typing_after_her_words{10};

/// Shows her that a counselor is writing. A courtesy: once, within a deadline, never tried again. Thread-safe.
class Typing {
public:
    Typing(Caller& caller, desk::DeskService& desks) : caller_(caller), desks_(desks) {}

    /// Whether she should be shown it now: on LINE (and not only its doorway), with a counselor, not blocked, not disguised, not on standby, after
    /// words of hers, and not within the time of the last one. Says yes once: show it then.
    bool wanted(const bot::Conversation& conversation);

    net::awaitable<void> show(bot::Conversation conversation);

private:
    Caller& caller_;
    desk::DeskService& desks_;
    std::mutex mutex_;
    std::unordered_map<ConversationId, TimePoint> shown_;
};

}  // namespace tsunagi::line
