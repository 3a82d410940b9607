#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace tsunagi::ops {

namespace net = boost::asio;

/// Runs `work` on `pool` and resumes the caller on its own executor with what it returned (anchors.md 5.9).
/// `work` must not throw: there is nobody on the pool to catch it. Pass it from a named variable (g++ 12).
template <class Work>
net::awaitable<std::invoke_result_t<Work&>> run_on_pool(net::any_io_executor pool, Work work)
{
    using Value = std::invoke_result_t<Work&>;
    const net::any_io_executor home = co_await net::this_coro::executor;
    auto initiate = [pool, home, work = std::move(work)](auto handler) mutable {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        net::post(pool, [home, work = std::move(work), shared]() mutable {
            Value value = work();
            net::post(home, [shared, value = std::move(value)]() mutable { (*shared)(std::move(value)); });
        });
    };
    auto token = net::use_awaitable;
    co_return co_await net::async_initiate<decltype(token), void(Value)>(std::move(initiate), token);
}

}  // namespace tsunagi::ops
