#pragma once
#include "bot/base/time.h"
#include "server/desk/clock.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace tsunagi::simulation {

namespace net = boost::asio;

/// One run of the process, from start to crash. What it awaits after its death never comes.
struct Life {
    bool dead = false;
    std::vector<std::function<void()>> parked;  ///< coroutines that died waiting; destroyed by the world
};

/// Virtual time and everything that will happen, in order: by instant, then by when it was put down.
class Agenda {
public:
    explicit Agenda(TimePoint start) : now_(start) {}
    TimePoint now() const { return now_; }

    /// Happens whether or not a process lives: people, the platform, a crash.
    void at(TimePoint due, std::function<void()> what) { put(due, std::move(what), nullptr); }
    void in(Milliseconds wait, std::function<void()> what) { at(now_ + wait, std::move(what)); }
    /// Resumes a coroutine of `life`; parked when that has died by then.
    void wake(TimePoint due, std::function<void()> resume, std::shared_ptr<Life> life) { put(due, std::move(resume), std::move(life)); }

    bool empty() const { return items_.empty(); }
    /// What is still to come of the world itself, apart from coroutines that sleep.
    std::size_t world_items() const { return world_items_; }
    TimePoint next_due() const { return items_.begin()->first.first; }

    /// Time jumps to the next item, which happens.
    void run_next()
    {
        auto node = items_.extract(items_.begin());
        if (node.key().first > now_) now_ = node.key().first;
        auto& item = node.mapped();
        if (!item.life) --world_items_;
        if (item.life && item.life->dead) item.life->parked.push_back(std::move(item.what));
        else item.what();
    }

    /// Parks every coroutine of `life`.
    void park_all(const std::shared_ptr<Life>& life)
    {
        for (auto item = items_.begin(); item != items_.end();) {
            if (item->second.life != life) { ++item; continue; }
            life->parked.push_back(std::move(item->second.what));
            item = items_.erase(item);
        }
    }

private:
    struct Item {
        std::function<void()> what;
        std::shared_ptr<Life> life;
    };
    void put(TimePoint due, std::function<void()> what, std::shared_ptr<Life> life)
    {
        if (!life) ++world_items_;
        items_.emplace(std::pair{std::max(due, now_), next_++}, Item{std::move(what), std::move(life)});
    }
    TimePoint now_;
    std::uint64_t next_ = 0;
    std::size_t world_items_ = 0;
    std::map<std::pair<TimePoint, std::uint64_t>, Item> items_;
};

/// Suspends the calling coroutine until `due`; for good when `life` is over.
inline net::awaitable<void> rest_until(Agenda& agenda, std::shared_ptr<Life> life, TimePoint due)
{
    const net::any_io_executor executor = co_await net::this_coro::executor;
    auto initiation = [&agenda, life, due, executor](auto handler) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        std::function<void()> resume = [shared, executor] {
            net::post(executor, [shared] { std::move (*shared)(); });
        };
        if (life->dead) life->parked.push_back(std::move(resume));
        else agenda.wake(due, std::move(resume), life);
    };
    auto token = net::use_awaitable;
    co_await net::async_initiate<decltype(token), void()>(std::move(initiation), token);
}

/// The clock of one process. `rate` other than 1 is a mutant: a clock that runs slow.
class SimulatedClock final : public desk::Clock {
public:
    SimulatedClock(Agenda& agenda, std::shared_ptr<Life> life, double rate = 1)
        : agenda_(agenda), life_(std::move(life)), rate_(rate) {}
    TimePoint now() const override
    {
        if (rate_ == 1) return agenda_.now();
        const auto passed = static_cast<double>((agenda_.now() - epoch()).count());
        return epoch() + Milliseconds{static_cast<std::int64_t>(passed * rate_)};
    }
    net::awaitable<void> sleep_until(TimePoint due) override
    {
        const auto wait = static_cast<double>((due - now()).count()) / rate_;
        const TimePoint until = agenda_.now() + Milliseconds{static_cast<std::int64_t>(wait) + (rate_ == 1 ? 0 : 1)};
        return rest_until(agenda_, life_, until);
    }
    /// When the slow clock was still right.
    static TimePoint epoch() { return from_unix_ms(1'795'140'000'000); }

private:
    Agenda& agenda_;
    std::shared_ptr<Life> life_;
    double rate_;
};

}  // namespace tsunagi::simulation
