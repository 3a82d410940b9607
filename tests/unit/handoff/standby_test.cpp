// Another tool leads the chat: we say nothing there, and danger still reaches the staff.
#include "handoff/queue/wake.h"
#include "tests/unit/handoff/story.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tsunagi;
using namespace tsunagi::handoff;
using namespace tsunagi::story;

namespace {

bot::Decision hears(const bot::Conversation& conversation, const std::string& words, DeskView desk = story::desk(), TimePoint now = friday)
{
    return receive(conversation, on_standby(text(words)), watchful(), desk, now);
}

bool calls_staff(const bot::Decision& decision)
{
    return std::ranges::any_of(decision.effects, [](const bot::Effect& effect) { return std::holds_alternative<bot::AlarmStaff>(effect); });
}

}  // namespace

TEST_CASE("standby: danger waits at the head of the queue, and nothing is said to her")
{
    const auto decision = hears(greeted(), "準備をした");
    CHECK(decision.next.holder.is_queue());
    CHECK(decision.next.handoff.value().reason == "risk");
    CHECK(decision.next.handoff.value().priority >= bot::Priority::high);
    CHECK(sends(decision).empty());
    CHECK_FALSE(calls_staff(decision));
}

TEST_CASE("standby: who waits already goes to the head of the queue with danger")
{
    CHECK(hears(waiting(), "準備をした").next.handoff.value().priority == bot::Priority::high);
    CHECK(hears(waiting(), "薬を飲んだ").next.handoff.value().priority == bot::Priority::emergency);
}

TEST_CASE("standby: nobody at the desk, so staff are called")
{
    CHECK(calls_staff(hears(greeted(), "準備をした", desk(0))));
    CHECK(calls_staff(hears(waiting(), "準備をした", desk(0))));
    CHECK(calls_staff(hears(closed(sato()), "準備をした", desk(0))));
}

TEST_CASE("standby: R2 and a closed conversation reach the queue, too")
{
    CHECK(hears(greeted(), "夫が怖い").next.holder.is_queue());
    const auto reopened = hears(closed(sato()), "準備をした");
    CHECK(reopened.next.holder.is_queue());
    CHECK(reopened.next.outcome.empty());
    CHECK(sends(reopened).empty());
}

TEST_CASE("standby: no notice of waiting is pushed into a chat that another tool leads")
{
    const auto waits = hears(greeted(), "準備をした").next;
    const auto woken = wake(waits, timer_queue_notice, watchful(), desk(), WakeRules{}, friday + std::chrono::hours(1));
    CHECK(sends(woken).empty());
}

TEST_CASE("standby: what is no danger changes nobody's place")
{
    const auto decision = hears(greeted(), "こんにちは");
    CHECK(decision.next.holder.is_bot());
    CHECK(sends(decision).empty());
}

TEST_CASE("standby: who waits already, or was asked something, is not written to while another tool leads the chat")
{
    using std::chrono::hours;
    const auto waits = hears(waiting(), "まだですか").next;
    CHECK(sends(wake(waits, timer_queue_notice, watchful(), desk(), WakeRules{}, friday + hours(1))).empty());

    const auto asked = hears(greeted(), "こんにちは").next;
    const auto woken = wake(asked, timer_bot_idle, watchful(), desk(), WakeRules{}, friday + hours(24));
    CHECK(sends(woken).empty());
    CHECK_FALSE(woken.next.position.running());

    auto again = text("もどりました");
    again.sent_at = again.received_at = friday + hours(2);
    const auto back = receive(waits, again, watchful(), desk(), friday + hours(2)).next;
    CHECK_FALSE(sends(wake(back, timer_queue_notice, watchful(), desk(), WakeRules{}, friday + hours(3))).empty());
}
