#include "handoff/queue/tell.h"

#include "tests/unit/handoff/story.h"

#include <doctest/doctest.h>

using namespace std::chrono;
using namespace tsunagi;
using namespace tsunagi::handoff;
using namespace tsunagi::story;

TEST_CASE("opening: as a person reads it, in Japan's time and her language")
{
    const auto opening = at(2026y / November / 24, 10, 0);
    CHECK(opening_text(playbook(), "ja", opening) == "11月24日（火） 10:00");
    CHECK(opening_text(playbook(), "en", opening) == "Tue 11/24, 10:00");
    CHECK(opening_text(playbook(), "ja", at(2027y / January / 3, 9, 5)) == "1月3日（日） 9:05");
    CHECK(opening_text(playbook(), "ja", at(2026y / November / 21, 0, 0)) == "11月21日（土） 0:00");
}

TEST_CASE("opening: a language that writes readings says the day as it is read aloud")
{
    auto book = playbook();
    book.messages["time.format"]["ja-easy"] = "{month}月（がつ） {day} {hour}:{minute}";
    book.messages["time.days"] = {{"ja-easy", "1日（ついたち）,2日（ふつか）, 3日（みっか）"}};
    CHECK(opening_text(book, "ja-easy", at(2026y / December / 1, 10, 0)) == "12月（がつ） 1日（ついたち） 10:00");
    CHECK(opening_text(book, "ja-easy", at(2026y / December / 3, 10, 0)) == "12月（がつ） 3日（みっか） 10:00");
    CHECK(opening_text(book, "ja-easy", at(2026y / December / 4, 10, 0)) == "12月（がつ） 4 10:00");  // not listed: its number
    CHECK(opening_text(book, "ja", at(2026y / December / 1, 10, 0)) == "12月1日（火） 10:00");
}

TEST_CASE("tell: one request with what the bot said before, so that the free reply token carries both")
{
    bot::Decision decision{.next = greeted(), .log = {}, .effects = {}};
    bot::bot_says(decision, {{"まえ", {}}}, friday);
    tell(decision, playbook(), "queue.entered.nobody", {}, friday);
    REQUIRE(sends(decision).size() == 1);
    CHECK(said(decision) == Lines{"まえ", "queue.entered.nobody"});
    REQUIRE(decision.log.size() == 2);
    CHECK(sends(decision)[0].entries == std::vector{decision.log[0].seq, decision.log[1].seq});
}

TEST_CASE("tell: words that must be delivered by push keep a request of their own")
{
    bot::Decision decision{.next = greeted(), .log = {}, .effects = {}};
    bot::bot_says(decision, {{"いのちの電話", {}}}, friday);
    std::get<bot::Send>(decision.effects.back()).must_deliver = true;
    decision.effects.push_back(bot::FetchMedia{"m", 1});
    tell(decision, playbook(), "queue.entered.nobody", {}, friday);
    REQUIRE(sends(decision).size() == 2);
    CHECK(said(decision) == Lines{"いのちの電話", "queue.entered.nobody"});
}

TEST_CASE("tell: who unfollowed is told nothing")
{
    bot::Decision decision{.next = greeted(), .log = {}, .effects = {}};
    decision.next.reachable = false;
    tell(decision, playbook(), "queue.entered.nobody", {}, friday);
    tell_for_counselor(decision, playbook(), "counselor.joined", {{"name", "佐藤"}}, friday);
    CHECK(decision.effects.empty());
    CHECK(decision.log.empty());
}

TEST_CASE("tell: a text of nothing but an unfilled blank is not sent, and what was said before goes as it was")
{
    auto quiet = playbook();
    for (const auto* key : {"queue.entered.nobody", "counselor.joined"}) quiet.messages[key] = {{"ja", "{unfilled}"}};
    bot::Decision decision{.next = greeted(), .log = {}, .effects = {}};
    tell(decision, quiet, "queue.entered.nobody", {}, friday);
    tell_for_counselor(decision, quiet, "counselor.joined", {{"name", "佐藤"}}, friday);
    CHECK(decision.effects.empty());
    bot::bot_says(decision, {{"まえ", {}}}, friday);
    tell_for_counselor(decision, quiet, "counselor.joined", {{"name", "佐藤"}}, friday);
    REQUIRE(sends(decision).size() == 1);
    CHECK_FALSE(sends(decision)[0].by_human);
}
