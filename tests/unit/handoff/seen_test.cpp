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
    const auto raised = set_risk(before, supervisor(), 4, "電話で確かめた", friday, handoff::all_seen).value().next;
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

TEST_CASE("close: a human says with which level, and who comes back after months begins with that one")
{
    auto before = held(sato());
    before.risk_level = 4;
    before.risk_categories = {"suicide"};
    const auto ended = close(before, sato(), "referred", true, playbook(), friday, all_seen, Judged{1, "入院して、落ち着いた"});
    REQUIRE(ended.ok());
    CHECK(ended->next.holder.is_closed());
    CHECK(ended->next.risk_level == 1);
    CHECK(events(*ended) == Lines{"event.risk_set from=4 name=佐藤 reason=入院して、落ち着いた to=1", "event.closed name=佐藤 outcome=referred"});
    CHECK(ended->next.revision == before.revision + 1);

    const auto months_later = friday + 24h * 120;
    const auto back = receive(ended->next, text("こんにちは"), watchful(), desk(), months_later);
    CHECK(back.next.risk_level == 1);
    CHECK((!back.next.handoff || back.next.handoff->priority < bot::Priority::high));
}

TEST_CASE("close: a danger judged at the end without a written reply, by telephone say, lets no clock run on until she comes back")
{
    auto before = held(sato());
    before.risk_level = 4;
    before.risk_categories = {"suicide"};
    const auto answered_at = [&](std::uint8_t level) {
        return close(before, sato(), "referred", false, playbook(), friday, all_seen, Judged{level, "電話で話した"}).value().next.risk.answered_at;
    };
    CHECK(answered_at(2) == friday);
    CHECK_FALSE(answered_at(4));  // who leaves her in danger wants to be called when she writes
    CHECK_FALSE(close(before, sato(), "referred", false, playbook(), friday, handoff::all_seen).value().next.risk.answered_at);
}

TEST_CASE("close: the level that stays is a human's judgement, too; another needs a reason, and goodbye is as quiet as the talk was")
{
    auto before = held(sato());
    before.risk_level = 3;
    before.risk_categories = {"dv"};
    const auto kept = close(before, sato(), "referred", false, playbook(), friday, all_seen, Judged{3, ""});
    REQUIRE(kept.ok());
    CHECK(kept->next.risk_level == 3);
    CHECK(events(*kept) == Lines{"event.risk_kept level=3 name=佐藤", "event.closed name=佐藤 outcome=referred"});
    CHECK(close(before, sato(), "referred", false, playbook(), friday, all_seen, Judged{0, " "}).error() == Refusal::reason_missing);
    CHECK(close(before, sato(), "referred", false, playbook(), friday, all_seen, Judged{0, std::string(501, 'x')}).error() == Refusal::text_too_long);
    const auto lowered = close(before, sato(), "referred", true, watchful(), friday, all_seen, Judged{0, "家を出て、安全になった"});
    REQUIRE(lowered.ok());
    CHECK(said(*lowered) == Lines{"safety.quiet.left"});
    CHECK(close(before, sato(), "referred", true, watchful(), friday, handoff::all_seen).value().next.risk_level == 3);  // nobody was asked
}
