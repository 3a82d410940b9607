#pragma once
#include "deploy/sandbox/bell.h"
#include "deploy/sandbox/faults.h"
#include "deploy/sandbox/running_log.h"
#include "deploy/sandbox/world.h"
#include "server/http/client.h"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tsunagi::sandbox {

/// How one POST to the bot's server ended.
struct Delivered {
    unsigned status = 0;  ///< 0: no answer
    std::string failure;  ///< could_not_connect, or timeout when the server may have received it
    bool ok() const { return status >= 200 && status < 300; }
};

/// Sends webhooks as LINE does: signed over the exact bytes, again until a 2xx comes when redelivery is on.
///
/// On a quiet day one person's events leave in order, one at a time; a failed one is sent again later while the next go on, so
/// that order is not guaranteed (facts.md 24). Faults add copies, delays, shuffles, losses and wrong flags.
class WebhookSender {
public:
    WebhookSender(net::any_io_executor executor, World& world, Faults& faults, RunningLog& log);

    /// Sends the event of `lane` (the person or group it comes from). Its reply token starts to count when it leaves.
    void send(const std::string& channel_id, const std::string& lane, json event);

    /// One POST, whatever it says. For the webhook test and for raw bodies.
    net::awaitable<Delivered> post(std::string url, std::string body, std::string signature);

    /// Whether nothing waits to be sent or sent again.
    bool idle() const { return waiting_ == 0; }
    /// Rings whenever `idle` may have changed.
    Bell& bell() { return bell_; }
    /// Forgets what waits to be sent again. What is on its way still arrives.
    void forget() { ++generation_; }

private:
    struct Job {
        std::string channel_id;
        std::vector<json> events;
        std::int64_t attempt = 1;
        bool is_copy = false;
        std::uint64_t generation = 0;
    };
    net::awaitable<void> run_lane(std::string lane);
    net::awaitable<void> send_after(std::int64_t wait_ms, Job job);
    net::awaitable<void> flush_batch_after(std::int64_t wait_ms, std::string channel_id);
    net::awaitable<void> attempt(Job job);
    void begin(const std::string& lane, Job job);
    void finished(std::size_t jobs = 1);
    void try_again_later(Job job);
    std::string body_of(const Channel& channel, Job& job);
    void log_attempt(const Job& job, const Delivered& delivered, std::int64_t took_ms, std::size_t bytes);
    http::Client& client_for(const std::string& base);

    net::any_io_executor executor_;
    World& world_;
    Faults& faults_;
    RunningLog& log_;
    Bell bell_;
    std::size_t waiting_ = 0;
    std::uint64_t generation_ = 0;
    std::map<std::string, std::deque<Job>> lanes_;
    std::map<std::string, std::vector<json>> batches_;  ///< channel id -> events that wait for company
    std::map<std::string, std::unique_ptr<http::Client>> clients_;
};

/// `2026-11-22T02:00:00.123Z`
std::string utc_text(std::int64_t ms);

}  // namespace tsunagi::sandbox
