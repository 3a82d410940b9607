#pragma once
#include "server/config/config.h"
#include "server/desk/clock.h"
#include "server/http/client.h"
#include "server/store/records.h"
#include "server/store/store.h"

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace tsunagi::desk {

// Danger heard while nobody is at the desk (bot::AlarmStaff) is kept as a timer in the commit that heard it, so that a crash
// loses none, and told from there. While its row stands, as waiting or as told, the same level of the same conversation is
// not told again.

/// How long one telling counts for further messages of the same danger.
constexpr std::chrono::minutes on_call_quiet{30};
/// How long the telling is tried: after that the night's moment has passed, and it is logged as not told.
constexpr std::chrono::hours on_call_deadline{2};

/// The names of its rows: waiting to be told, and told.
std::string on_call_timer(std::uint8_t level);
std::string on_call_told_timer(std::uint8_t level);
/// The level in such a name; 0 for any other timer.
std::uint8_t on_call_level(std::string_view timer_name);

/// What the webhook gets. No word of hers and no name.
std::string on_call_body(const config::DeskConfig& desk, const store::Timer& timer, const std::string& public_url);

/// Tells each desk's on-call webhook what waits to be told, and repeats with growing pauses until it answers 2xx.
/// Runs on one executor; the store, the clock and the config outlive it.
class OnCallNotices {
public:
    OnCallNotices(net::any_io_executor executor, store::Store& store, const config::Loaded& config, Clock& clock,
                  http::ClientOptions options);

    /// Never returns; spawn it once. A broken store ends it with its exception.
    net::awaitable<void> run();

    /// Told, and given up, since the start: for metrics.
    std::uint64_t told() const { return told_; }
    std::uint64_t given_up() const { return given_up_; }

private:
    struct Attempt {
        TimePoint first;
        TimePoint next;
        int count = 0;
    };
    struct Target {
        std::unique_ptr<http::Client> client;
        std::string path;
    };
    net::awaitable<void> tell_due();
    net::awaitable<void> handle(store::Timer timer);
    net::awaitable<bool> deliver(store::Timer timer);
    net::awaitable<void> replace(store::Timer timer, std::optional<store::Timer> by);
    const config::DeskConfig* desk(const DeskId& id) const;

    store::Store& store_;
    const config::Loaded& config_;
    Clock& clock_;
    std::map<std::string, Target> targets_;    ///< by desk
    std::map<std::string, Attempt> attempts_;  ///< by desk, conversation and name
    std::atomic<std::uint64_t> told_{0};
    std::atomic<std::uint64_t> given_up_{0};
};

}  // namespace tsunagi::desk
