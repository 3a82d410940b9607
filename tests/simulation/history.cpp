#include "tests/simulation/history.h"

#include "server/ops/verify.h"
#include "server/store/keys.h"
#include "tests/simulation/desk_config.h"
#include "tests/simulation/process.h"
#include "tests/support/run.h"

namespace tsunagi::simulation {
namespace {

using store::Space;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const DeskId mirai{"mirai"};
const TimePoint friday_eleven = SimulatedClock::epoch();
constexpr Milliseconds redelivery_first{1'000};
constexpr Milliseconds redelivery_longest{10 * 60'000};
constexpr int command_tries_max = 12;
/// After this much quiet everything must have come to rest: longer than a retry key lives.
constexpr hours rest_within{60};

const config::Loaded& shared_config()
{
    static const auto config = simulated_config();
    return config;
}

class History {
public:
    explicit History(const Plan& given)
        : plan_(given), active_(given), actors_(given.seed * 2 + 1), fate_(given.seed * 2 + 0x5EED), agenda_(friday_eleven),
          checker_(agenda_), platform_(agenda_, checker_)
    {
    }

    Outcome live()
    {
        Outcome outcome;
        try {
            hire();
            begin_process();
            agenda_.in(Milliseconds{10}, [this] { act(); });
            if (plan_.hour_outage) begin_outage();
            while (!acts_over_) step();
            if (plan_.hour_outage) end_outage();
            come_to_rest();
            check("at rest");
            let_pass(hours{1});
            come_to_rest();
            check("an hour later");
            crash("final");
            begin_process();
            come_to_rest();
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

private:
    // ------------------------------------------------------------------------ time

    void step()
    {
        pump();
        if (agenda_.empty()) throw Violation("comes to rest", "nothing will ever happen again");
        agenda_.run_next();
    }

    void begin_outage()
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

    /// After an hour without LINE: what is queued was shown as queued, and now goes out (each once: the checks at rest).
    void end_outage()
    {
        if (agenda_.now() < platform_.gone_until) let_pass(platform_.gone_until - agenda_.now());
        if (seen_queued_ == 0) throw Violation("outage", "counselors do not see what is queued");
        come_to_rest();
        if (checker_.messages_accepted == 0) throw Violation("outage", "LINE is back and nothing goes out");
    }

    void let_pass(Milliseconds time)
    {
        for (const TimePoint until = agenda_.now() + time; agenda_.now() < until;) step();
    }

    /// Who cannot start ends, and is started again by systemd.
    void pump()
    {
        if (!process_) return;
        process_->pump();
        if (!process_->start_failed) return;
        crash("start failed");
        agenda_.in(seconds{1}, [this] { begin_process(); });
    }

    void come_to_rest()
    {
        active_.faults = 0;
        disk_.full_until = disk_.stalled_until = platform_.gone_until = platform_.too_fast_until = platform_.quota_until =
            platform_.unauthorized_until = TimePoint{};
        const TimePoint latest = agenda_.now() + rest_within;
        for (;;) {
            pump();
            const bool quiet = open() && agenda_.world_items() == 0 && flying_.empty() && process_->outbox->waiting() == 0;
            if (quiet) return;
            if (agenda_.empty() || agenda_.now() > latest)
                throw Violation("comes to rest", "messages are still under way after " + std::to_string(rest_within.count()) + " hours");
            agenda_.run_next();
        }
    }

    void check(const std::string& when)
    {
        note("check " + when);
        auto range = store::held_by(mirai, bot::HolderKind::queue);
        range.limit = 10'000;
        std::optional<std::vector<store::Row>> waiting;
        std::function<void(std::vector<store::Row>)> got = [&waiting](std::vector<store::Row> rows) { waiting = std::move(rows); };
        process_->run<std::vector<store::Row>>(process_->store->scan(range), std::move(got));
        for (process_->pump(); !waiting; process_->pump()) agenda_.run_next();
        net::io_context aside;
        const auto verified = testing::run_on(aside, ops::verify_store(disk_.rows));
        const bool sends_can_fail = (plan_.faults & (bit(Fault::send_quota) | bit(Fault::long_down))) != 0;
        checker_.at_rest({disk_.rows, *waiting, process_->desks->index(), events_, commands_, sends_can_fail});
        if (!verified.ok()) throw Violation("verify", verified.broken.front().what);
    }

    // ------------------------------------------------------------------------ the process

    void hire()
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
            if (!disk_.rows.apply(batch).ok()) throw std::runtime_error("no staff");
            staff_.push_back(account.id);
        }
    }

    void begin_process()
    {
        note("start");
        const Ground ground{agenda_, disk_, checker_, platform_, fate_, active_, shared_config()};
        process_ = std::make_unique<Process>(ground, ++generation_);
        process_->start();
    }

    void crash(const std::string& why)
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

    void die_for_a_while()
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

    // ------------------------------------------------------------------------ what happens

    bool has(Fault fault) const { return (active_.faults & bit(fault)) != 0; }
    bool strikes(Fault fault, std::uint32_t one_in)
    {
        if (!has(fault) || fate_.below(one_in) != 0) return false;
        checker_.fault(fault);
        return true;
    }
    bool open() const { return process_ && process_->up; }

    void act()
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

    Milliseconds gap()
    {
        const auto dice = actors_.below(100);
        const auto within = [this](std::uint64_t ms) { return Milliseconds{static_cast<std::int64_t>(actors_.below(ms))}; };
        if (dice < 40) return within(40);
        if (dice < 75) return within(3'000);
        if (dice < 94) return within(100'000);
        return dice < 99 ? within(1'800'000) : within(20'000'000);
    }

    void trouble()
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

    // ------------------------------------------------------------------------ people

    struct Person {
        std::vector<std::size_t> messages;  // indices of events_
        bool blocked = false;
    };

    std::size_t add_event(std::size_t person, bot::InboundContent content, const std::string& marker, bool is_message)
    {
        PersonEvent event;
        event.user = "U" + std::to_string(person);
        event.event = make_ulid(agenda_.now(), actors_.bits());
        event.marker = marker;
        // LINE's timestamps: two messages of one person may share a millisecond.
        event.sent_at = agenda_.now();
        if (is_message) event.message_id = std::to_string(500'000'000 + events_.size());
        events_.push_back(event);
        contents_.push_back(std::move(content));
        return events_.size() - 1;
    }

    std::string new_marker() { return "zq" + std::to_string(++markers_) + "qz"; }

    void write_something()
    {
        const auto person = actors_.below(plan_.people);
        if (people_[person].blocked) return;
        const auto marker = new_marker();
        const auto dice = actors_.below(100);
        std::size_t index = 0;
        if (dice < 20) index = add_event(person, bot::TextReceived{"人と話したい", {}}, {}, true);
        else if (dice < 60) index = add_event(person, bot::TextReceived{"きいてください " + marker, {}}, marker, true);
        else if (dice < 66) index = add_event(person, bot::TextReceived{"children", {}}, {}, true);
        else if (dice < 74) index = add_event(person, bot::StickerReceived{{}, {marker}}, marker, true);
        else if (dice < 80) index = add_event(person, bot::LocationReceived{marker, marker, 35, 139}, marker, true);
        else if (dice < 84) {
            bot::MediaReceived media;
            media.kind = bot::MediaKind::file;
            media.file_name = marker;
            index = add_event(person, media, marker, true);
        } else if (dice < 88) index = add_event(person, bot::OtherReceived{"new-kind", "{\"a\":\"" + marker + "\"}"}, marker, true);
        else index = add_event(person, bot::PostbackReceived{button(person), {{"marker", marker}}}, marker, false);
        if (!events_[index].message_id.empty()) people_[person].messages.push_back(index);
        note("writes " + std::to_string(person) + " " + std::to_string(index));
        leave(index);
    }

    /// A button she sees, or one from long ago.
    std::string button(std::size_t person)
    {
        std::vector<std::string> seen;
        for (const auto& [key, value] : disk_.rows.rows(Space::conversation)) {
            const auto conversation = store::decode<bot::Conversation>(value.bytes).value();
            if (conversation.address.user != "U" + std::to_string(person)) continue;
            auto range = store::entries_of(mirai, conversation.id);
            range.limit = 8;
            range.backwards = true;
            for (const auto& row : disk_.rows.read(range)) {
                const auto entry = store::decode<bot::Entry>(row.value.bytes).value();
                for (const auto& choice : entry.quick_replies) seen.push_back(choice.data);
            }
        }
        return seen.empty() ? "old" : seen[actors_.below(seen.size())];
    }

    void take_back()
    {
        const auto person = actors_.below(plan_.people);
        if (!has(Fault::unsend) || people_[person].messages.empty()) return;
        const auto& messages = people_[person].messages;
        const auto recent = std::min<std::size_t>(messages.size(), 4);
        const auto target = messages[messages.size() - 1 - actors_.below(recent)];
        if (events_[target].unsent) return;
        checker_.fault(Fault::unsend);
        events_[target].unsent = true;
        const auto index = add_event(person, bot::Unsent{events_[target].message_id}, {}, false);
        events_[index].is_unsend = true;
        events_[index].logged_as_inbound = false;
        takes_back_[index] = target;
        note("takes back " + std::to_string(target));
        leave(index);
    }

    void block_or_return()
    {
        const auto person = actors_.below(plan_.people);
        if (!has(Fault::blocks)) return;
        checker_.fault(Fault::blocks);
        auto& blocked = people_[person].blocked;
        blocked = !blocked;
        bot::InboundContent content = bot::Followed{true};
        if (blocked) content = bot::Unfollowed{};
        const auto index = add_event(person, std::move(content), {}, false);
        events_[index].logged_as_inbound = false;
        note(blocked ? "blocks" : "returns");
        leave(index);
    }

    // ------------------------------------------------------------------------ LINE's way to us

    /// The event sets out.
    void leave(std::size_t index)
    {
        Milliseconds delay{static_cast<std::int64_t>(5 + fate_.below(60))};
        if (strikes(Fault::event_out_of_order, 6)) delay += Milliseconds{static_cast<std::int64_t>(fate_.below(60'000))};
        agenda_.in(delay, [this, index] { deliver(index, 0, false); });
        if (!events_[index].message_id.empty() && strikes(Fault::event_other_id, 16)) {
            const Milliseconds later{static_cast<std::int64_t>(fate_.below(5'000))};
            agenda_.in(delay + later, [this, index] { deliver(index, 0, true); });
        }
    }

    void redeliver(std::size_t index, int attempt, bool other_id)
    {
        if (attempt > 3 && strikes(Fault::event_given_up, 12)) return;
        const auto wait = std::min(redelivery_longest, redelivery_first * (1 << std::min(attempt, 10)));
        agenda_.in(wait, [this, index, attempt, other_id] { deliver(index, attempt + 1, other_id); });
    }

    void deliver(std::size_t index, int attempt, bool other_id)
    {
        ++deliveries_;
        if (!open()) return redeliver(index, attempt, other_id);
        const auto& event = events_[index];
        bot::Inbound inbound;
        inbound.desk = mirai;
        inbound.event = EventId{event.event};
        if (other_id) inbound.event.text.back() = inbound.event.text.back() == 'A' ? 'B' : 'A';
        inbound.from = {bot::ChannelKind::line, "line-main", event.user};
        inbound.message_id = event.message_id;
        inbound.sent_at = event.sent_at;
        if (plan_.mutant == Mutant::arrival_order) inbound.sent_at = agenda_.now();
        inbound.received_at = process_->clock.now();
        inbound.content = contents_[index];
        if (!std::holds_alternative<bot::Unsent>(inbound.content) && !std::holds_alternative<bot::Unfollowed>(inbound.content)) {
            inbound.reply = bot::ReplyToken{"token-" + event.event, process_->clock.now()};
            platform_.hands_out(inbound.reply->token);
        }
        const auto number = ++flights_;
        flying_[number] = [this, index, attempt, other_id] { redeliver(index, attempt, other_id); };
        std::function<void(desk::Received)> answered = [this, number, index, attempt, other_id](desk::Received received) {
            flying_.erase(number);
            arrived(index, attempt, other_id, received);
        };
        process_->run<desk::Received>(process_->desks->receive(std::move(inbound)), std::move(answered));
    }

    void arrived(std::size_t index, int attempt, bool other_id, desk::Received received)
    {
        note("received " + std::to_string(index) + " " + std::to_string(static_cast<int>(received)));
        if (received == desk::Received::refused) return redeliver(index, attempt, other_id);
        events_[index].accepted = true;
        if (const auto target = takes_back_.find(index); target != takes_back_.end()) events_[target->second].unsend_accepted = true;
        if (strikes(Fault::event_answer_lost, 12)) return redeliver(index, attempt, other_id);
        if (strikes(Fault::event_twice, 8)) {
            const Milliseconds later{static_cast<std::int64_t>(fate_.below(fate_.below(2) == 0 ? 30 : 7'200'000))};
            agenda_.in(later, [this, index, attempt] { deliver(index, attempt + 1, false); });
        }
    }

    // ------------------------------------------------------------------------ staff

    void command_something()
    {
        const auto& rows = disk_.rows.rows(Space::conversation);
        if (rows.empty()) return;
        auto row = rows.begin();
        std::advance(row, static_cast<std::ptrdiff_t>(actors_.below(rows.size())));
        const auto conversation = store::decode<bot::Conversation>(row->second.bytes).value();
        desk::Command command{mirai, conversation.id, staff_[actors_.below(staff_.size())],
                              make_ulid(agenda_.now(), actors_.bits()), desk::Claim{}};
        CommandRecord record{.key = command.idempotency_key};
        if (conversation.holder.is_counselor() && actors_.below(4) != 0) command.by = conversation.holder.counselor;
        const auto dice = actors_.below(100);
        const bool held = conversation.holder.is_counselor();
        if (!held && dice < 80) command.action = desk::Claim{};
        else if (dice < 45) {
            record.marker = "聞いています " + new_marker();
            command.action = desk::SendText{record.marker};
        } else if (dice < 55) {
            record.marker = "メモ " + new_marker();
            command.action = desk::AddNote{record.marker};
        } else if (dice < 70) {
            std::optional<CounselorId> to;
            if (actors_.below(2) == 0) to = staff_[actors_.below(staff_.size())];
            command.action = desk::Transfer{to, "交代"};
        } else if (dice < 80) command.action = desk::ReturnToBot{};
        else if (dice < 90) command.action = desk::Close{"listened", actors_.below(2) == 0};
        else command.action = desk::Claim{};
        commands_.push_back(record);
        const auto index = commands_.size() - 1;
        note("command " + std::to_string(command.action.index()));
        ask(index, std::move(command), 0);
    }

    void ask_again(std::size_t index, const desk::Command& command, int tries)
    {
        if (tries >= command_tries_max) return;
        agenda_.in(Milliseconds{1'500} * (tries + 1), [this, index, command, tries] { ask(index, command, tries + 1); });
    }

    void ask(std::size_t index, desk::Command command, int tries)
    {
        if (!open()) return ask_again(index, command, tries);
        const auto number = ++flights_;
        flying_[number] = [this, index, command, tries] { ask_again(index, command, tries); };
        using Answer = Result<desk::Commanded, desk::CommandFailure>;
        std::function<void(std::optional<Answer>)> answered = [this, number, index, command, tries](std::optional<Answer> answer) {
            flying_.erase(number);
            note("answered " + std::to_string(index) + (answer->ok() ? " ok" : " no"));
            if (answer->ok()) {
                commands_[index].answered_ok = true;
                if (strikes(Fault::command_answer_lost, 8)) ask_again(index, command, tries);
            } else if (answer->error().kind == desk::CommandFailure::Kind::unavailable) {
                ask_again(index, command, tries);
            } else {
                commands_[index].answered_refused = true;
            }
        };
        process_->run<std::optional<Answer>>(do_command(*process_->desks, std::move(command)), std::move(answered));
    }

    static net::awaitable<std::optional<Result<desk::Commanded, desk::CommandFailure>>> do_command(desk::DeskService& desks,
                                                                                                   desk::Command command)
    {
        auto answer = co_await desks.command(std::move(command));
        co_return std::optional(std::move(answer));
    }

    // ------------------------------------------------------------------------ the trace

    void note(const std::string& what)
    {
        const auto line = std::to_string((agenda_.now() - friday_eleven).count()) + " " + what;
        for (const char letter : line) hash_ = (hash_ ^ static_cast<unsigned char>(letter)) * 0x100000001B3ULL;
        hash_ = (hash_ ^ checker_.commits) * 0x100000001B3ULL;
        hash_ = (hash_ ^ checker_.messages_accepted) * 0x100000001B3ULL;
        if (plan_.keep_trace) trace_.push_back(line);
    }

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

}  // namespace

Outcome run_history(const Plan& plan) { return History(plan).live(); }

Plan plan_of_seed(std::uint64_t seed)
{
    testing::SeededRandom random(seed ^ 0xA5A5'5A5AULL);
    Plan plan;
    plan.seed = seed;
    plan.people = static_cast<std::uint32_t>(1 + random.below(4));
    plan.steps = static_cast<std::uint32_t>(12 + random.below(60));
    plan.faults = static_cast<std::uint32_t>(random.next()) & all_faults;
    if (random.below(16) != 0) plan.faults &= ~bit(Fault::long_down);  // hours of naps are dear
    return plan;
}

Plan shortest(const Plan& failed, const std::string& invariant)
{
    const auto fails = [&invariant](const Plan& plan) { return run_history(plan).invariant == invariant; };
    Plan best = failed;
    for (bool shorter = true; shorter;) {
        shorter = false;
        const auto try_plan = [&](Plan plan) {
            if (!fails(plan)) return;
            best = plan;
            shorter = true;
        };
        for (std::uint32_t cut = best.steps / 2; cut > 0; cut /= 2) {
            Plan plan = best;
            if (plan.steps <= cut) continue;
            plan.steps -= cut;
            try_plan(plan);
        }
        for (std::size_t fault = 0; fault < fault_count; ++fault) {
            Plan plan = best;
            if ((plan.faults & (1U << fault)) == 0) continue;
            plan.faults &= ~(1U << fault);
            try_plan(plan);
        }
        if (best.people > 1) {
            Plan plan = best;
            --plan.people;
            try_plan(plan);
        }
    }
    best.keep_trace = true;
    return best;
}

}  // namespace tsunagi::simulation
