#pragma once
#include "server/config/config.h"
#include "server/desk/clock.h"
#include "server/line/account_check.h"
#include "server/line/quota.h"

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace tsunagi::line {

/// While LINE does not answer it is asked this often, so that nobody is told of an outage that is over.
constexpr std::chrono::minutes unanswered_look_interval{1};

/// Looks after the accounts behind the channels: whether each is set up as config and the desk need it, and how much of its
/// month is used. What is found is logged once, when it changes. Thread-safe.
class AccountWatch {
public:
    /// All must outlive this. `on_failure` is told of each look that threw; the others go on.
    AccountWatch(const config::Loaded& config, Caller& line, QuotaWatch& quota, desk::Clock& clock, std::function<void()> on_failure)
        : config_(config), line_(line), quota_(quota), clock_(clock), on_failure_(std::move(on_failure))
    {
    }

    /// Asks LINE now and every quota_read_interval, sooner while it does not answer, for ever.
    net::awaitable<void> run();

    /// What is the matter with a channel, as last found. `channel` is a channel_key.
    std::vector<Finding> findings(const std::string& channel) const;

private:
    net::awaitable<void> try_to_look(DeskId desk, const config::LineChannel& channel);
    net::awaitable<void> look(DeskId desk, const config::LineChannel& channel);
    bool some_gave_no_answer() const;
    bool remember(const std::string& channel, const std::vector<Finding>& findings);

    const config::Loaded& config_;
    Caller& line_;
    QuotaWatch& quota_;
    desk::Clock& clock_;
    const std::function<void()> on_failure_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::vector<Finding>> findings_;
};

}  // namespace tsunagi::line
