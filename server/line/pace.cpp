#include "server/line/pace.h"

#include <algorithm>
#include <array>

namespace tsunagi::line {
namespace {

using namespace std::chrono_literals;

/// A bucket holds what may go within this span at most, so that a pause is not followed by a burst that LINE counts as one.
constexpr double burst_share = 0.5;
constexpr double kept_from_bulk = 0.2;
constexpr Milliseconds rest_after_429{1'000};

struct Row {
    std::string_view name;  ///< `*` stands for one part of the path
    RateLimit limit;
};
constexpr std::array limits{
    Row{"/v2/bot/message/narrowcast", {60, 3'600s}},
    Row{"/v2/bot/message/broadcast", {60, 3'600s}},
    Row{"/v2/bot/message/multicast", {200, 1s}},
    Row{"/v2/bot/chat/loading/start", {100, 1s}},
    Row{"/v2/bot/richmenu", {100, 3'600s}},
    Row{"/v2/bot/richmenu/*", {100, 3'600s}},
    Row{"/v2/bot/richmenu/alias/*", {100, 3'600s}},
    Row{"/v2/bot/richmenu/batch", {3, 3'600s}},
    Row{"/v2/bot/richmenu/list", {10, 1s}},
    Row{"/v2/bot/channel/webhook/test", {60, 3'600s}},
    Row{"/v2/bot/channel/webhook/endpoint", {1'000, 60s}},
};

/// An id: longer than any word of LINE's paths, or it has a digit (`v2` aside).
bool is_id(std::string_view part)
{
    if (part == "v2" || part == "v2.1" || part == "v3") return false;
    return part.size() > 24 || part.find_first_of("0123456789") != std::string_view::npos;
}

}  // namespace

Endpoint endpoint_of(std::string_view path)
{
    path = path.substr(0, path.find('?'));
    Endpoint endpoint;
    while (!path.empty()) {
        path.remove_prefix(1);  // the slash
        const auto part = path.substr(0, path.find('/'));
        endpoint.name += '/';
        endpoint.name += is_id(part) ? std::string_view("*") : part;
        path.remove_prefix(part.size());
    }
    for (const auto& row : limits)
        if (row.name == endpoint.name) endpoint.limit = row.limit;
    return endpoint;
}

TimePoint Pace::try_take(const std::string& key, const RateLimit& limit, Urgency urgency)
{
    const auto now = clock_.now();
    const double capacity = std::max(1.0, static_cast<double>(limit.requests) * burst_share);
    const double per_ms = static_cast<double>(limit.requests) / static_cast<double>(limit.per.count());
    const double floor = urgency == Urgency::bulk ? capacity * kept_from_bulk : 0;
    const std::lock_guard lock(mutex_);
    const auto [found, is_new] = buckets_.try_emplace(key, Bucket{capacity, now, {}});
    auto& bucket = found->second;
    if (now < bucket.counted_at) {  // the clock was set back: nobody waits until it is as late again
        bucket.counted_at = now;
        bucket.rests_until = std::min(bucket.rests_until, now + rest_after_429);
    }
    if (now < bucket.rests_until) return bucket.rests_until;
    const auto passed_ms = static_cast<double>(std::max<std::int64_t>(0, (now - bucket.counted_at).count()));
    bucket.tokens = std::min(capacity, bucket.tokens + passed_ms * per_ms);
    bucket.counted_at = now;
    const double missing = 1 + floor - bucket.tokens;
    if (missing > 0) return now + Milliseconds{1 + static_cast<std::int64_t>(missing / per_ms)};
    bucket.tokens -= 1;
    return now;
}

net::awaitable<void> Pace::take(std::string channel, std::string path, Urgency urgency)
{
    const auto endpoint = endpoint_of(path);
    const std::string key = channel + ' ' + endpoint.name;
    for (;;) {
        const auto at = try_take(key, endpoint.limit, urgency);
        if (at <= clock_.now()) co_return;
        co_await clock_.sleep_until(at);
    }
}

void Pace::refused(const std::string& channel, std::string_view path)
{
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    auto& bucket = buckets_.try_emplace(channel + ' ' + endpoint_of(path).name, Bucket{0, now, now}).first->second;
    bucket.tokens = 0;
    bucket.counted_at = now;
    bucket.rests_until = now + rest_after_429;
}

}  // namespace tsunagi::line
