// Her safe word while a counselor holds the conversation.
#include "tests/unit/handoff/story.h"

#include "handoff/queue/may_send.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tsunagi;
using namespace tsunagi::handoff;
using namespace tsunagi::story;

TEST_CASE("safe word: with a counselor, too, she gets harmless words at once, and staff are told")
{
    auto talking = held(sato());
    talking.safe_contact.safe_word = "りんご";
    const auto decision = receive(talking, text("りんご"), watchful(), desk(), friday);
    CHECK(said(decision) == Lines{"safety.disguise"});
    CHECK(may_send(decision.next, sends(decision).front()));
    CHECK(decision.next.risk.disguised);
    CHECK(decision.next.holder.is_counselor());
    CHECK(std::ranges::count(events(decision), "event.safe_word") == 1);
}

TEST_CASE("safe word: what she writes afterwards is answered by nobody but the counselor")
{
    auto talking = held(sato());
    talking.safe_contact.safe_word = "りんご";
    const auto hidden = receive(talking, text("りんご"), watchful(), desk(), friday).next;
    CHECK(sends(receive(hidden, text("だれですか"), watchful(), desk(), friday)).empty());
}

TEST_CASE("safe word: written before she blocked us and come late, it is answered by nothing")
{
    auto talking = held(sato());
    talking.safe_contact.safe_word = "りんご";
    auto blocks = unfollow();
    blocks.sent_at = friday + std::chrono::minutes(10);
    const auto gone = receive(talking, blocks, watchful(), desk(), blocks.sent_at).next;
    const auto decision = receive(gone, text("りんご"), watchful(), desk(), blocks.sent_at);
    CHECK(decision.next.risk.disguised);
    CHECK(sends(decision).empty());
}

TEST_CASE("safe word: into a chat that another tool leads nothing is said, but staff have it and are called")
{
    for (auto conversation : {greeted(), waiting(), closed(sato())}) {
        conversation.safe_contact.safe_word = "りんご";
        const auto decision = receive(conversation, on_standby(text("りんご")), watchful(), desk(0), friday);
        CHECK(sends(decision).empty());
        CHECK(decision.next.holder.is_queue());
        CHECK(std::ranges::any_of(decision.effects, [](const auto& effect) { return std::holds_alternative<bot::AlarmStaff>(effect); }));
    }
}

TEST_CASE("safe word: with a counselor into a chat that another tool leads nothing is said")
{
    auto talking = held(sato());
    talking.safe_contact.safe_word = "りんご";
    auto inbound = on_standby(text("りんご"));
    CHECK(sends(receive(talking, inbound, watchful(), desk(), friday)).empty());
}
