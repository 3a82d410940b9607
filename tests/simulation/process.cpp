#include "tests/simulation/process.h"

namespace tsunagi::simulation {
namespace {

ops::Metrics& metrics()
{
    static ops::Metrics shared;
    return shared;
}

}  // namespace

Process::Process(const Ground& ground, std::uint64_t generation)
    : clock(ground.agenda, life, ground.plan.mutant == Mutant::slow_clock ? 0.5 : 1), random(ground.plan.seed * 1'000 + generation),
      faulty_store(ground.agenda, life, ground.disk, ground.fate, ground.plan, ground.checker),
      store(broken_store(faulty_store, ground.plan.mutant, ground.fate)),
      simulated_api(ground.agenda, life, ground.platform, ground.fate, ground.plan, ground.checker),
      api(broken_api(simulated_api, ground.plan.mutant, ground.fate)), labeller(*api, ground.checker)
{
    desks = std::make_unique<desk::DeskService>(*store, ground.config, clock, random);
    std::vector<net::any_io_executor> executors{context.get_executor()};
    outbox = std::make_unique<line::Outbox>(std::move(executors), *store, labeller, clock, random, metrics());
    const bool forgets_danger = ground.plan.mutant == Mutant::danger_as_any_answer;
    desks->on_outbox([this, forgets_danger](store::OutboxRow row) {
        if (forgets_danger) row.must_deliver = false;
        outbox->add(std::move(row));
    });
    timers = std::make_unique<desk::Timers>(*desks, clock);
    agenda_ = &ground.agenda;
}

Process::~Process() { die(); }

net::awaitable<bool> Process::begin()
{
    co_await desks->start();
    co_await outbox->recover();
    auto ended = [this, life = life](std::exception_ptr failure) {
        if (!life->dead) failure_ = failure;
    };
    net::co_spawn(context, timers->run(), std::move(ended));
    co_return true;
}

void Process::start()
{
    auto started = [this, life = life](std::exception_ptr failure, bool) {
        if (life->dead) return;
        up = !failure;
        start_failed = static_cast<bool>(failure);
    };
    net::co_spawn(context, begin(), std::move(started));
}

void Process::pump()
{
    context.restart();
    context.poll();
    if (failure_) std::rethrow_exception(failure_);
}

void Process::die()
{
    if (!outbox) return;
    life->dead = true;
    up = false;
    agenda_->park_all(life);
    // Taking a coroutine apart releases what it holds, which may wake the next one: until nobody is left.
    for (;;) {
        context.restart();
        std::size_t ran = 0;
        try {
            ran = context.poll();
        } catch (const std::exception&) {
            continue;  // the last words of the dead
        }
        auto parked = std::exchange(life->parked, {});
        if (parked.empty() && ran == 0) break;
    }
    timers.reset();
    outbox.reset();
    desks.reset();
}

}  // namespace tsunagi::simulation
