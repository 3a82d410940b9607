#include "deploy/sandbox/bell.h"

#include "server/http/await.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>

namespace tsunagi::sandbox {
namespace {

void end_of_work(std::exception_ptr error)
{
    if (error) std::rethrow_exception(error);
}

}  // namespace

void Bell::ring()
{
    const std::vector<net::steady_timer*> woken = std::move(waiting_);
    waiting_.clear();
    for (net::steady_timer* timer : woken) timer->cancel();
}

net::awaitable<void> Bell::wait(Time until)
{
    const auto executor = co_await net::this_coro::executor;
    net::steady_timer timer(executor, until);
    waiting_.push_back(&timer);
    co_await timer.async_wait(http::nothrow);
    std::erase(waiting_, &timer);
}

net::awaitable<void> pause_ms(std::int64_t milliseconds)
{
    if (milliseconds <= 0) co_return;
    const auto executor = co_await net::this_coro::executor;
    net::steady_timer timer(executor, std::chrono::milliseconds(milliseconds));
    co_await timer.async_wait(http::nothrow);
}

void start(net::any_io_executor executor, net::awaitable<void> work)
{
    net::co_spawn(executor, std::move(work), end_of_work);
}

}  // namespace tsunagi::sandbox
