#include "server/desk/clock.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sodium.h>

namespace tsunagi::desk {

TimePoint SystemClock::now() const
{
    return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()) + ahead_;
}

net::awaitable<void> SystemClock::sleep_until(TimePoint due)
{
    const auto wait = due - now();
    if (wait <= Milliseconds{0}) co_return;
    const auto executor = co_await net::this_coro::executor;
    net::steady_timer timer(executor);
    timer.expires_after(wait);
    co_await timer.async_wait(net::use_awaitable);
}

UlidBits SystemRandom::bits()
{
    UlidBits bits{};
    randombytes_buf(bits.data(), bits.size());
    return bits;
}

}  // namespace tsunagi::desk
