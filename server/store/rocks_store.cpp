#include "server/store/rocks_store.h"

#include "server/store/committer.h"
#include "server/store/rocks_database.h"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

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

class RocksStore : public Store {
public:
    explicit RocksStore(const RocksOptions& options)
        : database_(options), committer_(database_, options), pool_(options.pool_threads)
    {
    }
    ~RocksStore() override
    {
        database_.stop_waiting();
        pool_.join();
    }

    net::awaitable<std::optional<Value>> get(Space space, std::string key) override
    {
        auto known = database_.get_from_memory(space, key);
        if (known) co_return std::move(*known);

        auto look_up = [this, space, key = std::move(key)] { return database_.get(space, key); };
        co_return co_await run_on<std::optional<Value>>(pool_, std::move(look_up));
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

private:
    RocksDatabase database_;
    Committer committer_;
    net::thread_pool pool_;  // first to go: its reads need the database
};

}  // namespace

std::unique_ptr<Store> open_rocks_store(RocksOptions options) { return std::make_unique<RocksStore>(options); }

}  // namespace tsunagi::store
