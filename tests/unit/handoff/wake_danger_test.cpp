// Danger that waits: looked at again and again until somebody has answered it.
#include "handoff/queue/commands.h"
#include "tests/unit/handoff/wake_story.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tsunagi;
using namespace tsunagi::story;
using namespace std::chrono_literals;

namespace {

/// R4, heard at `now`, waiting in the queue.
bot::Conversation in_danger(TimePoint now)
{
    auto conversation = waiting(now);
    conversation.risk_level = 4;
    conversation.risk.raised_at = now;
    return conversation;
}

bool alarms_for_a_life(const bot::Decision& decision)
{
    return std::ranges::any_of(decision.effects, [](const auto& effect) {
        const auto* alarm = std::get_if<bot::AlarmStaff>(&effect);
        return alarm && alarm->level == 4;
    });
}

bot::Decision look(const bot::Conversation& conversation, TimePoint now, const handoff::DeskView& view)
{
    return handoff::wake(conversation, handoff::timer_danger, playbook(), view, rules, now);
}

}  // namespace

TEST_CASE("wake: danger heard a minute before closing and still unanswered then is told to whoever is on call, once")
{
    const auto heard = friday + 5h + 59min;  // 16:59
    const auto set = with_timers(waiting(heard), {.next = in_danger(heard), .log = {}, .effects = {}}, heard);
    REQUIRE(set_again(set, handoff::timer_danger) == heard + 5min);
    const auto closed_now = look(set.next, heard + 5min, desk());
    CHECK(alarms_for_a_life(closed_now));
    CHECK(said(closed_now).empty());
    CHECK_FALSE(set_again(closed_now, handoff::timer_danger));
}

TEST_CASE("wake: while somebody is there it is looked again and again, until she was answered")
{
    const auto first = look(in_danger(friday), friday + 5min, desk());
    CHECK_FALSE(alarms_for_a_life(first));
    CHECK(set_again(first, handoff::timer_danger) == friday + 10min);
    CHECK(alarms_for_a_life(look(first.next, friday + 10min, desk(0))));  // the last one went home

    auto taken = handoff::claim(first.next, sato(), playbook(), friday + 6min);
    REQUIRE(taken.ok());
    auto view = desk();
    view.last_counselor = sato();
    CHECK(set_again(look(taken.value().next, friday + 10min, view), handoff::timer_danger));
    const auto answered = handoff::send_text(taken.value().next, sato(), "ここにいます", friday + 7min);
    REQUIRE(answered.ok());
    const auto over = look(answered.value().next, friday + 10min, view);
    CHECK_FALSE(alarms_for_a_life(over));
    CHECK_FALSE(set_again(over, handoff::timer_danger));
}

TEST_CASE("wake: danger that a counselor took and left unanswered goes back to the queue, and beyond the console when nobody is there")
{
    const auto taken = handoff::claim(in_danger(friday), sato(), playbook(), friday + 6min);
    REQUIRE(taken.ok());
    CHECK(set_again(with_timers(in_danger(friday), *taken, friday + 6min), handoff::timer_danger) == friday + 11min);
    auto view = desk();
    view.last_counselor = sato();
    view.last_counselor->on_duty = false;
    const auto left = look(taken->next, friday + 11min, view);
    CHECK(left.next.holder.is_queue());
    CHECK(left.next.handoff->priority == bot::Priority::emergency);
    CHECK(left.log.back().event->name == "event.left_by_holder");
    CHECK(said(left).empty());
    CHECK_FALSE(alarms_for_a_life(left));  // a colleague's console rings
    CHECK(set_again(left, handoff::timer_danger) == friday + 16min);
    CHECK(set_again(left, handoff::timer_queue_notice));

    view.on_duty = 0;
    const auto nobody = look(taken->next, friday + 11min, view);
    CHECK(nobody.next.holder.is_queue());
    CHECK(alarms_for_a_life(nobody));
}

TEST_CASE("wake: who stays on after closing keeps the talk for an hour; then it is taken from her and staff are called again")
{
    const auto heard = friday + 5h + 59min;  // 16:59
    const auto taken = handoff::claim(in_danger(heard), sato(), playbook(), heard);
    REQUIRE(taken.ok());
    auto view = desk();
    view.last_counselor = sato();
    const auto just_taken = look(taken->next, heard + 5min, view);
    CHECK_FALSE(alarms_for_a_life(just_taken));
    REQUIRE(set_again(just_taken, handoff::timer_danger) == heard + 10min);
    const auto closed_now = look(just_taken.next, heard + 10min, view);
    CHECK(alarms_for_a_life(closed_now));
    CHECK(closed_now.next.holder.is_counselor());
    REQUIRE(set_again(closed_now, handoff::timer_danger) == heard + 70min);
    const auto later = look(closed_now.next, heard + 70min, view);
    CHECK(later.next.holder.is_queue());
    CHECK(alarms_for_a_life(later));
    CHECK_FALSE(set_again(later, handoff::timer_danger));
}

TEST_CASE("wake: who was called at night and has just taken her keeps the talk while she reads it")
{
    const auto taken = handoff::claim(in_danger(saturday), sato(), playbook(), saturday + 3min);
    REQUIRE(taken.ok());
    auto view = desk();
    view.last_counselor = sato();
    const auto reading = look(taken->next, saturday + 8min, view);
    CHECK(reading.next.holder.is_counselor());
    CHECK_FALSE(alarms_for_a_life(reading));
    REQUIRE(set_again(reading, handoff::timer_danger) == saturday + 13min);
    const auto silent = look(reading.next, saturday + 13min, view);
    CHECK(silent.next.holder.is_counselor());
    CHECK(alarms_for_a_life(silent));
}

TEST_CASE("wake: danger sets its timer when it begins to wait, not with each word, and in the queue not when staff were called at once")
{
    const auto conversation = in_danger(friday);
    CHECK_FALSE(set_again(with_timers(conversation, {.next = conversation, .log = {}, .effects = {}}, friday), handoff::timer_danger));
    bot::Decision called{.next = conversation, .log = {}, .effects = {}};
    called.effects.emplace_back(bot::AlarmStaff{4});
    CHECK_FALSE(set_again(with_timers(waiting(), called, friday), handoff::timer_danger));
    auto night = in_danger(saturday);  // called then, so no timer; heard again when the desk is open, it is looked after
    night.risk_level = 3;
    auto worse = night;
    worse.risk.raised_at = friday + 96h;
    CHECK(set_again(with_timers(night, {.next = worse, .log = {}, .effects = {}}, friday + 96h), handoff::timer_danger));
    auto kept = in_danger(friday);  // by a counselor on duty after closing: nobody else could take it
    kept.holder = held(sato()).holder;
    called.next = kept;
    CHECK(set_again(with_timers(held(sato()), called, friday), handoff::timer_danger));
    auto mild = conversation;
    mild.risk_level = 2;
    CHECK_FALSE(set_again(with_timers(waiting(), {.next = mild, .log = {}, .effects = {}}, friday), handoff::timer_danger));
}
