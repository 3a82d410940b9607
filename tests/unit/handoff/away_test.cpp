// What she writes to a counselor who has gone home.
#include "handoff/queue/wake.h"
#include "tests/unit/handoff/danger_story.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace tsunagi;
using namespace tsunagi::handoff;
using namespace tsunagi::story;

TEST_CASE("with a counselor who has gone home: at night she is told once that nobody reads, in words that tell nothing")
{
    auto talk = held(sato());
    talk.staff_acted_at = friday;
    const auto home = desk_beside(sato(), false);
    const auto told = hears(talk, text("きょうは雨です"), home, saturday);
    CHECK(said(told) == Lines{"safety.quiet.closed 11月24日（火） 10:00"});
    CHECK(told.next.holder.is_counselor());
    CHECK(sends(told).front().by_human);
    CHECK(said(hears(told.next, text("まだ雨です"), home, saturday + 1h)).empty());
    CHECK(said(hears(talk, follow(), home, saturday)).empty());
    CHECK(said(hears(talk, text("きょうは雨です"), home)).empty());                              // by day a colleague looks
    CHECK(said(hears(talk, text("きょうは雨です"), desk_beside(sato(), true), friday + 6h + 30min)).empty());  // she may stay on

    auto disguised = talk;
    disguised.risk.disguised = true;
    const auto hidden = hears(disguised, text("きょうは雨です"), home, saturday);
    CHECK(said(hidden).empty());
    CHECK(hidden.next.away_told_at == TimePoint{});  // she was not told: when the disguise ends she is
}

TEST_CASE("with a counselor who has gone home: the next night she is told again")
{
    auto talk = held(sato());
    talk.staff_acted_at = friday;
    const auto home = desk_beside(sato(), false);
    const auto told = hears(talk, text("きょうは雨です"), home, saturday);
    CHECK(said(hears(told.next, text("また雨です"), home, saturday + 20h)) == Lines{"safety.quiet.closed 11月24日（火） 10:00"});
}

TEST_CASE("with a counselor who has gone home: R2 stays hers for the morning and wakes nobody")
{
    auto talk = held(sato());
    talk.staff_acted_at = friday;
    const auto decision = hears(talk, text("消えたい"), desk_beside(sato(), false), saturday);
    CHECK(decision.next.risk_level == 2);
    CHECK(decision.next.holder.is_counselor());
    CHECK(said(decision) == Lines{"safety.quiet.closed 11月24日（火） 10:00"});
    CHECK_FALSE(has<bot::AlarmStaff>(decision));
}

TEST_CASE("with a counselor who has gone home: what she was told before a counselor took her is no telling")
{
    const auto night = friday + 7h;  // 18:00
    const auto told = receive(waiting(friday), text("まだですか"), watchful(), desk(), night);
    REQUIRE(said(told) == Lines{"queue.kept.closed 11月24日（火） 10:00"});
    const auto called = claim(told.next, sato(), watchful(), night + 10min);
    REQUIRE(called.ok());
    const auto left = hears(called->next, text("きょうは雨です"), desk_beside(sato(), false), night + 2h);
    CHECK(said(left) == Lines{"safety.quiet.closed 11月24日（火） 10:00"});
}

TEST_CASE("with a counselor who is away: who goes on writing waits no longer for a colleague than who falls silent")
{
    const auto away = desk_beside(sato(), false);
    const auto idle = [&](const bot::Conversation& talk, TimePoint now) {
        return wake(talk, timer_counselor_idle, watchful(), away, WakeRules{}, now).next.holder;
    };
    auto waits = held(sato());  // at 11:00
    for (const auto wrote : {10min, 30min, 50min, 65min}) waits = hears(waits, text("まだですか"), away, friday + wrote).next;
    CHECK(idle(waits, friday + 69min).is_counselor());
    CHECK(idle(waits, friday + 70min).is_queue());
    const auto answered = send_text(waits, sato(), "お待たせしました", friday + 68min);
    REQUIRE(answered.ok());
    CHECK(idle(answered->next, friday + 70min).is_counselor());
}
