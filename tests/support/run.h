#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace tsunagi::testing {

namespace net = boost::asio;

template <class T>
net::awaitable<void> store_result(net::awaitable<T> work, std::optional<T>& result)
{
    result.emplace(co_await std::move(work));
}

/// Runs `work` on `context`, with everything that becomes ready meanwhile, until it ends.
template <class T>
T run_on(net::io_context& context, net::awaitable<T> work)
{
    std::optional<T> result;
    std::exception_ptr failure;
    bool is_over = false;
    auto ended = [&failure, &is_over](std::exception_ptr error) {
        failure = error;
        is_over = true;
    };
    net::co_spawn(context, store_result(std::move(work), result), std::move(ended));
    context.restart();
    while (!is_over && context.run_one() > 0) {}
    if (failure) std::rethrow_exception(failure);
    if (!result) throw std::runtime_error("the coroutine waits for something that never comes");
    return std::move(*result);
}

inline void run_on(net::io_context& context, net::awaitable<void> work)
{
    auto with_value = [](net::awaitable<void> inner) -> net::awaitable<bool> {
        co_await std::move(inner);
        co_return true;
    };
    run_on<bool>(context, with_value(std::move(work)));
}

}  // namespace tsunagi::testing
