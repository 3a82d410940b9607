#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace tsunagi::desk {

namespace net = boost::asio;

/// One event at a time for a person, thousands of persons side by side: an asynchronous mutex a key.
///
/// First come, first served. Thread-safe. A key costs memory only while somebody holds or awaits it.
class Turns {
public:
    Turns();
    ~Turns();
    Turns(const Turns&) = delete;
    Turns& operator=(const Turns&) = delete;

    /// Held by a coroutine for as long as it lives; the next in line is resumed, on its own executor, when it ends.
    /// Must not outlive its Turns.
    class Turn {
    public:
        Turn() = default;
        Turn(Turn&& other) noexcept;
        Turn& operator=(Turn&& other) noexcept;
        ~Turn();

    private:
        friend class Turns;
        Turn(Turns* turns, std::string key) : turns_(turns), key_(std::move(key)) {}
        void release();
        Turns* turns_ = nullptr;
        std::string key_;
    };

    /// Waits until nobody before us holds `key`.
    net::awaitable<Turn> take(std::string key);

    /// Keys held just now, for tests and metrics.
    std::size_t held() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tsunagi::desk
