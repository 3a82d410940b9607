// Who decides without her last words: a console whose line is slow shows less than has come.
#include "handoff/queue/risk_commands.h"
#include "tests/unit/handoff/story.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::handoff;
using namespace tsunagi::story;
using namespace std::chrono_literals;

namespace {

/// Sato talks with her; what stands at `heard_seq` are her newest words.
bot::Conversation in_talk()
{
    auto conversation = held(sato());
    conversation.risk_level = 3;
    conversation.risk_categories = {"suicide"};
    conversation = receive(conversation, text("いまから行きます"), watchful(), desk(), friday + 1min).next;
    conversation.risk.disguised = true;
    REQUIRE(conversation.heard_seq > 0);
    REQUIRE(conversation.heard_seq < conversation.next_seq);
    return conversation;
}

}  // namespace

TEST_CASE("seen: nobody closes, gives back, lowers or ends a disguise past words of hers that the screen had not shown")
{
    const auto before = in_talk();
    const auto stale = before.heard_seq - 1;
    CHECK(close(before, sato(), "listened", true, playbook(), friday, stale).error() == Refusal::written_since);
    CHECK(return_to_bot(before, sato(), playbook(), friday, stale).error() == Refusal::written_since);
    CHECK(set_risk(before, sato(), 1, "落ち着いた", friday, stale).error() == Refusal::written_since);
    CHECK(end_disguise(before, sato(), "電話で確かめた", friday, stale).error() == Refusal::written_since);
    const auto seen = before.heard_seq;
    CHECK(close(before, sato(), "listened", true, playbook(), friday, seen).ok());
    CHECK(return_to_bot(before, sato(), playbook(), friday, seen).ok());
    CHECK(set_risk(before, sato(), 1, "落ち着いた", friday, seen).ok());
    CHECK(end_disguise(before, sato(), "電話で確かめた", friday, seen).ok());
}

TEST_CASE("seen: who sees more danger does not wait for what is on the screen")
{
    CHECK(set_risk(in_talk(), sato(), 4, "電話で確かめた", friday, 0).ok());
    CHECK(set_risk(in_talk(), sato(), 3, "変わらない", friday, 0).ok());
}

TEST_CASE("seen: a level that a colleague raised meanwhile is not lowered, and the talk not closed, by who has not seen it")
{
    const auto before = in_talk();
    const auto seen = before.next_seq - 1;
    const auto raised = set_risk(before, supervisor(), 4, "電話で確かめた", friday).value().next;
    CHECK(set_risk(raised, sato(), 0, "落ち着いた", friday, seen).error() == Refusal::written_since);
    CHECK(close(raised, sato(), "listened", true, playbook(), friday, seen).error() == Refusal::written_since);
    CHECK(set_risk(raised, sato(), 0, "落ち着いた", friday, raised.next_seq - 1).ok());
}

TEST_CASE("seen: what we say, and what staff note, is nothing that must have been seen")
{
    const auto before = in_talk();
    const auto noted = add_note(before, sato(), "電話した", friday).value().next;
    CHECK(noted.heard_seq == before.heard_seq);
    CHECK(close(noted, sato(), "listened", true, playbook(), friday, before.heard_seq).ok());
}
