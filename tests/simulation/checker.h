#pragma once
#include "bot/conversation/conversation.h"
#include "tests/simulation/agenda.h"
#include "tests/simulation/faulty_store.h"
#include "tests/simulation/plan.h"

#include <exception>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

namespace tsunagi::desk {
class DeskIndex;
}

namespace tsunagi::simulation {

/// An invariant is broken: its name, and what a person would have suffered.
struct Violation : std::runtime_error {
    Violation(std::string name, const std::string& what) : std::runtime_error(name + ": " + what), invariant(std::move(name)) {}
    std::string invariant;
};

/// One thing a person did, as she and LINE know it.
struct PersonEvent {
    std::string user;
    std::string event;       ///< webhookEventId
    std::string message_id;  ///< empty: not a message
    std::string marker;      ///< stands in what she sent and nowhere else; empty: nothing to look for
    TimePoint sent_at;
    bool is_unsend = false;
    bool logged_as_inbound = true;
    bool accepted = false;   ///< we answered 200
    bool unsent = false;     ///< she took it back
    bool unsend_accepted = false;
};

/// What a counselor asked for, as her browser knows it.
struct CommandRecord {
    std::string key;
    std::string marker;   ///< stands in the text; empty: no text
    bool answered_ok = false;
    bool answered_refused = false;
};

/// Holds the store and the platform against the promises of architecture.md and issue B, at every commit, at every
/// message LINE accepts, and once more when nothing is under way.
class Checker final : public CommitWitness {
public:
    explicit Checker(const Agenda& agenda) : agenda_(agenda) {}

    // ---- at every commit
    void before_write(const store::Batch& batch, const testing::MemoryStore& disk) override;
    void after_write(const store::Batch& batch, const testing::MemoryStore& disk) override;
    void fault(Fault fault) override { ++faults[static_cast<std::size_t>(fault)]; }
    /// Throws again what was told while the product ran: it may have caught the exception, as it catches any, and gone on.
    void tell_again() const
    {
        if (told_) std::rethrow_exception(told_);
    }
    /// After a rollback: what is on disk now is the truth.
    void read_again(const testing::MemoryStore& disk);

    // ---- at every request to LINE
    /// The effect a request stands for; throws when no committed row asks for it.
    std::string effect_of_retry_key(const std::string& key) const;
    std::string effect_of_token(const std::string& token) const;
    /// The very same bytes under one retry key.
    void pushed(const std::string& key, const std::string& body);
    void accepted(const std::string& effect, bool late);

    // ---- when nothing is under way
    struct AtRest {
        const testing::MemoryStore& disk;
        const std::vector<store::Row>& waiting;      ///< Space::queue of those who wait, as the console reads it
        const desk::DeskIndex& index;
        TimePoint clock;                             ///< what the process takes for the time
        const std::vector<PersonEvent>& events;
        const std::vector<CommandRecord>& commands;
        bool sends_can_fail = false;                 ///< quota or a long absence was among the faults
    };
    void at_rest(const AtRest& now) const;

    std::array<std::uint64_t, fault_count> faults{};
    std::uint64_t commits = 0;
    std::uint64_t messages_accepted = 0;
    std::uint64_t timers_fired = 0;

private:
    /// Does `look`, and remembers what it finds broken.
    template <class Look>
    auto held_against(Look look) const
    {
        try {
            return look();
        } catch (const Violation&) {
            if (!told_) told_ = std::current_exception();
            throw;
        }
    }
    void check_batch(const store::Batch& batch, const testing::MemoryStore& disk);
    void check_places(const store::Batch& batch);
    void check_holder(const bot::Conversation& before, const bot::Conversation& next, const store::Batch& batch,
                      const testing::MemoryStore& disk) const;
    void check_timers(const store::Batch& batch);
    void check_withdrawn(const store::Batch& batch, const testing::MemoryStore& disk) const;
    void check_timers_at_rest(const AtRest& now) const;
    void check_log(const AtRest& now) const;
    void check_effects(const AtRest& now) const;
    void check_queue(const AtRest& now) const;
    void check_unsent(const AtRest& now) const;
    void check_commands(const AtRest& now) const;

    struct Effect {
        std::uint64_t accepted = 0;
        bool late = false;
    };
    const Agenda& agenda_;
    std::unordered_map<std::string, std::string> by_retry_key_;
    std::unordered_map<std::string, std::string> by_token_;
    std::unordered_map<std::string, std::string> bodies_;
    std::set<std::string> requests_;
    std::set<std::string> must_arrive_;
    std::unordered_map<std::string, Effect> effects_;
    std::unordered_map<std::string, std::uint64_t> last_accepted_seq_;
    std::map<std::string, std::set<std::string>> places_;  ///< conversation -> keys in Space::queue
    std::set<std::string> fired_;
    mutable std::exception_ptr told_;
};

}  // namespace tsunagi::simulation
