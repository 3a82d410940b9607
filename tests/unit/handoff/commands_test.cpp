#include "handoff/queue/commands.h"

#include "handoff/queue/may_send.h"
#include "tests/unit/handoff/story.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace std::chrono;
using namespace tsunagi;
using namespace tsunagi::handoff;
using namespace tsunagi::story;

namespace {

constexpr auto later = friday + 4min;

/// What a person is told by a counselor's command goes by push, and may go although a counselor holds the conversation.
void check_pushed(const bot::Decision& decision)
{
    for (const auto& send : sends(decision)) {
        CHECK(send.by_human);
        CHECK(may_send(decision.next, send));
    }
}

}  // namespace

// ------------------------------------------------------------------------------------------------ claim

TEST_CASE("claim: out of the queue, and she learns who is with her now")
{
    const auto before = waiting();
    const auto outcome = claim(before, sato(), playbook(), later);
    REQUIRE(outcome.ok());
    const auto& next = outcome->next;
    CHECK(next.holder.is_counselor());
    CHECK(next.holder.counselor == sato().id);
    CHECK(next.holder.counselor_name == "佐藤");
    CHECK(next.holder.since == later);
    CHECK(next.last_counselor == sato().id);
    CHECK(next.last_activity_at == later);
    CHECK(next.handoff->reason == "topic");  // the counselor still sees why she waited
    CHECK(next.revision == before.revision + 1);
    CHECK(said(*outcome) == Lines{"counselor.joined 佐藤"});
    CHECK(events(*outcome) == Lines{"event.claimed name=佐藤"});
    CHECK(outcome->log.front().author.counselor == sato().id);
    check_pushed(*outcome);
}

TEST_CASE("claim: two counselors, one instant, one winner, and the loser reads the winner's name")
{
    const auto before = waiting();
    const auto first = claim(before, sato(), playbook(), later);
    const auto second = claim(before, suzuki(), playbook(), later);
    REQUIRE(first.ok());
    REQUIRE(second.ok());
    CHECK(first->next.revision == second->next.revision);  // the store lets only one of them in
    const auto again = claim(first->next, suzuki(), playbook(), later);
    REQUIRE_FALSE(again.ok());
    CHECK(again.error() == Refusal::already_held);
    CHECK(first->next.holder.counselor_name == "佐藤");
    CHECK(claim(first->next, sato(), playbook(), later).error() == Refusal::already_held);
}

TEST_CASE("claim: from the bot, which does not go on with its question")
{
    const auto taken = claim(greeted(), supervisor(), playbook(), later);
    REQUIRE(taken.ok());
    CHECK(taken->next.holder.counselor == supervisor().id);
    CHECK_FALSE(taken->next.position.running());
    const auto answer = receive(taken->next, text("家賃が払えません"), playbook(), desk(), later);
    CHECK(answer.effects.empty());
    CHECK(answer.next.answers.empty());
    CHECK(claim(greeted(), sato(), playbook(), later).error() == Refusal::not_waiting);
}

TEST_CASE("claim: not what is closed, not another desk's, not off duty, not without the skill, not beyond capacity")
{
    CHECK(claim(closed(sato()), sato(), playbook(), later).error() == Refusal::not_waiting);

    auto stranger = sato();
    stranger.desk = DeskId{"elsewhere"};
    CHECK(claim(waiting(), stranger, playbook(), later).error() == Refusal::not_waiting);

    auto off_duty = sato();
    off_duty.on_duty = false;
    CHECK(claim(waiting(), off_duty, playbook(), later).error() == Refusal::off_duty);

    auto special = waiting();
    special.handoff->skills = {"dv"};
    CHECK(claim(special, sato(), playbook(), later).error() == Refusal::skill_missing);
    auto skilled = sato();
    skilled.skills = {"dv"};
    CHECK(claim(special, skilled, playbook(), later).ok());

    auto full = sato();
    full.holding = full.capacity;
    CHECK(claim(waiting(), full, playbook(), later).error() == Refusal::at_capacity);
}

TEST_CASE("claim: who holds R3 or R4 takes nothing beside it")
{
    auto busy = sato();
    busy.holding = 1;
    busy.holding_emergency = 1;
    CHECK(claim(waiting(), busy, playbook(), later).error() == Refusal::at_capacity);
    auto danger = waiting();
    danger.risk_level = 4;
    CHECK(claim(danger, busy, playbook(), later).error() == Refusal::at_capacity);
    CHECK(claim(danger, sato(), playbook(), later).ok());
}

TEST_CASE("claim: who unfollowed is taken on without a greeting that cannot arrive")
{
    const auto gone = receive(waiting(), unfollow(), playbook(), desk(), friday);
    const auto outcome = claim(gone.next, sato(), playbook(), later);
    REQUIRE(outcome.ok());
    CHECK(outcome->effects.empty());
    CHECK(events(*outcome) == Lines{"event.claimed name=佐藤"});
}

// ------------------------------------------------------------------------------------------------ send, note

TEST_CASE("send: the holder's words go out by push and stand in the log with her name")
{
    const auto before = held(sato());
    const auto outcome = send_text(before, sato(), "お話を聞かせてください\nゆっくりで大丈夫です", later);
    REQUIRE(outcome.ok());
    CHECK(said(*outcome) == Lines{"お話を聞かせてください\nゆっくりで大丈夫です"});
    REQUIRE(outcome->log.size() == 1);
    const auto& entry = outcome->log[0];
    CHECK(entry.seq == before.next_seq);
    CHECK(outcome->next.next_seq == before.next_seq + 1);
    CHECK(entry.kind == bot::EntryKind::outbound);
    CHECK(entry.state == bot::SendState::queued);
    CHECK(entry.author.kind == bot::AuthorKind::counselor);
    CHECK(entry.author.name == "佐藤");
    CHECK(entry.at == later);
    CHECK(sends(*outcome)[0].entries == std::vector{entry.seq});
    CHECK(outcome->next.revision == before.revision + 1);
    CHECK(outcome->next.last_activity_at == later);
    check_pushed(*outcome);
}

TEST_CASE("send: only by who holds it, be it a supervisor who asks")
{
    CHECK(send_text(held(sato()), suzuki(), "こんにちは", later).error() == Refusal::not_holder);
    CHECK(send_text(held(sato()), supervisor(), "こんにちは", later).error() == Refusal::not_holder);
    CHECK(send_text(waiting(), sato(), "こんにちは", later).error() == Refusal::not_holder);
    CHECK(send_text(greeted(), sato(), "こんにちは", later).error() == Refusal::not_holder);
    CHECK(send_text(closed(sato()), sato(), "こんにちは", later).error() == Refusal::not_holder);
}

TEST_CASE("send: LINE's 5,000 UTF-16 units and not one more, and never nothing")
{
    std::string face_heavy;  // each takes two units
    for (int i = 0; i < 2500; ++i) face_heavy += "😀";
    CHECK(send_text(held(sato()), sato(), face_heavy, later).ok());
    CHECK(send_text(held(sato()), sato(), face_heavy + "a", later).error() == Refusal::text_too_long);
    CHECK(send_text(held(sato()), sato(), "", later).error() == Refusal::text_empty);
    CHECK(send_text(held(sato()), sato(), " 　\n\t", later).error() == Refusal::text_empty);
}

TEST_CASE("note: kept for colleagues, by any of the desk, at any time, and never sent")
{
    for (const auto& conversation : {greeted(), waiting(), held(sato()), closed(sato())}) {
        const auto outcome = add_note(conversation, suzuki(), "折り返しを約束した", later);
        REQUIRE(outcome.ok());
        CHECK(outcome->effects.empty());
        REQUIRE(outcome->log.size() == 1);
        CHECK(outcome->log[0].kind == bot::EntryKind::note);
        CHECK(outcome->log[0].author.name == "鈴木");
        CHECK(outcome->next.holder.kind == conversation.holder.kind);
        CHECK(outcome->next.revision == conversation.revision + 1);
        CHECK(outcome->next.last_activity_at == conversation.last_activity_at);
    }
    auto stranger = suzuki();
    stranger.desk = DeskId{"elsewhere"};
    CHECK(add_note(waiting(), stranger, "x", later).error() == Refusal::not_holder);
    CHECK(add_note(waiting(), suzuki(), "　", later).error() == Refusal::text_empty);
    CHECK(add_note(waiting(), suzuki(), std::string(5001, 'a'), later).error() == Refusal::text_too_long);
}

// ------------------------------------------------------------------------------------------------ transfer

TEST_CASE("transfer: to a colleague on duty, and she learns the new name")
{
    const auto before = held(sato());
    const auto outcome = transfer(before, sato(), suzuki(), "交代の時間", playbook(), later);
    REQUIRE(outcome.ok());
    CHECK(outcome->next.holder.counselor == suzuki().id);
    CHECK(outcome->next.holder.since == later);
    CHECK(outcome->next.last_counselor == suzuki().id);
    CHECK(said(*outcome) == Lines{"counselor.changed 鈴木"});
    CHECK(events(*outcome) == Lines{"event.transferred from=佐藤 reason=交代の時間 to=鈴木"});
    CHECK(outcome->next.revision == before.revision + 1);
    check_pushed(*outcome);
    CHECK(send_text(outcome->next, sato(), "もう一言", later).error() == Refusal::not_holder);
}

TEST_CASE("transfer: back to the queue she keeps the place she had, and learns it when she writes")
{
    auto before = held(sato());
    before.handoff->kept_told = true;
    const auto outcome = transfer(before, sato(), std::nullopt, "専門の相談員へ", playbook(), later);
    REQUIRE(outcome.ok());
    CHECK(outcome->next.holder.is_queue());
    CHECK(outcome->next.holder.counselor.empty());
    CHECK(outcome->next.handoff->reason == "transfer");
    CHECK(outcome->next.handoff->requested_at == friday);
    CHECK(events(*outcome) == Lines{"event.requeued from=佐藤 reason=専門の相談員へ"});
    const auto she = receive(outcome->next, text("もしもし"), playbook(), desk(), later);
    CHECK(said(she) == Lines{"queue.kept 1"});
}

TEST_CASE("transfer: who was taken from the bot in danger does not wait as if nothing were the matter")
{
    auto conversation = greeted();
    conversation.risk_level = 4;
    const auto taken = claim(conversation, sato(), playbook(), friday);
    REQUIRE(taken.ok());
    const auto outcome = transfer(taken->next, sato(), std::nullopt, "交代", playbook(), later);
    REQUIRE(outcome.ok());
    CHECK(outcome->next.handoff->priority == bot::Priority::emergency);
    CHECK(outcome->next.handoff->requested_at == later);
}

TEST_CASE("transfer: not without a reason, not to who is away, full, elsewhere or holds it already, not by others")
{
    const auto conversation = held(sato());
    CHECK(transfer(conversation, sato(), suzuki(), " ", playbook(), later).error() == Refusal::reason_missing);
    CHECK(transfer(conversation, suzuki(), suzuki(), "x", playbook(), later).error() == Refusal::not_holder);
    CHECK(transfer(waiting(), sato(), suzuki(), "x", playbook(), later).error() == Refusal::not_holder);
    CHECK(transfer(conversation, sato(), sato(), "x", playbook(), later).error() == Refusal::already_held);
    auto away = suzuki();
    away.on_duty = false;
    CHECK(transfer(conversation, sato(), away, "x", playbook(), later).error() == Refusal::colleague_off_duty);
    auto full = suzuki();
    full.holding = full.capacity;
    CHECK(transfer(conversation, sato(), full, "x", playbook(), later).error() == Refusal::at_capacity);
    auto stranger = suzuki();
    stranger.desk = DeskId{"elsewhere"};
    CHECK(transfer(conversation, sato(), stranger, "x", playbook(), later).error() == Refusal::no_such_counselor);
}

TEST_CASE("transfer: a supervisor puts back in line what a colleague held, and the line in the log names the supervisor")
{
    const auto outcome = transfer(held(sato()), supervisor(), std::nullopt, "退勤したため", playbook(), later);
    REQUIRE(outcome.ok());
    CHECK(events(*outcome) == Lines{"event.requeued from=" + supervisor().name + " reason=退勤したため"});
}

TEST_CASE("transfer: a supervisor passes on what hangs on a colleague who has gone home, and the log says who did")
{
    const auto outcome = transfer(held(sato()), supervisor(), suzuki(), "退勤のため", playbook(), later);
    REQUIRE(outcome.ok());
    CHECK(events(*outcome) == Lines{"event.transferred from=佐藤 reason=退勤のため to=鈴木"});
    CHECK(outcome->log.front().author.name == "山本");
    auto manager = suzuki();
    manager.role = Role::desk_manager;
    CHECK(transfer(held(sato()), manager, std::nullopt, "退勤のため", playbook(), later).ok());
    auto foreign = supervisor();
    foreign.desk = DeskId{"elsewhere"};
    CHECK(transfer(held(sato()), foreign, std::nullopt, "x", playbook(), later).error() == Refusal::not_holder);
}

// ------------------------------------------------------------------------------------------------ return, close

TEST_CASE("return: the bot says that it is back, asks nothing, and begins anew when she writes")
{
    const auto before = held(sato());
    const auto outcome = return_to_bot(before, sato(), playbook(), later, handoff::all_seen);
    REQUIRE(outcome.ok());
    CHECK(outcome->next.holder.is_bot());
    CHECK(outcome->next.holder.counselor.empty());
    CHECK_FALSE(outcome->next.handoff);
    CHECK_FALSE(outcome->next.position.running());
    CHECK(outcome->next.last_counselor == sato().id);
    CHECK(said(*outcome) == Lines{"counselor.returned"});
    CHECK(events(*outcome) == Lines{"event.returned name=佐藤"});
    CHECK(outcome->next.revision == before.revision + 1);
    check_pushed(*outcome);

    const auto she = receive(outcome->next, text("こんばんは"), playbook(), desk(), later + 1h);
    CHECK(she.next.holder.is_bot());
    REQUIRE_FALSE(said(she).empty());
    CHECK(said(she).front() == "おかえりなさい");
    CHECK(she.next.position.flow == playbook().again);

    CHECK(return_to_bot(before, suzuki(), playbook(), later, handoff::all_seen).error() == Refusal::not_holder);
    CHECK(return_to_bot(waiting(), sato(), playbook(), later, handoff::all_seen).error() == Refusal::not_holder);
}

TEST_CASE("close: with an outcome, and with a goodbye if the counselor wants one")
{
    const auto before = held(sato());
    const auto outcome = close(before, sato(), "referred", true, playbook(), later, handoff::all_seen);
    REQUIRE(outcome.ok());
    CHECK(outcome->next.holder.is_closed());
    CHECK(outcome->next.holder.since == later);
    CHECK(outcome->next.outcome == "referred");
    CHECK(outcome->next.last_counselor == sato().id);
    CHECK(said(*outcome) == Lines{"counselor.closed"});
    CHECK(events(*outcome) == Lines{"event.closed name=佐藤 outcome=referred"});
    CHECK(outcome->next.revision == before.revision + 1);
    check_pushed(*outcome);
    CHECK(close(before, sato(), "referred", false, playbook(), later, handoff::all_seen)->effects.empty());
    CHECK(close(before, sato(), "", true, playbook(), later, handoff::all_seen).error() == Refusal::reason_missing);
    CHECK(close(before, suzuki(), "referred", true, playbook(), later, handoff::all_seen).error() == Refusal::not_holder);
    CHECK(close(closed(sato()), sato(), "referred", true, playbook(), later, handoff::all_seen).error() == Refusal::not_holder);
}
