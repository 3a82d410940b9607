#include "handoff/queue/come_back.h"

#include "handoff/queue/may_send.h"
#include "tests/unit/handoff/story.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace std::chrono;
using namespace tsunagi;
using namespace tsunagi::handoff;
using namespace tsunagi::story;

namespace {

DeskView desk_with(const Counselor& last)
{
    auto view = desk(1, 2);
    view.last_counselor = last;
    return view;
}

bot::Decision writes_again(const bot::Conversation& conversation, const DeskView& view, TimePoint now)
{
    return receive(conversation, text("また少しいいですか"), playbook(), view, now);
}

}  // namespace

TEST_CASE("back within a day: the same counselor has her at once, and she is told so")
{
    const auto before = closed(sato());
    const auto decision = writes_again(before, desk_with(sato()), friday + 5h);
    CHECK(decision.next.id == before.id);
    CHECK(decision.next.holder.is_counselor());
    CHECK(decision.next.holder.counselor == sato().id);
    CHECK(decision.next.holder.counselor_name == "佐藤");
    CHECK(decision.next.holder.since == friday + 5h);
    CHECK(decision.next.outcome.empty());
    CHECK(said(decision) == Lines{"back.same_counselor 佐藤"});
    CHECK(events(decision) == Lines{"event.claimed name=佐藤"});
    CHECK(received(decision) == 1);
    CHECK(decision.next.revision == before.revision + 1);
    REQUIRE(sends(decision).size() == 1);
    CHECK(may_send(decision.next, sends(decision)[0]));
}

TEST_CASE("back within a day: her counselor is off duty, is full or left the desk: into the queue with her history")
{
    auto before = closed(sato());
    before.handoff->skills = {"dv"};
    before.handoff->priority = bot::Priority::soon;
    auto off_duty = sato();
    off_duty.on_duty = false;
    auto full = sato();
    full.holding = full.capacity;
    for (const auto& view : {desk_with(off_duty), desk_with(full), desk(1, 2), desk_with(suzuki())}) {
        const auto decision = writes_again(before, view, friday + 5h);
        CHECK(decision.next.holder.is_queue());
        CHECK(decision.next.handoff->reason == "came_back");
        CHECK(decision.next.handoff->skills == Lines{"dv"});
        CHECK(decision.next.handoff->priority == bot::Priority::soon);
        CHECK(decision.next.handoff->requested_at == friday + 5h);
        CHECK(decision.next.answers.size() == before.answers.size());
        CHECK(decision.next.outcome.empty());
        CHECK(events(decision) == Lines{"event.queued reason=came_back"});
        CHECK(said(decision) == Lines{"back.queue 1"});  // nobody of her urgency is before her
    }
}

TEST_CASE("back within a day, at night: her words are kept and the next opening is told")
{
    auto off_duty = sato();
    off_duty.on_duty = false;
    const auto decision = writes_again(closed(sato()), desk_with(off_duty), saturday);
    CHECK(decision.next.holder.is_queue());
    CHECK(said(decision) == Lines{"queue.entered.closed 11月24日（火） 10:00"});
}

TEST_CASE("back within a day, at night: a counselor whose duty nobody ended is not promised to her")
{
    const auto before = closed(sato(), friday + 5h);
    const auto decision = writes_again(before, desk_with(sato()), saturday);
    CHECK(decision.next.holder.is_queue());
    CHECK(said(decision) == Lines{"queue.entered.closed 11月24日（火） 10:00"});
    const auto soon_after_closing = writes_again(before, desk_with(sato()), friday + 6h + 30min);
    CHECK(soon_after_closing.next.holder.is_counselor());
}

TEST_CASE("back after more than a day: the bot asks anew, and her answers are still known")
{
    const auto before = closed(sato());
    REQUIRE_FALSE(before.answers.empty());
    const auto decision = writes_again(before, desk_with(sato()), friday + 24h + 1ms);
    CHECK(decision.next.holder.is_bot());
    CHECK_FALSE(decision.next.handoff);
    CHECK(decision.next.outcome.empty());
    CHECK(decision.next.position.flow == playbook().again);
    CHECK(decision.next.answers.at(0).value == before.answers.at(0).value);
    CHECK(decision.next.last_counselor == sato().id);
    REQUIRE_FALSE(said(decision).empty());
    CHECK(said(decision).front() == "おかえりなさい");
    CHECK(writes_again(closed(sato(), friday - 24h), desk_with(sato()), friday).next.holder.is_counselor());
}

TEST_CASE("back after more than a day: 「人と話したい」 leads to a human at once")
{
    const auto decision =
        receive(closed(sato()), text("人と話したい"), playbook(), desk(), at(2026y / November / 25, 11, 0));
    CHECK(decision.next.holder.is_queue());
    CHECK(decision.next.handoff->reason == "wish");
    CHECK(said(decision).back() == "queue.entered.open 1");
}

TEST_CASE("back to a counselor who holds an emergency: the queue, for she has no eyes for more")
{
    auto busy = sato();
    busy.holding = 1;
    busy.holding_emergency = 1;
    CHECK(writes_again(closed(sato()), desk_with(busy), friday + 1h).next.holder.is_queue());
}

TEST_CASE("closed: unfollow, unsend, standby and unknown events neither open it nor are answered")
{
    for (const auto& inbound : {unfollow(), unsend("text-1"), on_standby(text("x")), on_standby(follow()),
                                other("accountLink", "")}) {
        const auto decision = receive(closed(sato()), inbound, playbook(), desk_with(sato()), friday + 5h);
        CHECK(decision.next.holder.is_closed());
        CHECK(decision.next.outcome == "listened");
        CHECK(decision.effects.empty());
    }
}

TEST_CASE("closed: who follows again is welcomed, and the conversation waits for her words")
{
    const auto gone = receive(closed(sato()), unfollow(), playbook(), desk(), friday + 1h);
    CHECK_FALSE(gone.next.reachable);
    const auto decision = receive(gone.next, follow(), playbook(), desk(), friday + 40h);
    CHECK(decision.next.holder.is_closed());
    CHECK(decision.next.reachable);
    CHECK(said(decision) == Lines{"followed.again"});
}

TEST_CASE("closed: following and unfollowing, and what she says to another tool, do not prolong the day with the same counselor")
{
    const auto before = closed(sato());
    for (const auto& inbound : {unfollow(), on_standby(text("x"))}) {
        const auto later = receive(before, inbound, playbook(), desk(), friday + 20h);
        CHECK(writes_again(later.next, desk_with(sato()), friday + 30h).next.holder.is_bot());
    }
}

TEST_CASE("back: a request of last month lends nobody an old place in line")
{
    const auto first = writes_again(closed(sato()), desk_with(sato()), friday + 5h);
    REQUIRE(first.next.holder.is_counselor());
    CHECK(first.next.handoff->requested_at == friday + 5h);
}
