#include "server/desk/on_call.h"

#include "server/desk/commit_plan.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace tsunagi;
using namespace tsunagi::desk;

namespace {

bot::Decision in_danger(std::uint8_t level)
{
    bot::Decision decision;
    auto& next = decision.next;
    next.desk = DeskId{"mirai"};
    next.id = ConversationId{"01JD000000000000000000MAMA"};
    next.person = PersonId{"01JD000000000000000000PERS"};
    next.nickname = "ゆき";
    next.holder.kind = bot::HolderKind::queue;
    next.handoff.emplace();
    decision.effects.emplace_back(bot::AlarmStaff{level});
    return decision;
}

std::size_t timers_written(std::uint8_t level, bool on_call, std::vector<store::Timer> timers = {})
{
    PlanInput input;
    input.cause = "event-1";
    input.on_call = on_call;
    input.timers = std::move(timers);
    const auto plan = plan_commit(input, in_danger(level));
    return static_cast<std::size_t>(std::ranges::count(plan.batch.writes, store::Space::timer, &store::Write::space));
}

store::Timer timer(std::string name)
{
    return {DeskId{"mirai"}, ConversationId{"01JD000000000000000000MAMA"}, std::move(name), {}};
}

}  // namespace

TEST_CASE("on-call: the level is read from both names, and from no other timer's")
{
    CHECK(on_call_level(on_call_timer(4)) == 4);
    CHECK(on_call_level(on_call_told_timer(3)) == 3);
    for (const auto* other : {"queue.notice", "on-call-", "on-call-told-", "on-call-44", "on-call-x", ""})
        CHECK(on_call_level(other) == 0);
}

TEST_CASE("on-call: what goes out is desk, level and a link, and nothing of hers")
{
    config::DeskConfig desk;
    desk.id = DeskId{"mirai"};
    desk.name = "みらい市 そうだん窓口";
    const auto body = nlohmann::json::parse(on_call_body(desk, timer(on_call_timer(4)), "https://tsunagi.example"));
    CHECK(body.size() == 5);
    CHECK(body["level"] == 4);
    CHECK(body["link"] == "https://tsunagi.example/console/#/queue/01JD000000000000000000MAMA");
}

TEST_CASE("on-call: kept in the very commit that heard the danger, where somebody is on call")
{
    CHECK(timers_written(4, true) == 2);  // by due time and by name
    CHECK(timers_written(4, false) == 0);
}

TEST_CASE("on-call: the same danger is told once, a greater one again")
{
    CHECK(timers_written(3, true, {timer(on_call_timer(3))}) == 0);
    CHECK(timers_written(3, true, {timer(on_call_told_timer(4))}) == 0);
    CHECK(timers_written(4, true, {timer(on_call_told_timer(3))}) == 2);
    CHECK(timers_written(4, true, {timer("queue.notice")}) == 2);
}
