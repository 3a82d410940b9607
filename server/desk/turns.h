#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace tsunagi::desk {

namespace net = boost::asio;

/// One event at a time for a key (a person at one channel), thousands side by side: an asynchronous mutex a key.
///
/// First come, first served. Thread-safe. A key costs memory only while somebody holds or awaits it.
class Turns {
    struct State;

public:
    Turns();
    ~Turns();
    Turns(const Turns&) = delete;
    Turns& operator=(const Turns&) = delete;

    /// Held by a coroutine for as long as it lives; the next in line is resumed, on its own executor, when it ends. May
    /// outlive its Turns, as in a coroutine that a stopped program leaves unfinished: then nobody is resumed.
    class Turn {
    public:
        Turn() = default;
        Turn(Turn&& other) noexcept;
        Turn& operator=(Turn&& other) noexcept;
        ~Turn();

    private:
        friend class Turns;
        Turn(std::shared_ptr<State> state, std::string key) : state_(std::move(state)), key_(std::move(key)) {}
        void release();
        std::shared_ptr<State> state_;
        std::string key_;
    };

    /// Waits until nobody before us holds `key`.
    net::awaitable<Turn> take(std::string key);

    /// Keys held just now, for tests and metrics.
    std::size_t held() const;

private:
    std::shared_ptr<State> state_;
};

}  // namespace tsunagi::desk
