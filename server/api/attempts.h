#pragma once
#include "bot/base/time.h"

#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

namespace tsunagi::api {

/// Failed sign-ins by address, in memory: a guesser changes logins, not addresses. Bounded; thread-safe.
class Attempts {
public:
    static constexpr std::size_t failures_max = 20;           ///< of one address within the window; a whole office may share one
    static constexpr std::chrono::minutes window{10};
    static constexpr std::size_t addresses_max = 10'000;

    bool too_many(const std::string& address, TimePoint now)
    {
        const std::lock_guard lock(mutex_);
        const auto found = failures_.find(address);
        if (found == failures_.end()) return false;
        forget_old(found->second, now);
        return found->second.size() >= failures_max;
    }
    void failed(const std::string& address, TimePoint now)
    {
        const std::lock_guard lock(mutex_);
        if (failures_.size() >= addresses_max && !failures_.contains(address)) failures_.clear();  // a flood: begin anew
        auto& times = failures_[address];
        forget_old(times, now);
        times.push_back(now);
    }

private:
    static void forget_old(std::deque<TimePoint>& times, TimePoint now)
    {
        while (!times.empty() && now - times.front() > window) times.pop_front();
    }
    std::mutex mutex_;
    std::unordered_map<std::string, std::deque<TimePoint>> failures_;
};

}  // namespace tsunagi::api
