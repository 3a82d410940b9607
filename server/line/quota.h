#pragma once
#include "server/desk/clock.h"
#include "server/line/caller.h"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tsunagi::line {

/// How often LINE is asked; its own figure is approximate (facts.md 70).
constexpr std::chrono::hours quota_read_interval{1};
/// Of a month's messages, the share kept for counselors: what the bot would push goes out only above it.
constexpr std::int64_t quota_reserve_percent = 10;

/// The month's messages of a channel, as last read.
struct Quota {
    std::optional<std::int64_t> limit;  ///< nothing: no limit (a local government's plan; facts.md 71)
    std::int64_t used = 0;
    TimePoint read_at;

    std::optional<std::int64_t> left() const { return limit ? std::optional(std::max<std::int64_t>(0, *limit - used)) : std::nullopt; }
    /// How many of the limit are kept for counselors.
    std::int64_t reserve() const { return limit ? *limit * quota_reserve_percent / 100 : 0; }
    /// Whether what is left is meant for counselors only.
    bool only_reserve_left() const { return limit && *left() <= reserve(); }
};

/// What is known of a channel's quota.
struct QuotaReading {
    std::optional<Quota> newest;             ///< as LINE last said; nothing: it never did
    std::optional<TimePoint> unanswered_at;  ///< asked since, in vain
};

/// Reads and remembers the month's quota. Thread-safe.
class QuotaWatch {
public:
    QuotaWatch(Caller& caller, desk::Clock& clock) : caller_(caller), clock_(clock) {}

    /// Asks LINE now. The newest figures, or nothing when it does not say.
    net::awaitable<std::optional<Quota>> read(std::string channel);

    /// LINE was found not to answer at all, so that asking it for figures was of no use.
    void not_answered(const std::string& channel);

    /// As last read; nothing when it never could be.
    std::optional<Quota> last(const std::string& channel) const;
    QuotaReading reading(const std::string& channel) const;

    /// Whether a push that no human wrote may go out. Unknown figures stop nobody, nor do those of a month that is over.
    bool bot_may_push(const std::string& channel) const;

private:
    Caller& caller_;
    desk::Clock& clock_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, QuotaReading> known_;

    net::awaitable<std::optional<Quota>> ask(std::string channel);
};

/// `limit` out of GET quota and `used` out of GET quota/consumption; nothing when either is no such answer. Pure.
std::optional<Quota> quota_in(const std::string& quota_body, const std::string& consumption_body, TimePoint now);

}  // namespace tsunagi::line
