#include "tests/simulation/history.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

// tests/simulation: the pure core, the desk service and the outbox on virtual time.
//
//   simulation                         the fixed histories: seeds 1 to 10,000
//   simulation --histories N --from S  seeds S to S+N-1
//   simulation --fresh N               N seeds nobody has seen
//   simulation --seed S [--steps N] [--people N] [--faults BITS] [--mutant NAME]   one history, with its trace
//   simulation --mutants               every deliberate mistake, and which invariant catches it

namespace {

using namespace tsunagi::simulation;

struct Totals {
    std::uint64_t histories = 0;
    Outcome sum;

    void add(const Outcome& one)
    {
        ++histories;
        sum.events += one.events;
        sum.deliveries += one.deliveries;
        sum.commands += one.commands;
        sum.commits += one.commits;
        sum.accepted += one.accepted;
        sum.crashes += one.crashes;
        sum.timers += one.timers;
        for (std::size_t i = 0; i < fault_count; ++i) sum.faults[i] += one.faults[i];
    }
    void print(double seconds) const
    {
        std::printf("%llu histories in %.1f s: %llu events of people in %llu deliveries, %llu commands of counselors, "
                    "%llu commits, %llu requests accepted by LINE, %llu crashes, %llu timers\n",
                    static_cast<unsigned long long>(histories), seconds, static_cast<unsigned long long>(sum.events),
                    static_cast<unsigned long long>(sum.deliveries), static_cast<unsigned long long>(sum.commands),
                    static_cast<unsigned long long>(sum.commits), static_cast<unsigned long long>(sum.accepted),
                    static_cast<unsigned long long>(sum.crashes), static_cast<unsigned long long>(sum.timers));
        std::printf("faults:");
        std::uint64_t all = 0;
        for (std::size_t i = 0; i < fault_count; ++i) {
            std::printf(" %s %llu", fault_names[i].data(), static_cast<unsigned long long>(sum.faults[i]));
            all += sum.faults[i];
        }
        std::printf("; %llu in all\n", static_cast<unsigned long long>(all));
    }
};

std::string git_commit()
{
    std::string commit = "unknown";
    if (FILE* pipe = popen("git rev-parse --short HEAD 2>/dev/null", "r")) {
        char line[64] = {};
        if (fgets(line, sizeof line, pipe) != nullptr) commit.assign(line, std::strcspn(line, "\n"));
        pclose(pipe);
    }
    return commit;
}

std::string names_of(std::uint32_t faults)
{
    std::string names;
    for (std::size_t i = 0; i < fault_count; ++i)
        if ((faults & (1U << i)) != 0) names += (names.empty() ? "" : " ") + std::string(fault_names[i]);
    return names;
}

void print_plan(const Plan& plan)
{
    std::printf("  --seed %llu --people %u --steps %u --faults %u --mutant %s   (%s)\n",
                static_cast<unsigned long long>(plan.seed), plan.people, plan.steps, plan.faults,
                mutant_names[static_cast<std::size_t>(plan.mutant)].data(), names_of(plan.faults).c_str());
}

void report(const Plan& plan, const Outcome& outcome)
{
    std::printf("FAILED at seed %llu, commit %s\n  %s\n", static_cast<unsigned long long>(plan.seed), git_commit().c_str(), outcome.what.c_str());
    const auto short_plan = shortest(plan, *outcome.invariant);
    const auto short_outcome = run_history(short_plan);
    std::printf("the shortest history found that breaks the same:\n");
    print_plan(short_plan);
    for (const auto& line : short_outcome.trace) std::printf("    %s\n", line.c_str());
    std::printf("  %s\n", short_outcome.what.c_str());
}

double seconds_since(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Every 64th history is lived twice: the same seed must be the same history.
bool repeats(const Plan& plan, const Outcome& first)
{
    if (plan.seed % 64 != 0) return true;
    if (run_history(plan).trace_hash == first.trace_hash) return true;
    std::printf("FAILED: seed %llu gives another history the second time\n", static_cast<unsigned long long>(plan.seed));
    return false;
}

/// The platform is gone for an hour: counselors see what is queued, and everything goes out once when it returns.
bool survives_an_hour_without_line()
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Plan plan{.seed = seed, .people = 4, .steps = 40, .faults = bit(Fault::crash), .hour_outage = true};
        const auto outcome = run_history(plan);
        if (!outcome.invariant) continue;
        report(plan, outcome);
        return false;
    }
    std::printf("20 histories with LINE gone for an hour: everything queued was shown as queued and went out once\n");
    return true;
}

bool run_many(std::uint64_t from, std::uint64_t count)
{
    Totals totals;
    const auto begin = std::chrono::steady_clock::now();
    int failures = 0;
    for (std::uint64_t seed = from; seed < from + count && failures < 3; ++seed) {
        const auto plan = plan_of_seed(seed);
        const auto outcome = run_history(plan);
        totals.add(outcome);
        if (outcome.invariant) {
            report(plan, outcome);
            ++failures;
        }
        if (!repeats(plan, outcome)) ++failures;
    }
    if (!survives_an_hour_without_line()) ++failures;
    totals.print(seconds_since(begin));
    std::printf("%s\n", failures == 0 ? "every invariant held" : "INVARIANTS BROKEN");
    return failures == 0;
}

/// A mutant needs the fault that brings its mistake to light; the rest is the seed's.
std::uint32_t faults_for(Mutant mutant)
{
    switch (mutant) {
    case Mutant::event_barrier_off:
    case Mutant::event_barrier_leaky: return bit(Fault::event_twice) | bit(Fault::event_answer_lost);
    case Mutant::message_barrier_off: return bit(Fault::event_other_id);
    case Mutant::other_words:
    case Mutant::danger_as_any_answer:
    case Mutant::fresh_retry_key: return bit(Fault::send_answer_lost) | bit(Fault::send_accepted_5xx);
    case Mutant::sync_off:
    case Mutant::recovery_skipped:
    case Mutant::outbox_row_kept: return bit(Fault::crash);
    case Mutant::unsend_keeps_text: return bit(Fault::unsend);
    case Mutant::unsend_keeps_request: return bit(Fault::unsend) | bit(Fault::outage) | bit(Fault::send_unreachable);
    case Mutant::reply_then_push: return bit(Fault::send_answer_lost) | bit(Fault::send_accepted_5xx);
    case Mutant::command_key_off: return bit(Fault::command_answer_lost);
    case Mutant::slow_clock: return bit(Fault::outage) | bit(Fault::long_down);
    default: return 0;
    }
}

bool run_mutants()
{
    constexpr std::uint64_t seeds_max = 10'000;  // some need a rare meeting of two things
    std::size_t killed = 0;
    for (std::size_t i = 1; i < mutant_count; ++i) {
        const auto mutant = static_cast<Mutant>(i);
        bool dead = false;
        for (std::uint64_t seed = 1; seed <= seeds_max && !dead; ++seed) {
            auto plan = plan_of_seed(seed);
            plan.mutant = mutant;
            plan.faults |= faults_for(mutant);
            const auto outcome = run_history(plan);
            if (outcome.invariant != broken_invariants[i]) continue;
            dead = true;
            std::printf("%-20s dies at seed %3llu: %s\n", mutant_names[i].data(), static_cast<unsigned long long>(seed), outcome.what.c_str());
        }
        if (!dead) std::printf("%-20s SURVIVES %llu seeds\n", mutant_names[i].data(), static_cast<unsigned long long>(seeds_max));
        killed += dead ? 1 : 0;
        std::fflush(stdout);
    }
    std::printf("%zu of %zu mutants die\n", killed, mutant_count - 1);
    return killed == mutant_count - 1;
}

bool run_one(const Plan& plan)
{
    const auto outcome = run_history(plan);
    for (const auto& line : outcome.trace) std::printf("%s\n", line.c_str());
    std::printf("hash %016llx: %s\n", static_cast<unsigned long long>(outcome.trace_hash),
                outcome.invariant ? outcome.what.c_str() : "every invariant held");
    return !outcome.invariant;
}

}  // namespace

int main(int argc, char** argv)
{
    std::uint64_t from = 1;
    std::uint64_t histories = 10'000;
    std::optional<Plan> one;
    for (int i = 1; i < argc; ++i) {
        const std::string option = argv[i];
        const std::string value = i + 1 < argc ? argv[i + 1] : "";
        const auto number = [&value] { return std::strtoull(value.c_str(), nullptr, 10); };
        if (option == "--mutants") return run_mutants() ? EXIT_SUCCESS : EXIT_FAILURE;
        if (option == "--histories") histories = number();
        else if (option == "--from") from = number();
        else if (option == "--fresh") {
            std::random_device device;
            from = (static_cast<std::uint64_t>(device()) << 20U) | 1U;
            histories = number();
            std::printf("fresh seeds from %llu on\n", static_cast<unsigned long long>(from));
        } else if (option == "--seed") {
            one = plan_of_seed(number());
            one->keep_trace = true;
        } else if (one && option == "--steps") one->steps = static_cast<std::uint32_t>(number());
        else if (one && option == "--people") one->people = static_cast<std::uint32_t>(number());
        else if (one && option == "--faults") one->faults = static_cast<std::uint32_t>(number());
        else if (one && option == "--mutant") {
            for (std::size_t m = 0; m < mutant_count; ++m)
                if (mutant_names[m] == value) one->mutant = static_cast<Mutant>(m);
        } else {
            std::fprintf(stderr, "unknown option %s\n", option.c_str());
            return 2;
        }
        ++i;
    }
    const bool ok = one ? run_one(*one) : run_many(from, histories);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
