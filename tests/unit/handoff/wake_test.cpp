#include "handoff/queue/risk_commands.h"
#include "tests/unit/handoff/wake_story.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::story;
using namespace std::chrono_literals;
using handoff::WakeRules;

TEST_CASE("wake: a question sets one timer, her further messages none")
{
    const auto first = with_timers(unknown_person(), handoff::receive(unknown_person(), follow(), playbook(), desk(), friday), friday);
    CHECK(set_again(first, handoff::timer_bot_idle) == friday + 24h);
    const auto second = with_timers(first.next, handoff::receive(first.next, sticker(), playbook(), desk(), friday), friday);
    CHECK_FALSE(set_again(second, handoff::timer_bot_idle));
}

TEST_CASE("wake: the bot reminds her once, gently, a day after her last word, then ends the flow without a word")
{
    auto conversation = greeted();
    conversation.last_inbound_at = friday + 2h;
    const auto early = wake(conversation, handoff::timer_bot_idle, friday + 24h);
    CHECK(said(early).empty());
    CHECK(set_again(early, handoff::timer_bot_idle) == friday + 26h);

    const auto reminded = wake(early.next, handoff::timer_bot_idle, friday + 26h);
    CHECK(said(reminded) == Lines{"timer.bot_idle"});
    CHECK(reminded.next.position.running());
    REQUIRE(set_again(reminded, handoff::timer_bot_idle) == friday + 50h);
    const auto ended = wake(reminded.next, handoff::timer_bot_idle, friday + 50h);
    CHECK(said(ended).empty());
    CHECK(events(ended) == Lines{"event.flow_idle"});
    CHECK_FALSE(ended.next.position.running());
    CHECK_FALSE(set_again(ended, handoff::timer_bot_idle));
}

TEST_CASE("wake: nobody is written to unasked at night; the reminder waits for the morning")
{
    auto conversation = greeted();
    const auto night = at(std::chrono::year{2026} / 11 / 21, 23, 30);
    const auto decision = wake(conversation, handoff::timer_bot_idle, night);
    CHECK(said(decision).empty());
    CHECK(set_again(decision, handoff::timer_bot_idle) == at(std::chrono::year{2026} / 11 / 22, 8, 0));

    const auto reminds_at = [&](int hour, int minute) {
        return !said(wake(conversation, handoff::timer_bot_idle, at(std::chrono::year{2026} / 11 / 22, hour, minute))).empty();
    };
    CHECK_FALSE(reminds_at(7, 59));
    CHECK(reminds_at(8, 0));
    CHECK(reminds_at(20, 59));
    CHECK_FALSE(reminds_at(21, 0));
}

TEST_CASE("wake: a reminder waits for the hours she agreed, at night only where all of them are; what would wait more than a day is not sent, and staff see why")
{
    auto conversation = greeted();
    conversation.last_inbound_at = friday - 24h;
    const auto night = at(std::chrono::year{2026} / 11 / 21, 3, 0);
    conversation.safe_contact.hours = {{64, 10 * 60, 12 * 60}};  // on Saturdays
    const auto later = wake(conversation, handoff::timer_bot_idle, night);
    CHECK(said(later).empty());
    CHECK(set_again(later, handoff::timer_bot_idle) == at(std::chrono::year{2026} / 11 / 21, 10, 0));
    CHECK(said(wake(later.next, handoff::timer_bot_idle, night + 7h)) == Lines{"timer.bot_idle"});

    conversation.safe_contact.hours = {{64, 22 * 60, 23 * 60}};
    CHECK(said(wake(conversation, handoff::timer_bot_idle, at(std::chrono::year{2026} / 11 / 21, 22, 0))) == Lines{"timer.bot_idle"});

    conversation.safe_contact.hours = {{64, 0, 1440}};  // all Saturday is no wish to be woken
    CHECK(set_again(wake(conversation, handoff::timer_bot_idle, night), handoff::timer_bot_idle) == at(std::chrono::year{2026} / 11 / 21, 8, 0));

    conversation.safe_contact.hours = {{2, 10 * 60, 12 * 60}};  // on Mondays
    const auto never = wake(conversation, handoff::timer_bot_idle, night);
    CHECK(said(never).empty());
    CHECK(events(never) == Lines{"event.flow_idle_hours"});
    CHECK_FALSE(never.next.position.running());
    CHECK_FALSE(set_again(never, handoff::timer_bot_idle));
}

TEST_CASE("wake: who waits is told her place in her hours; where they never meet the desk's, staff see that she is not")
{
    auto conversation = waiting();
    conversation.safe_contact.hours = {{32, 13 * 60, 14 * 60}};
    const auto later = wake(conversation, handoff::timer_queue_notice, friday + 1h);
    CHECK(said(later).empty());
    CHECK(later.next.handoff->notices == 0);
    CHECK(set_again(later, handoff::timer_queue_notice) == friday + 2h);
    CHECK(said(wake(later.next, handoff::timer_queue_notice, friday + 2h)) == Lines{"timer.queue_notice"});

    conversation.safe_contact.hours = {{127, 20 * 60, 21 * 60}};
    const auto never = wake(conversation, handoff::timer_queue_notice, friday + 1h);
    CHECK(said(never).empty());
    CHECK(events(never) == Lines{"event.queue_notice_hours"});
    CHECK_FALSE(set_again(never, handoff::timer_queue_notice));
}

TEST_CASE("wake: a ring that waits is looked at again when her hours have changed")
{
    auto contact = held(sato()).safe_contact;
    contact.hours = {{127, 600, 660}};
    const auto agreed = with_timers(held(sato()), handoff::set_safe_contact(held(sato()), sato(), contact, friday).value(), friday);
    CHECK(set_again(agreed, handoff::timer_door_ring) == friday);
    const auto same = with_timers(agreed.next, handoff::set_safe_contact(agreed.next, sato(), contact, friday).value(), friday);
    CHECK_FALSE(set_again(same, handoff::timer_door_ring));
}

TEST_CASE("wake: where violence or watching is feared, or when she has blocked us, the flow ends without a reminder")
{
    for (const char* category : {"dv", "stalking", "monitored"}) {
        auto conversation = greeted();
        conversation.risk_level = 2;
        conversation.risk_categories = {category};
        const auto decision = wake(conversation, handoff::timer_bot_idle, friday + 24h);
        CHECK(said(decision).empty());
        CHECK_FALSE(decision.next.position.running());
    }
    auto blocked = greeted();
    blocked.reachable = false;
    CHECK(said(wake(blocked, handoff::timer_bot_idle, friday + 24h)).empty());
}

TEST_CASE("wake: who waits is told her place again, at most twice, and only while the desk is open")
{
    auto conversation = waiting();
    const auto first = wake(conversation, handoff::timer_queue_notice, friday + 1h);
    CHECK(said(first) == Lines{"timer.queue_notice"});
    CHECK(set_again(first, handoff::timer_queue_notice) == friday + 2h);
    const auto second = wake(first.next, handoff::timer_queue_notice, friday + 2h);
    CHECK(said(second).size() == 1);
    CHECK_FALSE(set_again(second, handoff::timer_queue_notice));
    CHECK(said(wake(second.next, handoff::timer_queue_notice, friday + 3h)).empty());

    const auto closed_now = wake(conversation, handoff::timer_queue_notice, saturday);
    CHECK(said(closed_now).empty());
    CHECK(set_again(closed_now, handoff::timer_queue_notice) == at(std::chrono::year{2026} / 11 / 24, 11, 0));
}

TEST_CASE("wake: the place she is told again is that of her urgency")
{
    auto book = playbook();
    book.messages["timer.queue_notice"] = {{"ja", "{place}"}};
    bot::prepare(book);
    auto conversation = waiting();
    conversation.handoff->priority = bot::Priority::emergency;
    CHECK(said(handoff::wake(conversation, handoff::timer_queue_notice, book, desk(1, 4), rules, friday + 1h)) == Lines{"1"});
}

TEST_CASE("wake: what she writes while she waits or talks does not push a notice off")
{
    for (const auto& conversation : {waiting(), held(sato())}) {
        const auto wrote = with_timers(conversation, handoff::receive(conversation, text("まだですか"), playbook(), desk(), friday + 50min), friday + 50min);
        CHECK_FALSE(set_again(wrote, handoff::timer_queue_notice));
        CHECK_FALSE(set_again(wrote, handoff::timer_counselor_idle));
    }
}

TEST_CASE("wake: a counselor's conversation that stands still gets one entry for her; the person hears nothing")
{
    auto conversation = held(sato());
    const auto early = wake(conversation, handoff::timer_counselor_idle, friday + 29min);
    CHECK(events(early).empty());
    CHECK(set_again(early, handoff::timer_counselor_idle) == friday + 30min);
    const auto reminded = wake(conversation, handoff::timer_counselor_idle, friday + 30min);
    CHECK(said(reminded).empty());
    CHECK(events(reminded) == Lines{"event.counselor_idle minutes=30 name=佐藤"});
    CHECK(set_again(reminded, handoff::timer_counselor_idle) == friday + 60min);
    CHECK(events(wake(reminded.next, handoff::timer_counselor_idle, friday + 60min)).empty());

    const auto wrote = with_timers(reminded.next, handoff::receive(reminded.next, text("まだいますか"), playbook(), desk(), friday + 61min), friday + 61min);
    CHECK(wrote.next.idle_reminders == 0);
    CHECK_FALSE(events(wake(wrote.next, handoff::timer_counselor_idle, friday + 91min)).empty());
}

TEST_CASE("wake: who waits for the answer of a counselor on holiday goes back in line while colleagues are there")
{
    auto waits = held(sato());  // at 11:00
    waits.last_inbound_at = waits.last_activity_at = friday + 30min;
    const auto looks = [&waits](bool on_duty, TimePoint now) {
        auto view = desk();
        view.last_counselor = sato();
        view.last_counselor->on_duty = on_duty;
        return handoff::wake(waits, handoff::timer_counselor_idle, playbook(), view, rules, now);
    };
    const auto left = looks(false, friday + 90min);
    CHECK(left.next.holder.is_queue());
    CHECK(left.next.handoff->reason == "left");
    CHECK(left.next.handoff->requested_at == friday);
    CHECK(events(left) == Lines{"event.left_unanswered from=佐藤"});
    CHECK(said(left).empty());
    CHECK(set_again(left, handoff::timer_queue_notice));
    CHECK_FALSE(set_again(left, handoff::timer_counselor_idle));

    CHECK(looks(false, friday + 60min).next.holder.is_counselor());      // she may be at lunch
    CHECK(looks(true, friday + 90min).next.holder.is_counselor());       // she is there
    CHECK(looks(false, friday + 7h).next.holder.is_counselor());         // the desk is closed
    CHECK(looks(false, at(std::chrono::year{2026} / 11 / 24, 10, 30)).next.holder.is_counselor());  // it has just opened
    waits.staff_acted_at = friday + 40min;                               // answered: nobody waits
    CHECK(looks(false, friday + 100min).next.holder.is_counselor());
}

TEST_CASE("wake: a timer whose state has passed ends without a trace")
{
    for (const char* name : {handoff::timer_bot_idle, handoff::timer_queue_notice, handoff::timer_counselor_idle}) {
        const auto decision = wake(closed(sato()), name, friday + 100h);
        CHECK(decision.log.empty());
        CHECK(decision.effects.size() == 1);
        CHECK(std::holds_alternative<bot::CancelTimer>(decision.effects.front()));
        CHECK_FALSE(set_again(decision, name));
    }
}

TEST_CASE("wake: what a desk has switched off neither speaks nor is set again")
{
    const WakeRules off{.bot_idle = 0min, .counselor_idle = 0min, .queue_notice = 0min};
    const auto rests = [&](const bot::Conversation& conversation, const char* name) {
        const auto decision = handoff::wake(conversation, name, playbook(), desk(), off, friday + 48h);
        return decision.log.empty() && decision.effects.size() == 1;
    };
    CHECK(rests(greeted(), handoff::timer_bot_idle));
    CHECK(rests(held(sato()), handoff::timer_counselor_idle));
    CHECK(rests(waiting(), handoff::timer_queue_notice));
}

TEST_CASE("wake: what a counselor wrote and LINE did not take waits for somebody, unless somebody holds it")
{
    auto gone_home = closed(sato());
    const auto again = wake(gone_home, handoff::timer_not_sent, friday + 24h);
    CHECK(again.next.holder.is_queue());
    CHECK(again.next.handoff.value().reason == "not_sent");
    CHECK(again.next.outcome.empty());
    CHECK(said(again).empty());
    CHECK_FALSE(set_again(again, handoff::timer_danger));
    gone_home.risk_level = 3;  // and nobody has answered it
    CHECK(set_again(wake(gone_home, handoff::timer_not_sent, friday + 24h), handoff::timer_danger) == friday + 24h + handoff::danger_look_interval);
    CHECK(wake(greeted(), handoff::timer_not_sent, friday + 24h).next.holder.is_queue());
    CHECK(wake(held(sato()), handoff::timer_not_sent, friday + 24h).next.holder.is_counselor());
    CHECK(handoff::is_conversation_timer(handoff::timer_not_sent));
}

TEST_CASE("wake: that who is on call could not be told of danger stands in her log, and changes nothing else")
{
    const auto before = waiting();
    const auto told = wake(before, handoff::timer_not_told, friday);
    CHECK(events(told) == Lines{"event.on_call_not_told"});
    CHECK(told.next.holder.is_queue());
    CHECK(handoff::is_conversation_timer(handoff::timer_not_told));
}

TEST_CASE("wake: a ring that was given up changes nothing here: whether staff know it already, the doorway knows")
{
    const auto rests = wake(waiting(), handoff::timer_ring_lost, friday);
    CHECK(events(rests).empty());
    CHECK(rests.next.holder.is_queue());
}
