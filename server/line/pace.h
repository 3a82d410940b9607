#pragma once
#include "server/desk/clock.h"

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tsunagi::line {

namespace net = boost::asio;

/// What LINE lets one channel do on one endpoint (facts.md 56).
struct RateLimit {
    std::int64_t requests = 2'000;
    std::chrono::milliseconds per{1'000};
};

/// The endpoint's limit and the name under which its requests are counted together: the path without what stands for an id.
struct Endpoint {
    std::string name;
    RateLimit limit;
};
Endpoint endpoint_of(std::string_view path);

/// Who waits for a request. Answers and counselors' words are never behind bulk: that leaves a fifth of each bucket to them.
enum class Urgency { prompt, bulk };

/// One token bucket a channel and endpoint, so that LINE's own limit is not met. Thread-safe; its size follows the number
/// of endpoints.
class Pace {
public:
    explicit Pace(desk::Clock& clock) : clock_(clock) {}

    /// Waits until one more request fits. Ends at once while there is room.
    net::awaitable<void> take(std::string channel, std::string path, Urgency urgency);

    /// LINE said 429 all the same (others use the channel, too): the endpoint rests for a moment.
    void refused(const std::string& channel, std::string_view path);

private:
    struct Bucket {
        double tokens = 0;
        TimePoint counted_at;
        TimePoint rests_until;
    };
    /// When the request may go; past or now: it has been counted.
    TimePoint try_take(const std::string& key, const RateLimit& limit, Urgency urgency);

    desk::Clock& clock_;
    std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace tsunagi::line
