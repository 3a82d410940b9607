#pragma once
#include "server/store/store.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace tsunagi::webchat {

namespace net = boost::asio;

/// Pages of one person open at once (two devices, a reload whose old connection is not known dead yet).
constexpr std::size_t listeners_per_person_max = 4;

/// Open pages and waiting polls, woken when something was committed that may concern them. Thread-safe.
class Listeners {
public:
    /// One page that waits. Its members belong to its executor's thread.
    class Listener {
    public:
        explicit Listener(net::any_io_executor executor) : timer_(std::move(executor)) {}

        /// Until woken or for `longest`; at once when it was woken since the last wait.
        net::awaitable<void> wait(std::chrono::milliseconds longest);
        void wake();
        net::any_io_executor executor() { return timer_.get_executor(); }

    private:
        net::steady_timer timer_;
        bool woken_ = false;
    };

    explicit Listeners(store::Store& store);
    ~Listeners();

    /// A new listener for what happens to `topic`; ends when the pointer is let go. Null when the topic has too many.
    std::shared_ptr<Listener> listen(net::any_io_executor executor, const std::string& topic);
    /// The listener hears of `topic`, too.
    void follow(const std::shared_ptr<Listener>& listener, const std::string& topic);

    /// Wakes those of `topic`. From any thread.
    void wake(const std::string& topic);

    /// The program ends: wakes everybody, and nobody is to wait any more. From any thread.
    void stop();
    bool is_stopping() const { return stopping_; }

    /// Whether anybody listens to `topic` just now.
    bool heard(const std::string& topic) const;

    static std::string topic_of_person(const std::string& desk, const std::string& user) { return "u/" + desk + "/" + user; }
    static std::string topic_of_conversation(const std::string& desk, const std::string& conversation)
    {
        return "c/" + desk + "/" + conversation;
    }

private:
    void changed(const store::Change& change);

    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::vector<std::weak_ptr<Listener>>> topics_;
    std::size_t sweep_at_ = 1'024;
    std::atomic<bool> stopping_{false};
    std::shared_ptr<void> watch_;
};

}  // namespace tsunagi::webchat
