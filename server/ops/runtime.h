#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <exception>
#include <future>
#include <memory>
#include <thread>
#include <vector>

namespace tsunagi::ops {

namespace net = boost::asio;

/// The I/O threads, each with its own io_context, a small pool for what blocks (architecture.md, Threads), and one apart for
/// passwords: strangers decide how many of them are to be hashed, and the mail that calls for help must not wait behind them.
/// The destructor ends them.
class Runtime {
public:
    explicit Runtime(unsigned io_threads, unsigned pool_threads = 2)
        : pool_(pool_threads), passwords_(pool_threads)
    {
        for (unsigned i = 0; i < io_threads; ++i) {
            contexts_.push_back(std::make_unique<net::io_context>(1));
            guards_.push_back(net::make_work_guard(*contexts_.back()));
        }
        for (auto& context : contexts_) threads_.emplace_back([&context] { context->run(); });
    }
    ~Runtime() { stop(); }
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;

    std::vector<net::io_context*> contexts()
    {
        std::vector<net::io_context*> all;
        for (auto& context : contexts_) all.push_back(context.get());
        return all;
    }
    std::vector<net::any_io_executor> executors()
    {
        std::vector<net::any_io_executor> all;
        for (auto& context : contexts_) all.push_back(context->get_executor());
        return all;
    }
    net::any_io_executor pool() { return pool_.get_executor(); }
    net::any_io_executor passwords() { return passwords_.get_executor(); }

    /// Runs `work` on the first I/O thread and waits for it; rethrows what it throws. Not from an I/O thread.
    void run(net::awaitable<void> work)
    {
        auto promise = std::make_shared<std::promise<void>>();
        auto ended = [promise](std::exception_ptr failure) {
            if (failure) promise->set_exception(failure);
            else promise->set_value();
        };
        net::co_spawn(*contexts_.front(), std::move(work), std::move(ended));
        promise->get_future().get();
    }

    void stop()
    {
        guards_.clear();
        for (auto& context : contexts_) context->stop();
        for (auto& thread : threads_)
            if (thread.joinable()) thread.join();
        pool_.join();
        passwords_.join();
    }

private:
    std::vector<std::unique_ptr<net::io_context>> contexts_;
    std::vector<net::executor_work_guard<net::io_context::executor_type>> guards_;
    net::thread_pool pool_;
    net::thread_pool passwords_;
    std::vector<std::thread> threads_;
};

}  // namespace tsunagi::ops
