#include "handoff/queue/risk_commands.h"

#include "handoff/queue/target.h"
#include "tests/unit/handoff/story.h"

#include <doctest/doctest.h>

using namespace std::chrono;
using namespace tsunagi;
using namespace tsunagi::handoff;
using namespace tsunagi::story;

namespace {

bot::Conversation in_danger(std::uint8_t level = 3)
{
    auto conversation = waiting();
    conversation.risk_level = level;
    conversation.risk_categories = {"suicide"};
    conversation.risk.raised_at = friday;
    conversation.risk.told_level = level;
    conversation.handoff->priority = level >= 4 ? bot::Priority::emergency : bot::Priority::high;
    return conversation;
}

bot::Entry marked()
{
    bot::Entry entry;
    entry.seq = 7;
    entry.kind = bot::EntryKind::inbound;
    entry.risk = bot::RiskMark{.level = 3, .categories = {"suicide"}, .spans = {}, .dismissed_by = {}, .dismissed_reason = {}};
    return entry;
}

}  // namespace

TEST_CASE("risk: a human lowers the level with a reason, her place follows, and heard again it is answered again")
{
    const auto lowered = set_risk(in_danger(), sato(), 1, "歌詞の引用でした", friday, handoff::all_seen);
    REQUIRE(lowered.ok());
    const auto& next = lowered.value().next;
    CHECK(next.risk_level == 1);
    CHECK(next.risk.told_level == 1);
    CHECK(next.handoff->priority == bot::Priority::normal);
    CHECK(next.risk_categories == Lines{"suicide"});
    CHECK(events(lowered.value()) == Lines{"event.risk_set from=3 name=佐藤 reason=歌詞の引用でした to=1"});
    CHECK(set_risk(in_danger(), sato(), 0, "誤り", friday, handoff::all_seen).value().next.risk_categories.empty());
}

TEST_CASE("risk: a priority somebody asked for stays when the danger goes")
{
    auto conversation = in_danger(2);
    conversation.handoff->priority = bot::Priority::high;  // the flow asked for it
    CHECK(set_risk(conversation, sato(), 0, "誤り", friday, handoff::all_seen).value().next.handoff->priority == bot::Priority::high);
}

TEST_CASE("risk: raised by a human the clock starts anew")
{
    auto conversation = in_danger();
    conversation.risk.answered_at = friday;
    const auto raised = set_risk(conversation, sato(), 4, "電話で確かめた", friday + minutes{9}, handoff::all_seen);
    CHECK(raised.value().next.risk.raised_at == friday + minutes{9});
    CHECK_FALSE(raised.value().next.risk.answered_at);
    CHECK(raised.value().next.handoff->priority == bot::Priority::emergency);
}

TEST_CASE("risk: without a reason, or over the head of who holds it, nothing changes; a supervisor may")
{
    CHECK(set_risk(in_danger(), sato(), 1, " 　", friday, handoff::all_seen).error() == Refusal::reason_missing);
    CHECK(set_risk(in_danger(), sato(), 1, std::string(501, 'x'), friday, handoff::all_seen).error() == Refusal::text_too_long);
    CHECK(set_risk(held(suzuki()), sato(), 1, "理由", friday, handoff::all_seen).error() == Refusal::not_holder);
    CHECK(set_risk(held(suzuki()), supervisor(), 1, "理由", friday, handoff::all_seen).ok());
    auto stranger = sato();
    stranger.desk = DeskId{"elsewhere"};
    CHECK(set_risk(in_danger(), stranger, 1, "理由", friday, handoff::all_seen).error() == Refusal::not_holder);
}

TEST_CASE("risk: a dismissed mark stays in the record with who and why, once; the level is untouched")
{
    const auto dismissed = dismiss_mark(in_danger(), marked(), sato(), "歌の名前", friday);
    REQUIRE(dismissed.ok());
    CHECK(dismissed.value().mark.dismissed_by == "佐藤");
    CHECK(dismissed.value().mark.dismissed_reason == "歌の名前");
    CHECK(dismissed.value().mark.level == 3);
    CHECK(dismissed.value().decision.next.risk_level == 3);
    auto again = marked();
    again.risk = dismissed.value().mark;
    CHECK(dismiss_mark(in_danger(), again, sato(), "歌の名前", friday).error() == Refusal::no_such_mark);
    CHECK(dismiss_mark(in_danger(), bot::Entry{}, sato(), "歌の名前", friday).error() == Refusal::no_such_mark);
}

TEST_CASE("safe contact: kept, and the disguise ends by a human's word")
{
    bot::SafeContact contact;
    contact.safe_word = "りんご";
    contact.when = "平日の昼";
    const auto kept = set_safe_contact(held(sato()), sato(), contact, friday);
    REQUIRE(kept.ok());
    CHECK(kept.value().next.safe_contact.safe_word == "りんご");
    CHECK(events(kept.value()) == Lines{"event.safe_contact name=佐藤"});  // the word itself stands in no event
    contact.when = std::string(501, 'x');
    CHECK(set_safe_contact(held(sato()), sato(), contact, friday).error() == Refusal::text_too_long);

    for (const auto* word : {"🍎", "☆", "！？", "　"}) {
        CAPTURE(word);
        contact.when.clear();
        contact.safe_word = word;
        CHECK(set_safe_contact(held(sato()), sato(), contact, friday).error() == Refusal::safe_word_empty);
    }
    contact.safe_word = "りんご🍎";
    CHECK(set_safe_contact(held(sato()), sato(), contact, friday).ok());
    contact.safe_word.clear();  // none agreed
    CHECK(set_safe_contact(held(sato()), sato(), contact, friday).ok());

    CHECK(set_safe_contact(held(sato()), suzuki(), contact, friday).error() == Refusal::not_holder);
    CHECK(set_safe_contact(held(sato()), supervisor(), contact, friday).ok());

    const auto kept_hours = [&](std::vector<bot::ContactHours> hours) {
        contact.hours = std::move(hours);
        return set_safe_contact(held(sato()), sato(), contact, friday);
    };
    CHECK(kept_hours(std::vector<bot::ContactHours>(7, {127, 0, 1440})).ok());
    CHECK(kept_hours(std::vector<bot::ContactHours>(8, {127, 0, 1440})).error() == Refusal::hours_too_many);
    CHECK(kept_hours({{0, 600, 660}}).error() == Refusal::hours_without_day);
    CHECK(kept_hours({{128, 600, 660}}).error() == Refusal::hours_without_day);
    for (const bot::ContactHours row : {bot::ContactHours{1, 600, 600}, {1, 1440, 60}, {1, 600, 1441}, {1, -1, 60}, {1, 600, 0}})
        CHECK(kept_hours({row}).error() == Refusal::hours_without_length);
    CHECK(kept_hours({{1, 22 * 60, 60}}).value().next.safe_contact.hours == std::vector<bot::ContactHours>{{1, 22 * 60, 60}});

    auto hidden = held(sato());
    hidden.risk.disguised = true;
    hidden.risk.screen = bot::ScreenSafety::watched;
    const auto ended = end_disguise(hidden, sato(), "本人と確認", friday, handoff::all_seen);
    CHECK_FALSE(ended.value().next.risk.disguised);
    CHECK(ended.value().next.risk.screen == bot::ScreenSafety::unknown);
}

TEST_CASE("target: counts from the danger, or from the next opening, until a human's first words")
{
    const Targets targets;
    CHECK(answer_due(in_danger(4), targets, weekdays()) == friday + minutes{2});
    CHECK(answer_due(in_danger(3), targets, weekdays()) == friday + minutes{5});
    CHECK(answer_due(in_danger(2), targets, weekdays()) == friday + minutes{30});
    CHECK_FALSE(answer_due(in_danger(1), targets, weekdays()));
    auto at_night = in_danger(3);
    at_night.risk.raised_at = saturday;
    CHECK(answer_due(at_night, targets, weekdays()) == at(year{2026} / 11 / 24, 10, 5));

    auto conversation = held(sato());
    conversation.risk_level = 3;
    conversation.risk.raised_at = friday;
    const auto answered = send_text(conversation, sato(), "読みました", friday + minutes{1});
    CHECK(answered.value().next.risk.answered_at == friday + minutes{1});
    CHECK_FALSE(answer_due(answered.value().next, targets, weekdays()));
    const auto more = send_text(answered.value().next, sato(), "ここにいます", friday + minutes{4});
    CHECK(more.value().next.risk.answered_at == friday + minutes{1});  // the first words count

    auto left = closed(sato());
    left.risk_level = 3;
    left.risk.raised_at = friday;
    CHECK_FALSE(answer_due(left, targets, weekdays()));
}
