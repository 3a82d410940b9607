#pragma once
#include "tests/simulation/history.h"
#include "tests/simulation/platform.h"
#include "tests/simulation/process.h"
#include "tests/support/run.h"

#include <functional>
#include <map>
#include <memory>

namespace tsunagi::simulation {

inline const DeskId mirai{"mirai"};

/// One history while it is lived: people who write, LINE that brings it, staff who act, a process that dies and comes back,
/// all of them on one agenda. Two sources of chance, so that who acts how does not change with what fails.
class History {
public:
    explicit History(const Plan& given);

    /// To the end, or to the first broken invariant.
    Outcome live();

private:
    // time: history.cpp
    void step();
    void begin_outage();
    /// After an hour without LINE: what is queued was shown as queued, and now goes out (each once: the checks at rest).
    void end_outage();
    void let_pass(Milliseconds time);
    /// Who cannot start ends, and is started again by systemd.
    void pump();
    bool at_rest() const;
    void come_to_rest();
    std::vector<store::Row> queue_at_rest();
    /// Comes to rest and looks at every invariant that holds then.
    void check(const std::string& when);

    // the process: history.cpp
    void hire();
    void begin_process();
    void crash(const std::string& why);
    void die_for_a_while();

    // what happens: history.cpp
    bool has(Fault fault) const { return (active_.faults & bit(fault)) != 0; }
    bool strikes(Fault fault, std::uint32_t one_in);
    bool open() const { return process_ && process_->up; }

    void act();
    Milliseconds gap();
    void trouble();

    // people: history_people.cpp
    struct Person {
        std::vector<std::size_t> messages;  // indices of events_
        bool blocked = false;
    };

    std::size_t add_event(std::size_t person, bot::InboundContent content, const std::string& marker, bool is_message);
    std::string new_marker() { return "zq" + std::to_string(++markers_) + "qz"; }

    void write_something();
    /// A button she sees, or one from long ago.
    std::string button(std::size_t person);
    void take_back();
    void block_or_return();

    // LINE's way to us: history_people.cpp
    /// The event sets out.
    void leave(std::size_t index);
    void redeliver(std::size_t index, int attempt, bool other_id);
    void deliver(std::size_t index, int attempt, bool other_id);
    void arrived(std::size_t index, int attempt, bool other_id, desk::Received received);

    // staff: history_staff.cpp
    void command_something();
    void ask_again(std::size_t index, const desk::Command& command, int tries);
    void ask(std::size_t index, desk::Command command, int tries);
    static net::awaitable<std::optional<Result<desk::Commanded, desk::CommandFailure>>> do_command(desk::DeskService& desks,
                                                                                                   desk::Command command);

    // the trace: history.cpp
    void note(const std::string& what);

    const Plan plan_;
    Plan active_;
    testing::SeededRandom actors_;
    testing::SeededRandom fate_;
    Agenda agenda_;
    Disk disk_;
    Checker checker_;
    Platform platform_;
    std::unique_ptr<Process> process_;
    std::uint64_t generation_ = 0;
    TimePoint begun_at_;
    bool acts_over_ = false;
    std::uint64_t seen_queued_ = 0;
    std::uint32_t steps_done_ = 0;
    std::uint64_t crashes_ = 0;
    std::uint64_t deliveries_ = 0;
    std::uint64_t markers_ = 0;
    std::uint64_t flights_ = 0;
    std::vector<CounselorId> staff_;
    std::vector<PersonEvent> events_;
    std::vector<bot::InboundContent> contents_;
    std::vector<CommandRecord> commands_;
    std::map<std::size_t, std::size_t> takes_back_;
    std::map<std::size_t, Person> people_;
    std::map<std::uint64_t, std::function<void()>> flying_;  ///< asked and not answered: what to do when the process dies
    std::uint64_t hash_ = 0xCBF29CE484222325ULL;
    std::vector<std::string> trace_;
};

}  // namespace tsunagi::simulation
