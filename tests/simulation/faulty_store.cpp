#include "tests/simulation/faulty_store.h"

namespace tsunagi::simulation {
namespace {

/// As Committer's: who waits longer is told that it did not work.
constexpr std::chrono::seconds commit_deadline{10};

}  // namespace

void Disk::lose_unsynced(TimePoint since)
{
    while (!unsynced.empty() && unsynced.back().at >= since) {
        for (auto row = unsynced.back().rows.rbegin(); row != unsynced.back().rows.rend(); ++row)
            rows.put_back(std::get<0>(*row), std::get<1>(*row), std::move(std::get<2>(*row)));
        unsynced.pop_back();
    }
}

bool FaultyStore::strikes(Fault fault, std::uint32_t one_in)
{
    if ((plan_.faults & bit(fault)) == 0 || fate_.below(one_in) != 0) return false;
    witness_.fault(fault);
    return true;
}

net::awaitable<void> FaultyStore::dawdle(std::uint64_t one_in, std::uint64_t ms_max)
{
    if (!life_->dead && fate_.below(one_in) != 0) co_return;
    const TimePoint due = agenda_.now() + Milliseconds{static_cast<std::int64_t>(fate_.below(ms_max + 1))};
    co_await rest_until(agenda_, life_, due);
}

net::awaitable<std::optional<store::Value>> FaultyStore::get(store::Space space, std::string key)
{
    const Asked asked(asked_);
    co_await dawdle(16, 3);
    co_return disk_.rows.read(space, key);
}

net::awaitable<std::vector<store::Row>> FaultyStore::scan(store::Range range)
{
    const Asked asked(asked_);
    co_await dawdle(4, 5);
    co_return disk_.rows.read(range);
}

net::awaitable<Result<store::Committed, store::CommitFailure>> FaultyStore::commit(store::Batch batch)
{
    const Asked asked(asked_);
    const TimePoint asked_at = agenda_.now();
    co_await dawdle(2, 8);
    if (agenda_.now() < disk_.full_until) {
        witness_.fault(Fault::store_full);
        co_return store::CommitFailure::full;
    }
    if (agenda_.now() < disk_.stalled_until) {
        witness_.fault(Fault::store_stalls);
        const TimePoint until = std::min(disk_.stalled_until, asked_at + commit_deadline);
        co_await rest_until(agenda_, life_, until);
        if (agenda_.now() < disk_.stalled_until) co_return store::CommitFailure::unavailable;
    }
    if (strikes(Fault::commit_fails, 24)) co_return store::CommitFailure::unavailable;
    auto written = write(batch);
    co_await dawdle(2, 6);  // on disk, and a crash now leaves nobody told
    if (written.ok() && strikes(Fault::commit_answer_lost, 32)) co_return store::CommitFailure::unavailable;
    co_return written;
}

Result<store::Committed, store::CommitFailure> FaultyStore::write(store::Batch& batch)
{
    witness_.before_write(batch, disk_.rows);
    Disk::Undo undo{.at = agenda_.now(), .rows = {}};
    if (plan_.mutant == Mutant::sync_off)
        for (const auto& change : batch.writes)
            undo.rows.emplace_back(change.space, change.key, disk_.rows.read(change.space, change.key));
    auto written = disk_.rows.apply(batch);
    if (!written.ok()) return written;
    if (plan_.mutant == Mutant::sync_off) disk_.unsynced.push_back(std::move(undo));
    witness_.after_write(batch, disk_.rows);
    return written;
}

std::shared_ptr<void> FaultyStore::watch(std::function<void(const store::Change&)> watcher)
{
    return disk_.rows.watch(std::move(watcher));
}

}  // namespace tsunagi::simulation
