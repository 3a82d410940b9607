#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <vector>

#include <boost/asio/steady_timer.hpp>

namespace tsunagi::sandbox {

namespace net = boost::asio;

/// Wakes those who wait for something to happen (long polls). One thread.
class Bell {
public:
    using Time = std::chrono::steady_clock::time_point;

    void ring();
    /// Returns at the next ring or at `until`, whichever is first; look yourself at what has changed.
    net::awaitable<void> wait(Time until);

private:
    std::vector<net::steady_timer*> waiting_;
};

/// Lets `milliseconds` pass; nothing for 0 or less.
net::awaitable<void> pause_ms(std::int64_t milliseconds);

/// Runs a coroutine to its end on its own. An exception out of it ends the program: here it can only be a mistake.
void start(net::any_io_executor executor, net::awaitable<void> work);

}  // namespace tsunagi::sandbox
