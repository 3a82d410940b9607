#pragma once
#include "bot/conversation/conversation.h"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace tsunagi::webchat {

/// The console tells at most once in 20 seconds that its counselor writes; a page shows it until then and a little longer.
constexpr std::chrono::seconds writing_shown{22};

/// Which counselors are writing just now, in memory alone: a courtesy to who waits for the words. Thread-safe.
class Writing {
public:
    void began(const ConversationId& conversation, TimePoint now)
    {
        const std::lock_guard lock(mutex_);
        if (began_.size() >= remembered_max) std::erase_if(began_, [&](const auto& one) { return now - one.second >= writing_shown; });
        if (began_.size() < remembered_max) began_[conversation] = now;
    }

    /// When the counselor of `conversation` was last writing (unix ms), unless that is over, she has spoken since, nobody holds it,
    /// or her safe word was written: then 0.
    std::uint64_t since(const bot::Conversation& conversation, TimePoint now) const
    {
        if (!conversation.holder.is_counselor() || conversation.risk.disguised) return 0;
        const std::lock_guard lock(mutex_);
        const auto found = began_.find(conversation.id);
        if (found == began_.end() || now - found->second >= writing_shown || found->second < conversation.last_activity_at) return 0;
        return static_cast<std::uint64_t>(to_unix_ms(found->second));
    }

private:
    static constexpr std::size_t remembered_max = 5'000;  ///< counselors who write at once are fewer by far

    mutable std::mutex mutex_;
    std::unordered_map<ConversationId, TimePoint> began_;
};

}  // namespace tsunagi::webchat
