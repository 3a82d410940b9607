#pragma once
#include "handoff/queue/may_begin.h"
#include "server/desk/clock.h"
#include "server/line/api.h"
#include "server/line/outbox_step.h"
#include "server/ops/metrics.h"
#include "server/store/records.h"
#include "server/store/store.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace tsunagi::line {

/// Sends what was committed, in order within a conversation, side by side across conversations, until LINE has it or it
/// is given up and shown to a counselor: never forgotten (architecture.md, step 6).
///
/// What waits is in the store; memory only holds the line of each conversation that has something to send. Thread-safe.
class Outbox {
public:
    /// `executors`: where conversations' lines run, chosen by conversation.
    Outbox(std::vector<net::any_io_executor> executors, store::Store& store, Api& api, desk::Clock& clock,
           desk::Random& random, ops::Metrics& metrics);

    /// Takes up what a previous run left. Await once, before the first `add`.
    net::awaitable<void> recover();

    /// A row that has just become durable. Rows of one conversation come in the order of their seq.
    void add(store::OutboxRow row);

    /// Asked before a push of the bot's that nothing demands (not a human's words, not must_deliver): what is refused
    /// becomes a failed entry in words, and the month's last messages stay for counselors. Set before the first `add`.
    using MayPush = std::function<bool(const store::OutboxRow&)>;
    void set_may_push(MayPush may_push) { may_push_ = std::move(may_push); }

    /// No new attempts; those under way end within their deadlines. The rows stay in the store.
    void stop() { stopping_ = true; }

    /// Requests not yet settled, for the health page.
    std::size_t waiting() const { return waiting_; }
    /// Conversations whose line is being worked on just now: 0 after stop() once all attempts have ended.
    std::size_t busy() const;

private:
    struct Line {
        std::deque<store::OutboxRow> rows;
        bool she_wrote = false;  ///< since the row in hand was last tried: LINE is there, whatever it said before
        bool is_pressed = false; ///< since the row in hand was taken up: behind it stands what need not wait for her hours
    };
    void begin_line(const std::string& key);
    void give_up_line(const std::string& key);
    net::awaitable<void> work_through(std::string key);
    net::awaitable<bool> bring_out(store::OutboxRow& row);
    net::awaitable<bool> end_gone(const store::OutboxRow& row);
    net::awaitable<bool> go_on(store::OutboxRow& row, store::Version version, TimePoint now);
    net::awaitable<std::optional<handoff::LatePush>> may_still_go(const store::OutboxRow& row, TimePoint now);
    net::awaitable<bool> end_late(const store::OutboxRow& row, const char* why);
    net::awaitable<bool> hold(store::OutboxRow& row, store::Version version, TimePoint until, TimePoint now);
    std::vector<store::OutboxRow> behind(const store::OutboxRow& row) const;
    net::awaitable<std::optional<store::Version>> note_attempt(store::OutboxRow& row, Attempt how, store::Version version, TimePoint now);
    net::awaitable<bool> try_once(store::OutboxRow& row, Attempt how, store::Version version);
    net::awaitable<bool> end(const store::OutboxRow& row, Settlement settlement, std::vector<std::string> message_ids);
    net::awaitable<bool> give_up(const store::OutboxRow& row, bot::SendState state, const char* why);
    net::awaitable<bool> ask_whether_reachable(store::OutboxRow& row);
    net::awaitable<SendResult> attempt(const store::OutboxRow& row, Attempt attempt);
    net::awaitable<SendResult> ask(const store::OutboxRow& row, Attempt attempt);
    /// What a request that waits is in the store just now, and its version.
    struct Found {
        enum class What { there, gone, unreadable } what = What::there;
        store::Version version = store::absent;
    };
    net::awaitable<Found> look_again(store::OutboxRow& row);
    net::awaitable<std::optional<store::Version>> take_up_changes(store::OutboxRow& row);
    net::awaitable<std::optional<store::Version>> keep(store::OutboxRow row, store::Version expected);
    net::awaitable<void> tell_why_it_waits(store::OutboxRow row, store::Version expected);
    net::awaitable<bool> show(store::OutboxRow row, Settlement settlement, std::vector<std::string> message_ids, store::Batch& batch);
    net::awaitable<void> wake(const store::OutboxRow& row, const char* timer_name, store::Batch& batch);
    net::awaitable<bool> settle(store::OutboxRow row, Settlement settlement, std::vector<std::string> message_ids);
    net::awaitable<bool> try_to_settle(store::OutboxRow row, Settlement settlement, std::vector<std::string> message_ids);
    net::awaitable<bool> settle_surely(store::OutboxRow row, Settlement settlement, std::vector<std::string> message_ids);
    net::awaitable<void> pause(Milliseconds left);
    net::awaitable<void> pause_before(const store::OutboxRow& row, Milliseconds left);
    bool need_not_pause(const store::OutboxRow& row);

    const std::vector<net::any_io_executor> executors_;
    store::Store& store_;
    Api& api_;
    desk::Clock& clock_;
    desk::Random& random_;
    ops::Metrics& metrics_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Line> lines_;  ///< present: its coroutine is running
    std::atomic<std::size_t> waiting_{0};
    std::atomic<bool> stopping_{false};
    MayPush may_push_;
};

}  // namespace tsunagi::line
