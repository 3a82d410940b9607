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

/// Runs `work` on `context`, with everything that becomes ready meanwhile, until it ends.
template <class T>
T run_on(net::io_context& context, net::awaitable<T> work)
{
    std::optional<T> result;
    std::exception_ptr failure;
    auto ended = [&](std::exception_ptr error, T value) {
        failure = error;
        if (!error) result = std::move(value);
    };
    net::co_spawn(context, std::move(work), std::move(ended));
    context.restart();
    while (!result && !failure && context.run_one() > 0) {}
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
