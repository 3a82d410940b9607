#pragma once
#include "server/desk/clock.h"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdint>

namespace tsunagi::testing {

namespace net = boost::asio;

/// A clock that stands still until somebody sleeps: sleeping moves it.
class FixedClock final : public desk::Clock {
public:
    explicit FixedClock(TimePoint now) : now_(now) {}
    TimePoint now() const override { return now_; }
    net::awaitable<void> sleep_until(TimePoint due) override
    {
        if (due > now_) now_ = due;
        const auto executor = co_await net::this_coro::executor;
        auto token = net::use_awaitable;
        co_await net::post(executor, token);
    }
    void set(TimePoint now) { now_ = now; }
    void advance(Milliseconds by) { now_ += by; }

private:
    TimePoint now_;
};

/// Random bits that a seed repeats.
class SeededRandom final : public desk::Random {
public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
    UlidBits bits() override
    {
        UlidBits bits{};
        for (auto& byte : bits) byte = static_cast<std::uint8_t>(next() >> 24U);
        return bits;
    }
    /// splitmix64: small, good enough for tests.
    std::uint64_t next()
    {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
        return mixed ^ (mixed >> 31U);
    }
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }

private:
    std::uint64_t state_;
};

}  // namespace tsunagi::testing
