// What the flow does while danger is heard beside it; how danger is heard is tests/unit/risk, how it is answered tests/unit/handoff.
#include "bot/safety/hearing.h"
#include "tests/unit/bot/flows.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tsunagi;
using namespace tsunagi::bot;
using namespace tsunagi::bot::tests;

namespace {

/// She writes `words`, in which the detector finds this.
Talk& writes_in_danger(Talk& talk, const std::string& words, int level, std::vector<RiskCategory> categories)
{
    const auto event = talk.inbound(TextReceived{words, {}});
    Hearing hearing;
    hearing.finding = {.level = level, .categories = std::move(categories), .spans = {}};
    hearing.heard_text = words;
    talk.last = decide(talk.conversation, event, hearing, talk.playbook, event.received_at);
    talk.conversation = talk.last.next;
    return talk;
}

bool says(const Talk& talk, const std::string& part) { return talk.all_said().find(part) != std::string::npos; }

}  // namespace

TEST_CASE("R1 is a mark for staff: the flow goes on without a word about it")
{
    auto talk = at_topic();
    writes_in_danger(talk, "つらいです", 1, {RiskCategory::suicide});
    CHECK_FALSE(says(talk, "safety."));
    CHECK(talk.conversation.risk_level == 1);
}

TEST_CASE("R2: help and a human are the first two buttons, once each, and LINE's thirteen are kept")
{
    std::vector<Choice> choices;
    for (int i = 1; i <= 12; ++i) choices.push_back(choice("c" + std::to_string(i), "ボタン" + std::to_string(i)));
    Talk talk(one_question(ask_choice("?", choices, "x", "after")));
    talk.sends(Followed{});
    REQUIRE(talk.buttons().size() == 13);
    writes_in_danger(talk, "消えたい", 2, {RiskCategory::suicide});
    const auto buttons = talk.buttons();
    CHECK(buttons.size() == 13);
    CHECK(buttons.at(1) == "人と話したい");
    CHECK(std::ranges::count(buttons, "人と話したい") == 1);
    CHECK(std::ranges::count(buttons, "ボタン11") == 1);
    CHECK(talk.last.log.back().quick_replies.size() == 13);  // as staff see it
    CHECK(talk.last.log.back().quick_replies.at(1).label == "人と話したい");
}

TEST_CASE("R2: where there is room, too, a human is offered by one button and not by two")
{
    auto talk = at_topic();
    writes_in_danger(talk, "消えたい", 2, {RiskCategory::suicide});
    CHECK(talk.buttons() == Words{"safety.lines.button", "人と話したい", "お金", "仕事", "そのほか"});
}

TEST_CASE("R2 where somebody may look over her shoulder: neither words nor buttons say why she writes")
{
    auto talk = at_topic();
    talk.conversation.risk_categories = {"dv"};
    talk.conversation.risk.screen = ScreenSafety::asked;
    writes_in_danger(talk, "消えたい", 2, {RiskCategory::suicide});
    CHECK(says(talk, "safety.quiet.received"));
    CHECK_FALSE(says(talk, "safety.kind"));
    CHECK_FALSE(says(talk, "safety.soft.offer"));
    CHECK(std::ranges::count(talk.buttons(), "safety.lines.button") == 0);
}

TEST_CASE("violence heard while her first words wait for their question: those are not lost")
{
    Talk talk(questions().build());
    talk.writes("家賃が払えません");
    REQUIRE(talk.waits_at("topic"));
    writes_in_danger(talk, "夫が怖いです", 2, {RiskCategory::dv});
    CHECK(talk.said().empty());  // the question about her screen comes first
    REQUIRE(talk.conversation.position.held);
    CHECK(talk.conversation.position.held->value == "家賃が払えません");
}

TEST_CASE("a tap on the flow's question while her screen is asked about is followed at once")
{
    auto talk = at_topic();
    const auto money = talk.data_of("お金");
    writes_in_danger(talk, "夫が怖いです", 2, {RiskCategory::dv});
    talk.conversation.risk.screen = ScreenSafety::asked;
    REQUIRE(waits_for_screen(talk.conversation));
    talk.taps_data(money);
    CHECK(talk.answer("topic") == "money");
    CHECK(talk.waits_at("urgent"));
    CHECK_FALSE(talk.conversation.position.held);
}

TEST_CASE("after her safe word nothing may show, whatever she said of her screen and whatever staff judged of her danger")
{
    auto talk = at_topic();
    auto& risk = talk.conversation.risk;
    risk.disguised = true;
    risk.screen = ScreenSafety::safe;
    risk.told_at = at_noon();
    CHECK(is_private(talk.conversation));
    CHECK_FALSE(is_alone(talk.conversation, at_noon()));
    CHECK_FALSE(may_show(talk.conversation, at_noon()));
}
