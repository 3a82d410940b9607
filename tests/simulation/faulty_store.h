#pragma once
#include "tests/simulation/agenda.h"
#include "tests/simulation/plan.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/memory_store.h"

#include <array>
#include <deque>

namespace tsunagi::simulation {

/// Sees every batch as it reaches the disk, with the disk as it was before.
class CommitWitness {
public:
    virtual ~CommitWitness() = default;
    virtual void before_write(const store::Batch& batch, const testing::MemoryStore& disk) = 0;
    virtual void after_write(const store::Batch& batch, const testing::MemoryStore& disk) = 0;
    virtual void fault(Fault fault) = 0;
};

/// What survives a crash, and what troubles it just now.
struct Disk {
    testing::MemoryStore rows;
    TimePoint full_until;
    TimePoint stalled_until;

    /// For the mutant `sync_off`: what the last commits overwrote, newest last.
    struct Undo {
        TimePoint at;
        std::vector<std::tuple<store::Space, std::string, std::optional<store::Value>>> rows;
    };
    std::deque<Undo> unsynced;
    void lose_unsynced(TimePoint since);
};

/// The store of one process: the disk behind delays and faults. A commit is on disk from one instant on, before which a
/// crash loses it and after which it stays although nobody may have been told.
class FaultyStore final : public store::Store {
public:
    FaultyStore(Agenda& agenda, std::shared_ptr<Life> life, Disk& disk, testing::SeededRandom& fate, const Plan& plan,
                CommitWitness& witness)
        : agenda_(agenda), life_(std::move(life)), disk_(disk), fate_(fate), plan_(plan), witness_(witness) {}

    net::awaitable<std::optional<store::Value>> get(store::Space space, std::string key) override;
    net::awaitable<std::vector<store::Row>> scan(store::Range range) override;
    net::awaitable<Result<store::Committed, store::CommitFailure>> commit(store::Batch batch) override;
    std::shared_ptr<void> watch(std::function<void(const store::Change&)> watcher) override;
    std::string trouble() const override { return {}; }

    /// Whether somebody waits for an answer: then the process is in the middle of something.
    bool busy() const { return asked_ > 0; }

private:
    /// Counts one call for as long as it lives.
    class Asked {
    public:
        explicit Asked(std::size_t& count) : count_(count) { ++count_; }
        ~Asked() { --count_; }
        Asked(const Asked&) = delete;
        Asked& operator=(const Asked&) = delete;

    private:
        std::size_t& count_;
    };

    bool strikes(Fault fault, std::uint32_t one_in);
    net::awaitable<void> dawdle(std::uint64_t one_in, std::uint64_t ms_max);
    Result<store::Committed, store::CommitFailure> write(store::Batch& batch);

    Agenda& agenda_;
    std::shared_ptr<Life> life_;
    Disk& disk_;
    testing::SeededRandom& fate_;
    const Plan& plan_;
    CommitWitness& witness_;
    std::size_t asked_ = 0;
};

}  // namespace tsunagi::simulation
