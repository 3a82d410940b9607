#pragma once
#include "server/store/key_versions.h"
#include "server/store/rocks_database.h"
#include "server/store/watchers.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tsunagi::store {

using CommitOutcome = Result<Committed, CommitFailure>;

/// The one thread that writes. It takes every batch that waits, checks what each expects, writes them all with one sync,
/// then resumes their coroutines; what arrives meanwhile is the next group. It never waits for time to pass, but for the round of
/// the thread that hands in: what was ready there when its first batch came is handled first, and goes into the same group. Fewer
/// syncs are less processor time for each event, and the answer would have waited behind that round anyway.
///
/// While writing does not work (RocksDatabase::failure) every batch is refused at once, and every `resume_interval` (ever more
/// rarely while that fails) the database is closed and opened again in place, as soon as the disk has room.
class Committer {
public:
    Committer(RocksDatabase& database, const RocksOptions& options);
    ~Committer();  ///< commits what waits, refuses what comes, ends the threads
    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;

    /// See Store::commit. From any thread.
    net::awaitable<CommitOutcome> commit(Batch batch);
    /// See Store::trouble.
    std::string trouble() const;

    Watchers& watchers() { return watchers_; }

private:
    using Clock = std::chrono::steady_clock;
    using Handler = net::async_result<net::use_awaitable_t<>, void(CommitOutcome)>::handler_type;

    struct Waiting {
        Batch batch;
        Handler handler;
        std::size_t bytes = 0;
        Clock::time_point since;
    };
    struct Answer {
        Handler handler;
        CommitOutcome outcome;
        Batch batch = {};  // goes back to be freed where it was made: memory freed by another thread is slow to come back
    };
    using Group = std::vector<Waiting>;
    /// What is left of a committer for the ends of rounds, which may outlive it in the queue of an executor.
    struct Home {
        std::mutex mutex;
        Committer* committer = nullptr;
    };

    void begin_round(const net::any_io_executor& executor);
    void end_round();

    void enqueue(Handler handler, Batch batch);
    std::optional<CommitFailure> why_not(std::size_t bytes) const;

    void run();
    bool take_group(Group& group);
    void write(Group& group);
    CommitOutcome decide(const Batch& batch);
    bool holds(const Expect& expect) const;
    void remember(const Group& group, const std::vector<CommitOutcome>& outcomes);
    void tell_of_doubtful();
    void refuse_until_resumed(CommitFailure failure);
    bool try_again(int& reopenings);
    void watch_deadlines();

    static void answer(Handler handler, CommitOutcome outcome);
    static void answer_all(std::vector<Answer> answers);
    static void answer_all(std::deque<Waiting> waiting, CommitFailure failure);

    RocksDatabase& database_;
    const std::chrono::milliseconds resume_interval_;
    const std::chrono::milliseconds commit_deadline_;
    const std::size_t waiting_batches_max_;
    const std::function<void()> on_reopened_;
    Watchers watchers_;
    const std::shared_ptr<Home> home_ = std::make_shared<Home>();

    mutable std::mutex mutex_;
    std::condition_variable work_;      // the committer waits here
    std::condition_variable stopping_;  // those who wait for time to pass
    std::deque<Waiting> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::optional<net::any_io_executor> round_;  // where more batches may come from before the group is taken
    std::optional<CommitFailure> refusing_;
    bool stop_ = false;
    std::optional<Clock::time_point> writing_since_;

    // The committer's thread only.
    std::vector<Notice> doubtful_;  // of groups that failed: they may have come back when the files are opened again
    GroupVersions written_;
    NewestVersions newest_;
    Version version_ = absent;  // of the last batch decided

    std::thread writer_;
    std::thread deadlines_;
};

}  // namespace tsunagi::store
