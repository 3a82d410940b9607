#include "server/desk/timers.h"
#include "handoff/queue/wake.h"
#include "tests/unit/desk/desk_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

std::vector<store::Timer> timers_in(const MemoryStore& store)
{
    std::vector<store::Timer> timers;
    for (const auto& [key, value] : store.rows(store::Space::timer))
        if (key.front() == 'd') timers.push_back(store::decode<store::Timer>(value.bytes).value());
    return timers;
}

}  // namespace

TEST_CASE("timers: a timer is set with what begins it, survives a restart, fires once and is gone")
{
    DeskFixture desk;
    const auto yamada = desk.hire("山田");
    desk.say("U1", "e1", "こんにちは");
    desk.say("U1", "e2", "人と話したい");
    const auto id = desk.only_conversation().id;
    REQUIRE(desk.command(id, yamada, desk::Claim{}, "01K0000000000000000000000A").ok());
    const auto set = timers_in(desk.store);
    const auto found = std::find_if(set.begin(), set.end(), [](const auto& timer) { return timer.name == handoff::timer_counselor_idle; });
    REQUIRE(found != set.end());
    CHECK(found->due == desk.clock.now() + std::chrono::minutes{30});

    desk.clock.set(found->due);
    desk::DeskService restarted{desk.store, desk.config, desk.clock, desk.random};
    run_on(desk.context, restarted.start());
    CHECK(run_on(desk.context, restarted.wake(*found)));
    const auto reminders = [&desk, &id] {
        const auto log = desk.log(id);
        return std::count_if(log.begin(), log.end(), [](const bot::Entry& entry) { return entry.event && entry.event->name == "event.counselor_idle"; });
    };
    CHECK(reminders() == 1);
    CHECK(run_on(desk.context, restarted.wake(*found)));  // the same look again finds it replaced
    CHECK(reminders() == 1);
    for (const auto& timer : timers_in(desk.store)) CHECK(timer.due != found->due);
}

TEST_CASE("timers: while the store keeps nothing a timer stays due")
{
    DeskFixture desk;
    desk.say("U1", "e1", "こんにちは");
    const auto set = timers_in(desk.store);
    REQUIRE(set.size() == 1);
    CHECK(set.front().name == handoff::timer_bot_idle);
    desk.clock.set(set.front().due + std::chrono::hours{24});
    desk.store.before_commit = [](const store::Batch&) { return store::CommitFailure::full; };
    CHECK_FALSE(run_on(desk.context, desk.desks.wake(set.front())));
    CHECK(timers_in(desk.store).size() == 1);
    desk.store.before_commit = nullptr;
    CHECK(run_on(desk.context, desk.desks.wake(set.front())));
}

TEST_CASE("timers: danger that nobody has answered when the last one goes home is told to whoever is on call")
{
    DeskFixture desk;
    desk.config.desks.front().on_call.webhook_url = "https://on-call.example/";
    const auto yamada = desk.hire("山田");
    desk.say("U1", "e1", "こんにちは");
    desk.say("U1", "e2", "人と話したい");
    const auto id = desk.only_conversation().id;
    REQUIRE(desk.command(id, yamada, desk::SetRisk{4, "薬を飲んだと言っている"}, "01K0000000000000000000000A").ok());
    const auto found = [&desk](const std::string& name) {
        const auto set = timers_in(desk.store);
        const auto timer = std::find_if(set.begin(), set.end(), [&name](const auto& one) { return one.name == name; });
        return timer == set.end() ? std::nullopt : std::optional(*timer);
    };
    const auto first = found(handoff::timer_danger);
    REQUIRE(first);
    desk.clock.set(first->due);
    CHECK(run_on(desk.context, desk.desks.wake(*first)));
    CHECK_FALSE(found("on-call-4"));
    const auto second = found(handoff::timer_danger);
    REQUIRE(second);
    run_on(desk.context, desk.desks.set_duty(mirai, yamada, false));
    desk.clock.set(second->due);
    CHECK(run_on(desk.context, desk.desks.wake(*second)));
    CHECK(found("on-call-4"));
    CHECK_FALSE(found(handoff::timer_danger));
}
