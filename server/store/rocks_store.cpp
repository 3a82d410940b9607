#include "server/store/rocks_store.h"

#include "server/store/committer.h"
#include "server/store/rocks_database.h"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <atomic>
#include <exception>
#include <utility>

namespace tsunagi::store {
namespace {

/// A scan of so few rows is tried in memory, on the caller's thread; a larger one would hold up its neighbours.
constexpr std::size_t rows_in_memory_max = 128;

/// Runs `job` on `pool` and resumes the caller on the caller's own executor (anchors.md 5.9).
template <class Answer, class Job>
net::awaitable<Answer> run_on(net::thread_pool& pool, Job job)
{
    auto initiation = [&pool](auto handler, Job given) {
        auto run = [handler = std::move(handler), work = std::move(given)]() mutable {
            std::exception_ptr failure;
            Answer answer{};
            try {
                answer = work();
            } catch (...) {
                failure = std::current_exception();
            }
            const auto executor = handler.get_executor();
            auto resume = [handler = std::move(handler), failure, answer = std::move(answer)]() mutable {
                handler(failure, std::move(answer));
            };
            net::post(executor, std::move(resume));
        };
        net::post(pool, std::move(run));
    };
    net::use_awaitable_t<> token;
    return net::async_initiate<net::use_awaitable_t<>, void(std::exception_ptr, Answer)>(std::move(initiation), token,
                                                                                          std::move(job));
}

/// Whether it is worth looking in memory before a read goes to the pool. With many more people than the cache holds it
/// hardly ever is, and the look in vain costs half of what the read does. Thread-safe; a lost update only delays it.
class MemoryLuck {
public:
    bool worth_a_look(Space space)
    {
        auto& odds = odds_[static_cast<std::size_t>(space)];
        return odds.found.load(std::memory_order_relaxed) >= enough ||
               odds.asked.fetch_add(1, std::memory_order_relaxed) % look_anyway_every == 0;
    }
    void looked(Space space, bool found)
    {
        auto& average = odds_[static_cast<std::size_t>(space)].found;
        const int before = average.load(std::memory_order_relaxed);
        average.store(before + ((found ? always : 0) - before) / memory, std::memory_order_relaxed);
    }

private:
    static constexpr int always = 1 << 16;          // every look finds
    static constexpr int enough = always / 4;       // going to the pool and back costs three looks or more
    static constexpr int memory = 64;               // looks that the average goes back, about
    static constexpr unsigned look_anyway_every = 16;  // to learn when luck turns
    struct Odds {
        std::atomic<int> found{always};
        std::atomic<unsigned> asked{0};
    };
    std::array<Odds, space_count> odds_;
};

class RocksStore : public StoreOnDisk {
public:
    explicit RocksStore(const RocksOptions& options)
        : database_(options), committer_(database_, options), pool_(options.pool_threads)
    {
    }
    ~RocksStore() override
    {
        database_.stop_waiting();
        database_.stop_backing_up();
        pool_.join();
        copier_.join();
    }

    net::awaitable<std::optional<Value>> get(Space space, std::string key) override
    {
        if (luck_.worth_a_look(space)) {
            auto known = database_.get_from_memory(space, key);
            luck_.looked(space, known.has_value());
            if (known) co_return std::move(*known);
        }
        auto look_up = [this, space, key = std::move(key)] { return database_.get(space, key); };
        co_return co_await run_on<std::optional<Value>>(pool_, std::move(look_up));
    }

    net::awaitable<std::optional<std::optional<Value>>> get_named(Space space, std::string key, Naming naming) override
    {
        if (luck_.worth_a_look(space)) {
            auto known = database_.get_from_memory(space, key);
            luck_.looked(space, known.has_value());
            if (known) {
                if (!*known) co_return std::nullopt;
                auto name = naming(**known);
                auto named = co_await get(name.space, std::move(name.key));
                co_return std::optional(std::move(named));
            }
        }
        auto look_up = [this, space, key = std::move(key), naming = std::move(naming)]() -> std::optional<std::optional<Value>> {
            const auto naming_value = database_.get(space, key);
            if (!naming_value) return std::nullopt;
            const auto name = naming(*naming_value);
            return std::optional(database_.get(name.space, name.key));
        };
        co_return co_await run_on<std::optional<std::optional<Value>>>(pool_, std::move(look_up));
    }

    net::awaitable<std::vector<Row>> scan(Range range) override
    {
        if (range.limit > scan_limit_max) throw std::invalid_argument("a scan of too many rows at once");
        if (range.limit <= rows_in_memory_max) {
            auto known = database_.scan_memory(range);
            if (known) co_return std::move(*known);
        }
        auto walk = [this, range = std::move(range)] { return database_.scan(range); };
        co_return co_await run_on<std::vector<Row>>(pool_, std::move(walk));
    }

    net::awaitable<Result<Committed, CommitFailure>> commit(Batch batch) override
    {
        return committer_.commit(std::move(batch));
    }

    std::shared_ptr<void> watch(std::function<void(const Change&)> watcher) override
    {
        return committer_.watchers().add(std::move(watcher));
    }

    std::string trouble() const override { return committer_.trouble(); }

    net::awaitable<Result<Backup, std::string>> back_up(BackupPlan plan) override
    {
        auto copy = [this, plan = std::move(plan)] { return std::optional(database_.back_up(plan)); };
        auto made = co_await run_on<std::optional<Result<Backup, std::string>>>(copier_, std::move(copy));
        co_return std::move(*made);
    }

private:
    RocksDatabase database_;
    Committer committer_;
    MemoryLuck luck_;
    net::thread_pool pool_;  // first to go: its reads need the database
    net::thread_pool copier_{1};
};

}  // namespace

std::unique_ptr<StoreOnDisk> open_rocks_store(RocksOptions options) { return std::make_unique<RocksStore>(options); }

}  // namespace tsunagi::store
