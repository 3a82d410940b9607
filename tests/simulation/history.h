#pragma once
#include "tests/simulation/plan.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace tsunagi::simulation {

/// What a history came to.
struct Outcome {
    std::optional<std::string> invariant;  ///< the one that broke
    std::string what;
    std::uint64_t trace_hash = 0;          ///< the same plan gives the same
    std::vector<std::string> trace;        ///< when the plan asks to keep it

    // What it covered.
    std::uint64_t events = 0;
    std::uint64_t deliveries = 0;
    std::uint64_t commands = 0;
    std::uint64_t commits = 0;
    std::uint64_t accepted = 0;
    std::uint64_t crashes = 0;
    std::uint64_t timers = 0;
    std::array<std::uint64_t, fault_count> faults{};
};

/// Lives one history to its end, or to the first broken invariant.
Outcome run_history(const Plan& plan);

/// The history of `seed`: how many people, how long, which faults.
Plan plan_of_seed(std::uint64_t seed);

/// The shortest plan near `failed` that breaks the same invariant: fewer steps, fewer faults, fewer people.
Plan shortest(const Plan& failed, const std::string& invariant);

}  // namespace tsunagi::simulation
