#include "server/store/committer.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace tsunagi::store {
namespace {

/// Memory for batches that wait is bounded in bytes, too: a stalled disk must not eat the machine.
constexpr std::size_t waiting_bytes_max = 64u << 20;
/// One group stays well below a write buffer; what is left is the next group.
constexpr std::size_t group_bytes_max = 4u << 20;
/// So many batches are handed over before their round has ended: the committer works while the round goes on.
constexpr std::size_t group_enough = 32;
/// How often in its course a deadline is looked at: a batch waits at most a quarter longer than it should.
constexpr int deadline_checks = 4;
/// A write that takes longer than this is trouble to tell of, though nothing failed yet.
constexpr std::chrono::seconds stall_after{5};
/// Opening again is tried ever more rarely, at last every 2^5 intervals: it reads the whole log, and may be hopeless.
constexpr int reopen_doublings_max = 5;

/// Whether a key of `space` is expected at its newest version soon after it was written: an aggregate is, an event is not.
bool expected_again(Space space) { return space == Space::conversation; }

std::size_t bytes_of(const Batch& batch)
{
    std::size_t bytes = sizeof(Batch);
    for (const auto& expect : batch.expects) bytes += sizeof(Expect) + expect.key.size();
    for (const auto& write : batch.writes) bytes += sizeof(Write) + write.key.size() + (write.bytes ? write.bytes->size() : 0);
    for (const auto& notice : batch.notices)
        bytes += sizeof(Notice) + notice.desk.size() + notice.kind.size() + notice.conversation.size();
    return bytes;
}

}  // namespace

Committer::Committer(RocksDatabase& database, const RocksOptions& options)
    : database_(database), resume_interval_(options.resume_interval), commit_deadline_(options.commit_deadline),
      waiting_batches_max_(options.waiting_batches_max), on_reopened_(options.on_reopened),
      version_(database.last_version())
{
    home_->committer = this;
    database_.on_failure([this] {
        { const std::lock_guard lock(mutex_); }  // not between the committer's look and its sleep
        work_.notify_one();
    });
    writer_ = std::thread([this] { run(); });
    deadlines_ = std::thread([this] { watch_deadlines(); });
}

Committer::~Committer()
{
    {
        const std::lock_guard lock(home_->mutex);
        home_->committer = nullptr;
    }
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    work_.notify_all();
    stopping_.notify_all();
    writer_.join();
    deadlines_.join();
    database_.on_failure({});
}

// ---------------------------------------------------------------------------- coming in

net::awaitable<CommitOutcome> Committer::commit(Batch batch)
{
    auto initiation = [this](Handler handler, Batch given) { enqueue(std::move(handler), std::move(given)); };
    net::use_awaitable_t<> token;
    return net::async_initiate<net::use_awaitable_t<>, void(CommitOutcome)>(std::move(initiation), token, std::move(batch));
}

void Committer::enqueue(Handler handler, Batch batch)
{
    const auto bytes = bytes_of(batch);
    const auto executor = handler.get_executor();
    std::optional<CommitFailure> refusal;
    bool begins = false;
    bool ends = false;
    {
        const std::lock_guard lock(mutex_);
        refusal = why_not(bytes);
        if (!refusal) {
            waiting_bytes_ += bytes;
            waiting_.push_back({std::move(batch), std::move(handler), bytes, Clock::now()});
            // A thread does not wait for another's round, which may be long.
            ends = round_ && (*round_ != executor || waiting_.size() >= group_enough);
            begins = !round_;
            if (begins) round_ = executor;
        }
    }
    if (refusal) answer(std::move(handler), *refusal);
    if (begins) begin_round(executor);
    if (ends) end_round();
}

/// The round ends behind everything that is ready on `executor` now, or when that drops what it was still to run.
void Committer::begin_round(const net::any_io_executor& executor)
{
    auto hand_over = [home = home_](void*) {
        const std::lock_guard lock(home->mutex);
        if (home->committer != nullptr) home->committer->end_round();
    };
    std::shared_ptr<void> end(nullptr, std::move(hand_over));
    net::post(executor, [end = std::move(end)]() mutable { end.reset(); });
}

void Committer::end_round()
{
    {
        const std::lock_guard lock(mutex_);
        round_.reset();
    }
    work_.notify_one();
}

std::optional<CommitFailure> Committer::why_not(std::size_t bytes) const
{
    if (refusing_) return refusing_;
    if (stop_) return CommitFailure::unavailable;
    if (waiting_.size() >= waiting_batches_max_) return CommitFailure::unavailable;
    // A batch larger than all of it passes alone, or it would never pass.
    if (!waiting_.empty() && waiting_bytes_ + bytes > waiting_bytes_max) return CommitFailure::unavailable;
    return std::nullopt;
}

// ---------------------------------------------------------------------------- the committer's thread

void Committer::run()
{
    Group group;
    for (;;) {
        if (const auto failure = database_.failure()) refuse_until_resumed(*failure);
        if (!take_group(group)) return;
        write(group);
        group.clear();
    }
}

/// Waits for work; false when there is none and never will be. An empty group: look at the database first.
bool Committer::take_group(Group& group)
{
    std::unique_lock lock(mutex_);
    work_.wait(lock, [this] { return stop_ || (!waiting_.empty() && !round_) || database_.failure().has_value(); });
    if (waiting_.empty()) return !stop_;
    for (std::size_t bytes = 0; !waiting_.empty() && bytes < group_bytes_max; waiting_.pop_front()) {
        bytes += waiting_.front().bytes;
        waiting_bytes_ -= waiting_.front().bytes;
        group.push_back(std::move(waiting_.front()));
    }
    writing_since_ = Clock::now();
    return true;
}

void Committer::write(Group& group)
{
    if (group.empty()) return;
    written_.clear();
    const auto before = version_;
    std::vector<CommitOutcome> outcomes;
    outcomes.reserve(group.size());
    for (const auto& waiting : group) outcomes.push_back(decide(waiting.batch));

    std::optional<CommitFailure> failure;
    if (version_ != before) failure = database_.write_group(version_);
    if (!failure) remember(group, outcomes);
    {
        const std::lock_guard lock(mutex_);
        writing_since_.reset();
        if (failure) refusing_ = failure;  // before anybody is told: who asks then for the trouble gets it
    }

    std::vector<Answer> answers;
    std::vector<Change> changes;
    answers.reserve(group.size());
    for (std::size_t i = 0; i < group.size(); ++i) {
        // Conflicts of a group that failed as well: what they collided with does not exist.
        if (failure) outcomes[i] = *failure;
        if (failure) std::move(group[i].batch.notices.begin(), group[i].batch.notices.end(), std::back_inserter(doubtful_));
        else if (outcomes[i].ok())
            for (auto& notice : group[i].batch.notices) changes.push_back({outcomes[i]->sequence, std::move(notice)});
        answers.push_back({std::move(group[i].handler), std::move(outcomes[i]), std::move(group[i].batch)});
    }
    answer_all(std::move(answers));
    watchers_.publish(changes);
}

/// Puts `batch` into the group when all it expects holds; otherwise it alone is out.
CommitOutcome Committer::decide(const Batch& batch)
{
    try {
        for (const auto& expect : batch.expects)
            if (!holds(expect)) return CommitFailure::conflict;
    } catch (const StoreError&) {
        return CommitFailure::unavailable;  // damaged data: trouble() tells of it
    }
    ++version_;
    for (const auto& write : batch.writes) {
        database_.add_to_group(write, version_);
        written_.set(write.space, write.key, write.bytes ? version_ : absent);
    }
    return Committed{.version = version_, .sequence = version_};
}

bool Committer::holds(const Expect& expect) const
{
    if (const auto written = written_.find(expect.space, expect.key)) return *written == expect.version;
    if (expected_again(expect.space))
        if (const auto newest = newest_.find(expect.space, expect.key)) return *newest == expect.version;
    return database_.version(expect.space, expect.key) == expect.version;
}

/// Only what is durable and visible: a group that failed never was.
void Committer::remember(const Group& group, const std::vector<CommitOutcome>& outcomes)
{
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (!outcomes[i].ok()) continue;
        for (const auto& write : group[i].batch.writes)
            if (expected_again(write.space)) newest_.set(write.space, write.key, write.bytes ? outcomes[i]->version : absent);
    }
}

void Committer::refuse_until_resumed(CommitFailure failure)
{
    int reopenings = 0;
    std::unique_lock lock(mutex_);
    refusing_ = failure;
    while (!stop_) {
        auto refused = std::exchange(waiting_, {});
        waiting_bytes_ = 0;
        lock.unlock();
        answer_all(std::move(refused), failure);
        const bool resumed = try_again(reopenings);
        lock.lock();
        if (resumed) {
            refusing_.reset();
            lock.unlock();
            tell_of_doubtful();
            if (on_reopened_) on_reopened_();
            return;
        }
        failure = database_.failure().value_or(failure);
        refusing_ = failure;
        const int doublings = std::min(reopenings, reopen_doublings_max);
        stopping_.wait_for(lock, resume_interval_ * (1 << doublings), [this] { return stop_; });
    }
}

/// A group that was refused may have come back. Whether it did or not: who watches looks again, which harms nobody.
void Committer::tell_of_doubtful()
{
    std::vector<Change> changes;
    for (auto& notice : std::exchange(doubtful_, {})) changes.push_back({version_, std::move(notice)});
    watchers_.publish(changes);
}

/// Whether writing works again. Nobody waits for an answer meanwhile: all are refused.
bool Committer::try_again(int& reopenings)
{
    if (database_.needs_restart() || !database_.has_room()) return false;
    ++reopenings;
    newest_.clear();  // what failed may have come back
    return database_.reopen();
}

// ---------------------------------------------------------------------------- deadlines and the health page

void Committer::watch_deadlines()
{
    std::unique_lock lock(mutex_);
    while (!stopping_.wait_for(lock, commit_deadline_ / deadline_checks, [this] { return stop_; })) {
        const auto too_old = Clock::now() - commit_deadline_;
        std::deque<Waiting> expired;
        while (!waiting_.empty() && waiting_.front().since < too_old) {
            waiting_bytes_ -= waiting_.front().bytes;
            expired.push_back(std::move(waiting_.front()));
            waiting_.pop_front();
        }
        if (expired.empty()) continue;
        lock.unlock();
        answer_all(std::move(expired), CommitFailure::unavailable);
        lock.lock();
    }
}

std::string Committer::trouble() const
{
    const std::lock_guard lock(mutex_);
    if (refusing_ && database_.needs_restart())
        return "writing failed and the log on disk cannot be trusted any more: look at the disk, then restart";
    if (const char* const why = refusing_ ? database_.reopening_failed() : nullptr)
        return std::string("the store could not be opened again (tried until it can): ") + why;
    if (refusing_ == CommitFailure::full) return "no space left on the device: nothing is accepted until there is room";
    if (refusing_) return "the disk refuses to write: nothing is accepted until it does";
    if (writing_since_ && Clock::now() - *writing_since_ > stall_after) return "the disk does not finish a write";
    if (database_.found_damage()) return "stored data is damaged: stop, keep what is there, and bring a copy back (tsunagi restore)";
    return {};
}

// ---------------------------------------------------------------------------- answers

void Committer::answer(Handler handler, CommitOutcome outcome)
{
    const auto executor = handler.get_executor();
    auto resume = [handler = std::move(handler), outcome = std::move(outcome)]() mutable { handler(std::move(outcome)); };
    net::post(executor, std::move(resume));
}

/// One post for each executor, not one for each batch: resuming sixty coroutines costs one wake-up.
void Committer::answer_all(std::vector<Answer> answers)
{
    while (!answers.empty()) {
        const auto executor = answers.front().handler.get_executor();
        std::vector<Answer> here;
        std::vector<Answer> elsewhere;
        here.reserve(answers.size());
        for (auto& one : answers)
            (one.handler.get_executor() == executor ? here : elsewhere).push_back(std::move(one));
        auto resume = [here = std::move(here)]() mutable {
            for (auto& one : here) one.handler(std::move(one.outcome));
        };
        net::post(executor, std::move(resume));
        answers = std::move(elsewhere);
    }
}

void Committer::answer_all(std::deque<Waiting> waiting, CommitFailure failure)
{
    std::vector<Answer> answers;
    answers.reserve(waiting.size());
    for (auto& one : waiting) answers.push_back({std::move(one.handler), failure, std::move(one.batch)});
    answer_all(std::move(answers));
}

}  // namespace tsunagi::store
