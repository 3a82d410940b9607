#include "tests/simulation/history.h"
#include "tests/simulation/process.h"

namespace tsunagi::simulation {

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
