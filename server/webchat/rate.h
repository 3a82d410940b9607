#pragma once
#include "bot/base/time.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <unordered_map>

namespace tsunagi::webchat {

/// How often somebody may do something: `burst` at once, then `per_minute`. In memory, bounded. Thread-safe.
class Rate {
public:
    Rate(double burst, double per_minute) : burst_(burst), per_minute_(per_minute) {}

    /// Takes one, if there is one left for `who`.
    bool take(const std::string& who, TimePoint now)
    {
        const std::lock_guard lock(mutex_);
        Bucket* bucket = filled(who, now);
        if (bucket->left < 1) return false;
        bucket->left -= 1;
        return true;
    }
    /// Whether one is left, without taking it.
    bool has(const std::string& who, TimePoint now)
    {
        const std::lock_guard lock(mutex_);
        return filled(who, now)->left >= 1;
    }

private:
    static constexpr std::size_t people_max = 20'000;  ///< beyond it those whose bucket is full again are forgotten
    struct Bucket {
        double left = 0;
        TimePoint at;
    };

    Bucket* filled(const std::string& who, TimePoint now)
    {
        if (buckets_.size() >= people_max && !buckets_.contains(who)) forget_idle(now);
        auto& bucket = buckets_.try_emplace(who, Bucket{burst_, now}).first->second;
        bucket.left = std::min(burst_, bucket.left + per_minute_ * minutes(now - bucket.at));
        bucket.at = now;
        return &bucket;
    }
    void forget_idle(TimePoint now)
    {
        std::erase_if(buckets_, [&](const auto& entry) {
            return entry.second.left + per_minute_ * minutes(now - entry.second.at) >= burst_;
        });
        if (buckets_.size() >= people_max) buckets_.clear();  // a flood from everywhere: begin anew
    }
    static double minutes(Milliseconds time) { return std::max(0.0, static_cast<double>(time.count()) / 60'000.0); }

    const double burst_;
    const double per_minute_;
    std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace tsunagi::webchat
