#include "server/desk/turns.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace tsunagi::desk {

/// A coroutine in line, and where it wants to be resumed.
struct Waiter {
    net::any_io_executor executor;
    std::function<void()> resume;
};

struct Turns::State {
    mutable std::mutex mutex;
    // Present: somebody holds it. A list, because an empty one costs nothing and nearly all are empty.
    std::unordered_map<std::string, std::list<Waiter>> lines;
};

Turns::Turns() : state_(std::make_shared<State>()) {}

Turns::~Turns()
{
    decltype(state_->lines) left;  // its waiters may hold turns themselves: they go without the lock
    const std::lock_guard lock(state_->mutex);
    left.swap(state_->lines);
}

std::size_t Turns::held() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->lines.size();
}

net::awaitable<Turns::Turn> Turns::take(std::string key)
{
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->lines.try_emplace(key).second) co_return Turn(state_, std::move(key));
    }
    const net::any_io_executor executor = co_await net::this_coro::executor;
    // Between the two locks the holder may have left: then the handler is resumed at once.
    auto enqueue = [this, &key, &executor](auto handler) {
        // A coroutine's handler can only be moved, and Asio 1.26's any_completion_handler copies itself without end.
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        std::function<void()> resume = [shared] { std::move(*shared)(); };
        bool free = false;
        {
            const std::lock_guard lock(state_->mutex);
            const auto [line, inserted] = state_->lines.try_emplace(key);
            free = inserted;
            if (!free) line->second.push_back({executor, resume});
        }
        if (free) net::post(executor, std::move(resume));
    };
    auto token = net::use_awaitable;
    co_await net::async_initiate<decltype(token), void()>(std::move(enqueue), token);
    co_return Turn(state_, std::move(key));
}

Turns::Turn::Turn(Turn&& other) noexcept : state_(std::move(other.state_)), key_(std::move(other.key_)) {}

Turns::Turn& Turns::Turn::operator=(Turn&& other) noexcept
{
    if (this != &other) {
        release();
        state_ = std::move(other.state_);
        key_ = std::move(other.key_);
    }
    return *this;
}

Turns::Turn::~Turn() { release(); }

void Turns::Turn::release()
{
    const auto state = std::exchange(state_, nullptr);
    if (!state) return;
    Waiter next;
    {
        const std::lock_guard lock(state->mutex);
        auto& lines = state->lines;
        const auto line = lines.find(key_);
        if (line == lines.end()) return;  // its Turns has ended
        if (line->second.empty()) {
            lines.erase(line);
        } else {
            next = std::move(line->second.front());
            line->second.pop_front();
        }
    }
    if (!next.resume) return;
    net::post(next.executor, std::move(next.resume));
}

}  // namespace tsunagi::desk
