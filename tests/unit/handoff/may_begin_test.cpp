#include "handoff/queue/may_begin.h"

#include "bot/safety/hearing.h"
#include "tests/unit/handoff/story.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::story;
using namespace std::chrono_literals;
using handoff::late_push;
using handoff::may_begin_at;

namespace {

constexpr std::uint8_t sunday = 1, monday = 2, friday_bit = 32, saturday_bit = 64, weekdays_bits = 0b011'1110;

bot::SafeContact agreed(std::vector<bot::ContactHours> hours)
{
    bot::SafeContact contact;
    contact.hours = std::move(hours);
    return contact;
}

constexpr TimePoint november(unsigned day, int hour, int minute = 0)
{
    return at(std::chrono::year{2026} / 11 / std::chrono::day{day}, hour, minute);
}

}  // namespace

TEST_CASE("may begin: without agreed hours at any time, with them only then")
{
    CHECK(may_begin_at(agreed({}), saturday) == saturday);
    const auto contact = agreed({{weekdays_bits, 10 * 60, 14 * 60}});
    CHECK(may_begin_at(contact, friday) == friday);
    CHECK(may_begin_at(contact, november(20, 10)) == november(20, 10));
    CHECK(may_begin_at(contact, november(20, 9, 59)) == november(20, 10));
    CHECK(may_begin_at(contact, november(20, 13, 59)) == november(20, 13, 59));
    CHECK(may_begin_at(contact, november(20, 14)) == november(23, 10));  // over the weekend, to a public holiday: it is her home
    CHECK(may_begin_at(contact, november(21, 3)) == november(23, 10));
}

TEST_CASE("may begin: hours past midnight belong to the day they began on, also at the week's end")
{
    const auto contact = agreed({{saturday_bit, 22 * 60, 60}});
    CHECK(may_begin_at(contact, november(21, 0, 30)) == november(21, 22));  // Friday's night
    CHECK(may_begin_at(contact, november(21, 23, 59)) == november(21, 23, 59));
    CHECK(may_begin_at(contact, november(22, 0)) == november(22, 0));
    CHECK(may_begin_at(contact, november(22, 0, 59)) == november(22, 0, 59));
    CHECK(may_begin_at(contact, november(22, 1)) == november(28, 22));
}

TEST_CASE("may begin: to midnight, a whole day, and the nearest of several rows; on from one year to the next")
{
    CHECK(may_begin_at(agreed({{monday, 22 * 60, 1440}}), november(24, 0)) == november(30, 22));
    const auto day = agreed({{sunday, 0, 1440}});
    CHECK(may_begin_at(day, november(22, 0)) == november(22, 0));
    CHECK(may_begin_at(day, november(22, 23, 59)) == november(22, 23, 59));
    CHECK(may_begin_at(day, november(23, 0)) == november(29, 0));
    const auto rows = agreed({{monday, 10 * 60, 11 * 60}, {friday_bit, 20 * 60, 21 * 60}, {friday_bit, 12 * 60, 13 * 60}});
    CHECK(may_begin_at(rows, friday) == november(20, 12));
    CHECK(may_begin_at(rows, november(20, 13)) == november(20, 20));
    CHECK(may_begin_at(rows, november(20, 21)) == november(23, 10));
    CHECK(may_begin_at(agreed({{friday_bit, 600, 660}}), at(std::chrono::year{2026} / 12 / 31, 23, 59)) == at(std::chrono::year{2027} / 1 / 1, 10, 0));
    CHECK_FALSE(may_begin_at(agreed({{0, 600, 660}}), friday));
}

TEST_CASE("may begin: what we begin is held back outside her hours, what answers her words of just now never")
{
    auto conversation = held(sato());
    conversation.safe_contact = agreed({{weekdays_bits, 10 * 60, 14 * 60}});
    bot::Send ours;
    ours.by_human = ours.begun_by_us = true;
    conversation.last_inbound_at = saturday - 2h;
    CHECK(handoff::is_outside_her_hours(conversation, ours, saturday));
    CHECK_FALSE(handoff::is_outside_her_hours(conversation, ours, friday));
    conversation.last_inbound_at = saturday - 29min;
    CHECK_FALSE(handoff::is_outside_her_hours(conversation, ours, saturday));

    conversation.last_inbound_at = saturday - 2h;
    bot::Send written;  // a counselor's own words, or the bot's answer: she is warned, nothing is blocked
    written.by_human = true;
    CHECK_FALSE(handoff::is_outside_her_hours(conversation, written, saturday));
    conversation.safe_contact.hours.clear();
    CHECK_FALSE(handoff::is_outside_her_hours(conversation, ours, saturday));
}

TEST_CASE("may begin: the words that come with a counselor's command are begun by us, her own are not")
{
    const auto joined = claim(waiting(), sato(), playbook(), friday);
    REQUIRE(joined.ok());
    CHECK(sends(joined.value()).front().begun_by_us);
    CHECK_FALSE(sends(send_text(held(sato()), sato(), "聞いています", friday).value()).front().begun_by_us);
}

// ------------------------------------------------------------------------------------------------ pushes that are late

namespace {

using What = handoff::LatePush::What;

/// She wrote in the morning; her hours are weekdays from ten to two.
bot::Conversation reached_by_day()
{
    auto conversation = held(sato());
    conversation.safe_contact = agreed({{weekdays_bits, 10 * 60, 14 * 60}});
    conversation.last_inbound_at = november(19, 9);
    conversation.heard_seq = 3;
    return conversation;
}

handoff::Delayed written_at(TimePoint moment) { return {.decided_at = moment, .seq = 5, .by_human = true}; }

}  // namespace

TEST_CASE("late push: what was decided in her hours and is late for them waits for the next, at most until tomorrow")
{
    const auto her = reached_by_day();
    const auto noon = written_at(november(19, 13, 50));
    CHECK(late_push(her, noon, november(19, 13, 55)).what == What::goes);
    const auto evening = late_push(her, noon, november(19, 22));
    CHECK(evening.what == What::waits);
    CHECK(evening.until == november(20, 10));
    CHECK(evening.why == std::string(handoff::waits_for_her_hours));
    CHECK(late_push(her, noon, november(20, 10)).what == What::goes);
    const auto weekend = late_push(her, written_at(november(20, 13, 50)), november(20, 22));
    CHECK(weekend.what == What::ends);
    CHECK(weekend.why == std::string("send.failed.her_hours"));
}

TEST_CASE("late push: a moment on its way is not late, and her words of just now are answered")
{
    auto her = reached_by_day();
    CHECK(late_push(her, written_at(november(19, 13, 59)), november(19, 13, 59) + 59s).what == What::goes);
    CHECK(late_push(her, written_at(november(19, 13, 59)), november(19, 14)).what == What::waits);
    her.last_inbound_at = november(19, 21, 45);
    CHECK(late_push(her, written_at(november(19, 13, 50)), november(19, 22)).what == What::goes);
}

TEST_CASE("late push: what was written outside her hours goes out, unless half an hour late; without hours agreed nothing waits")
{
    auto her = reached_by_day();
    const auto at_night = written_at(november(19, 22));
    CHECK(late_push(her, at_night, november(19, 22, 20)).what == What::goes);
    CHECK(late_push(her, at_night, november(19, 23)).what == What::waits);
    her.safe_contact.hours.clear();
    CHECK(late_push(her, at_night, november(20, 3)).what == What::goes);
}

TEST_CASE("late push: what was written before she told that her screen is read ends; what was written knowing it goes, whatever she wrote since")
{
    auto her = reached_by_day();
    her.heard_seq = 3;
    bot::note_watched(her);
    her.heard_seq = 6;
    her.last_inbound_at = november(19, 13, 9);
    CHECK(late_push(her, written_at(november(19, 13)), november(19, 13, 10)).what == What::goes);
    bot::note_watched(her);
    const auto stopped = late_push(her, written_at(november(19, 13)), november(19, 13, 10));
    CHECK(stopped.what == What::ends);
    CHECK(stopped.why == std::string("send.failed.watched"));
}

TEST_CASE("late push: a ring goes in her hours while its link opens and she has not written her safe word since; else it is asked about anew")
{
    auto her = reached_by_day();
    const handoff::Delayed ring{.decided_at = november(19, 13), .seq = 5, .is_ring = true};
    CHECK(late_push(her, ring, november(19, 13, 29)).what == What::goes);
    CHECK(late_push(her, ring, november(19, 13, 30)).what == What::anew);
    her.risk.disguised = true;
    her.risk.safe_word_seq = 4;
    CHECK(late_push(her, ring, november(19, 13, 10)).what == What::goes);
    her.risk.safe_word_seq = 6;
    CHECK(late_push(her, ring, november(19, 13, 10)).what == What::anew);
    her.risk.disguised = false;
    const auto just_before_two = handoff::Delayed{.decided_at = november(19, 13, 59), .seq = 5, .is_ring = true};
    CHECK(late_push(her, just_before_two, november(19, 14, 5)).what == What::anew);
    her.last_inbound_at = november(19, 13, 50);
    CHECK(late_push(her, just_before_two, november(19, 14, 5)).what == What::goes);

    her.risk = {};
    her.blocked_at = november(19, 13, 5);
    CHECK(late_push(her, ring, november(19, 13, 10)).what == What::anew);
}

TEST_CASE("late push: a ring that LINE may have is asked about no more: it goes in her hours, waits for the next, or ends after her safe word")
{
    auto her = reached_by_day();
    const handoff::Delayed ring{.decided_at = november(19, 13), .seq = 5, .is_ring = true, .may_be_out = true};
    CHECK(late_push(her, ring, november(19, 13, 40)).what == What::goes);
    CHECK(late_push(her, ring, november(19, 14)).until == november(20, 10));
    her.risk.disguised = true;
    her.risk.safe_word_seq = 6;
    CHECK(late_push(her, ring, november(19, 13, 10)).what == What::ends);
}

TEST_CASE("late push: a reminder of ours waits for the day, and ends where we would not begin any more")
{
    auto her = reached_by_day();
    her.safe_contact.hours.clear();
    const handoff::Delayed reminder{.decided_at = november(19, 20), .seq = 5, .begun_by_us = true};
    const auto night = late_push(her, reminder, november(19, 23));
    CHECK(night.what == What::waits);
    CHECK(night.until == november(20, 8));
    her.risk_categories = {"dv"};
    CHECK(late_push(her, reminder, november(20, 9)).why == std::string("send.failed.unasked"));
    her.risk_categories.clear();
    her.reachable = false;
    CHECK(late_push(her, reminder, november(20, 9)).what == What::ends);
}
