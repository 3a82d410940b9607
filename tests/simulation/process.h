#pragma once
#include "server/desk/desk_service.h"
#include "server/desk/timers.h"
#include "server/line/outbox.h"
#include "tests/simulation/mutants.h"
#include "tests/simulation/platform.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace tsunagi::simulation {

/// What all processes of a history stand on.
struct Ground {
    Agenda& agenda;
    Disk& disk;
    Checker& checker;
    Platform& platform;
    testing::SeededRandom& fate;
    const Plan& plan;
    const config::Loaded& config;
};

/// The real desk service and the real outbox on one io_context, over simulated store, clock and LINE; from a start to a
/// crash. Destroy by `die`.
class Process {
public:
    Process(const Ground& ground, std::uint64_t generation);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// Reads what a start reads; `up` is true when that is over, `start_failed` when the store refused.
    void start();
    /// Lets everything happen that can happen without time passing. Throws what a coroutine threw.
    void pump();
    /// Every coroutine stops where it is and is taken apart, without another step of it reaching store or platform.
    void die();

    /// Runs `work` here; `ended` is told its value, unless the process dies before.
    template <class T>
    void run(net::awaitable<T> work, std::function<void(T)> ended)
    {
        auto over = [this, life = life, ended = std::move(ended)](std::exception_ptr failure, T value) {
            if (life->dead) return;
            if (failure) failure_ = failure;
            else ended(std::move(value));
        };
        net::co_spawn(context, std::move(work), std::move(over));
    }

    std::shared_ptr<Life> life = std::make_shared<Life>();
    net::io_context context{1};
    SimulatedClock clock;
    testing::SeededRandom random;
    FaultyStore faulty_store;
    std::unique_ptr<store::Store> store;  ///< what the product and the console see
    SimulatedApi simulated_api;
    std::unique_ptr<line::Api> api;
    Labeller labeller;
    std::unique_ptr<desk::DeskService> desks;
    std::unique_ptr<line::Outbox> outbox;
    std::unique_ptr<desk::Timers> timers;
    bool up = false;
    bool start_failed = false;

private:
    net::awaitable<bool> begin();
    std::exception_ptr failure_;
    Agenda* agenda_ = nullptr;
};

}  // namespace tsunagi::simulation
