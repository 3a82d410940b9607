#include "tests/simulation/history.h"

#include "server/ops/verify.h"
#include "server/store/keys.h"
#include "tests/simulation/desk_config.h"
#include "tests/simulation/one_history.h"

namespace tsunagi::simulation {
namespace {

using store::Space;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const TimePoint friday_eleven = SimulatedClock::epoch();
/// After this much quiet everything must have come to rest: longer than a retry key lives.
constexpr hours rest_within{60};

const config::Loaded& shared_config()
{
    static const auto config = simulated_config();
    return config;
}

}  // namespace

History::History(const Plan& given)
    : plan_(given), active_(given), actors_(given.seed * 2 + 1), fate_(given.seed * 2 + 0x5EED), agenda_(friday_eleven),
      checker_(agenda_), platform_(agenda_, checker_)
{
}

Outcome History::live()
{
    Outcome outcome;
    try {
        hire();
        begin_process();
        agenda_.in(Milliseconds{10}, [this] { act(); });
        if (plan_.hour_outage) begin_outage();
        while (!acts_over_) step();
        if (plan_.hour_outage) end_outage();
        check("at rest");
        let_pass(hours{1});
        check("an hour later");
        crash("final");
        begin_process();
        check("after the last restart");
    } catch (const Violation& violation) {
        outcome.invariant = violation.invariant;
        outcome.what = violation.what();
    } catch (const std::exception& failure) {
        outcome.invariant = "no exception";
        outcome.what = failure.what();
    }
    note("end " + outcome.what);
    if (process_) process_->die();
    outcome.trace_hash = hash_;
    outcome.trace = std::move(trace_);
    outcome.events = events_.size();
    outcome.deliveries = deliveries_;
    outcome.commands = commands_.size();
    outcome.commits = checker_.commits;
    outcome.accepted = checker_.messages_accepted;
    outcome.crashes = crashes_;
    outcome.timers = checker_.timers_fired;
    outcome.faults = checker_.faults;
    return outcome;
}

// ---------------------------------------------------------------------------- time

void History::step()
{
    pump();
    if (agenda_.empty()) throw Violation("comes to rest", "nothing will ever happen again");
    agenda_.run_next();
}

void History::begin_outage()
{
    platform_.gone_until = agenda_.now() + hours{1};
    agenda_.in(minutes{55}, [this] {
        for (const auto& [key, value] : disk_.rows.rows(Space::entry)) {
            const auto entry = store::decode<bot::Entry>(value.bytes);
            if (entry.ok() && entry->kind == bot::EntryKind::outbound && entry->state == bot::SendState::queued) ++seen_queued_;
        }
        if (checker_.messages_accepted > 0) throw Violation("outage", "LINE is gone and accepts");
    });
}

void History::end_outage()
{
    if (agenda_.now() < platform_.gone_until) let_pass(platform_.gone_until - agenda_.now());
    if (seen_queued_ == 0) throw Violation("outage", "counselors do not see what is queued");
    come_to_rest();
    if (checker_.messages_accepted == 0) throw Violation("outage", "LINE is back and nothing goes out");
}

void History::let_pass(Milliseconds time)
{
    for (const TimePoint until = agenda_.now() + time; agenda_.now() < until;) step();
}

void History::pump()
{
    if (!process_) return;
    process_->pump();
    checker_.tell_again();
    if (!process_->start_failed) return;
    crash("start failed");
    agenda_.in(seconds{1}, [this] { begin_process(); });
}

/// Nothing under way: no event, no command, no request, and the process asks nothing of its store.
bool History::at_rest() const
{
    // A process that has just begun looks at its timers first.
    const bool settled = open() && agenda_.now() - begun_at_ >= desk::timer_look_interval;
    return settled && agenda_.world_items() == 0 && flying_.empty() && process_->outbox->waiting() == 0 &&
           !process_->faulty_store.busy();
}

void History::come_to_rest()
{
    active_.faults = 0;
    disk_.full_until = disk_.stalled_until = platform_.gone_until = platform_.too_fast_until = platform_.quota_until =
        platform_.unauthorized_until = TimePoint{};
    const TimePoint latest = agenda_.now() + rest_within;
    for (;;) {
        pump();
        if (at_rest()) return;
        if (agenda_.empty() || agenda_.now() > latest)
            throw Violation("comes to rest", "messages are still under way after " + std::to_string(rest_within.count()) + " hours");
        agenda_.run_next();
    }
}

/// The line as the console reads it. Reading takes time, in which a timer may fire: read again until nothing did.
std::vector<store::Row> History::queue_at_rest()
{
    auto range = store::held_by(mirai, bot::HolderKind::queue);
    range.limit = 10'000;
    for (const TimePoint latest = agenda_.now() + 2 * rest_within; agenda_.now() <= latest;) {
        come_to_rest();
        const auto commits = checker_.commits;
        std::optional<std::vector<store::Row>> waiting;
        std::function<void(std::vector<store::Row>)> got = [&waiting](std::vector<store::Row> rows) { waiting = std::move(rows); };
        process_->run<std::vector<store::Row>>(process_->store->scan(range), std::move(got));
        for (pump(); !waiting; pump()) agenda_.run_next();
        if (at_rest() && checker_.commits == commits) return *std::move(waiting);
    }
    throw Violation("comes to rest", "whenever the queue is read, something is committed");
}

void History::check(const std::string& when)
{
    const auto waiting = queue_at_rest();
    note("check " + when);
    net::io_context aside;
    const auto verified = testing::run_on(aside, ops::verify_store(disk_.rows));
    const bool sends_can_fail = (plan_.faults & (bit(Fault::send_quota) | bit(Fault::long_down))) != 0;
    checker_.at_rest({disk_.rows, waiting, process_->desks->index(), process_->clock.now(), events_, commands_, sends_can_fail});
    if (!verified.ok()) throw Violation("verify", verified.broken.front().what);
}

// ---------------------------------------------------------------------------- the process

void History::hire()
{
    for (const auto& [name, role] : {std::pair{"山田", handoff::Role::counselor}, std::pair{"佐藤", handoff::Role::counselor},
                                     std::pair{"鈴木", handoff::Role::supervisor}}) {
        store::StaffAccount account;
        account.id = CounselorId{make_ulid(agenda_.now(), actors_.bits())};
        account.desk = mirai;
        account.login = account.name = name;
        account.role = role;
        account.on_duty = true;
        store::Batch batch;
        batch.writes.push_back({Space::staff, store::staff_key(mirai, account.id), store::encode(account)});
        batch.writes.push_back({Space::staff, store::login_key(mirai, account.login), store::encode(store::LoginOwner{account.id})});
        if (!disk_.rows.apply(batch).ok()) throw std::runtime_error("no staff");
        staff_.push_back(account.id);
    }
}

void History::begin_process()
{
    note("start");
    const Ground ground{agenda_, disk_, checker_, platform_, fate_, active_, shared_config()};
    process_ = std::make_unique<Process>(ground, ++generation_);
    begun_at_ = agenda_.now();
    process_->start();
}

void History::crash(const std::string& why)
{
    ++crashes_;
    note("crash " + why);
    process_->die();
    process_.reset();
    if (plan_.mutant == Mutant::sync_off) {
        disk_.lose_unsynced(agenda_.now() - Milliseconds{static_cast<std::int64_t>(fate_.below(3'000))});
        checker_.read_again(disk_.rows);
    }
    // Who was waiting for an answer sees the connection end.
    auto flying = std::exchange(flying_, {});
    for (auto& [number, again] : flying) again();
}

void History::die_for_a_while()
{
    if (!process_) return;
    crash("fate");
    checker_.fault(Fault::crash);
    Milliseconds down{static_cast<std::int64_t>(100 + fate_.below(20'000))};
    if (has(Fault::long_down) && fate_.below(3) == 0) {
        checker_.fault(Fault::long_down);
        down = hours{24} + minutes{static_cast<std::int64_t>(fate_.below(600))};
    }
    agenda_.in(down, [this] { begin_process(); });  // until then everybody finds the door closed
}

// ---------------------------------------------------------------------------- what happens

bool History::strikes(Fault fault, std::uint32_t one_in)
{
    if (!has(fault) || fate_.below(one_in) != 0) return false;
    checker_.fault(fault);
    return true;
}

void History::act()
{
    if (steps_done_++ >= plan_.steps) {
        acts_over_ = true;
        return;
    }
    const auto dice = actors_.below(100);
    if (dice < 56) write_something();
    else if (dice < 86) command_something();
    else if (dice < 91) take_back();
    else if (dice < 94) block_or_return();
    else if (dice < 97) trouble();
    else if (has(Fault::crash)) die_for_a_while();
    agenda_.in(gap(), [this] { act(); });
}

Milliseconds History::gap()
{
    const auto dice = actors_.below(100);
    const auto within = [this](std::uint64_t ms) { return Milliseconds{static_cast<std::int64_t>(actors_.below(ms))}; };
    if (dice < 40) return within(40);
    if (dice < 75) return within(3'000);
    if (dice < 94) return within(100'000);
    return dice < 99 ? within(1'800'000) : within(20'000'000);
}

void History::trouble()
{
    const auto until = [this](std::uint64_t ms) {
        return agenda_.now() + Milliseconds{static_cast<std::int64_t>(1'000 + fate_.below(ms))};
    };
    switch (actors_.below(6)) {
    case 0: if (has(Fault::store_full)) disk_.full_until = until(20'000); break;
    case 1: if (has(Fault::store_stalls)) disk_.stalled_until = until(25'000); break;
    case 2:
        if (!has(Fault::outage)) break;
        platform_.gone_until = until(fate_.below(8) == 0 ? 3'600'000 : 120'000);
        platform_.accepts_while_gone = fate_.below(3) == 0;
        if (has(Fault::long_down) && fate_.below(3) == 0) platform_.gone_until = agenda_.now() + hours{30};
        break;
    case 3: if (has(Fault::send_too_fast)) platform_.too_fast_until = until(60'000); break;
    case 4: if (has(Fault::send_quota)) platform_.quota_until = until(60'000); break;
    case 5: if (has(Fault::send_unauthorized)) platform_.unauthorized_until = until(60'000); break;
    }
    note("trouble");
}

// ---------------------------------------------------------------------------- the trace

void History::note(const std::string& what)
{
    const auto line = std::to_string((agenda_.now() - friday_eleven).count()) + " " + what;
    for (const char letter : line) hash_ = (hash_ ^ static_cast<unsigned char>(letter)) * 0x100000001B3ULL;
    hash_ = (hash_ ^ checker_.commits) * 0x100000001B3ULL;
    hash_ = (hash_ ^ checker_.messages_accepted) * 0x100000001B3ULL;
    if (plan_.keep_trace) trace_.push_back(line);
}

Outcome run_history(const Plan& plan) { return History(plan).live(); }

}  // namespace tsunagi::simulation
