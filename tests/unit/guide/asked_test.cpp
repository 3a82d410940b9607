#include "bot/flow/asked.h"

#include "bot/flow/buttons.h"
#include "bot/guide/support.h"
#include "server/config/config.h"
#include "tests/bench/guide/questions.h"
#include "tests/unit/bot/flows.h"

#include <doctest/doctest.h>

#include <fstream>

using namespace tsunagi;
using namespace tsunagi::bot;
using namespace tsunagi::bot::tests;

namespace {

const config::Loaded& config_of_demo()
{
    static const auto loaded = config::load("config", config::Purpose::check);
    return loaded;
}

/// Somebody who has been greeted and whose flow has ended.
Talk after_a_flow()
{
    Talk talk(*config_of_demo().playbooks.at(DeskId{"mirai"}));
    talk.conversation.position.flow = FlowId{"first-contact"};
    return talk;
}

bool is_answered(const std::string& text)
{
    auto talk = after_a_flow();
    talk.writes(text);
    return talk.all_said().find("お探しの案内は") != std::string::npos;
}

/// The texts of the labelled messages that are no danger at all and of one of these slices.
std::vector<std::string> ordinary(const std::vector<std::string>& slices)
{
    std::ifstream file("tests/bench/risk/messages/ordinary.tsv");
    std::vector<std::string> texts;
    for (std::string line; std::getline(file, line);)
        for (const auto& slice : slices)
            if (line.starts_with("0\t-\t" + slice + "\t")) texts.push_back(line.substr(line.rfind('\t') + 1));
    return texts;
}

}  // namespace

// Unanswered here is not lost: the flow for coming back hears it, and offers a human. Taken wrongly is worse.
TEST_CASE("asked: plain questions of strangers are answered, and what is no question is left to the flow")
{
    std::size_t answered = 0;
    const auto questions = bench::read_questions("tests/bench/guide/questions.tsv");
    for (const auto& question : questions) answered += is_answered(question.text);
    MESSAGE("questions answered: ", answered, " of ", questions.size());
    CHECK(answered * 100 >= questions.size() * 36);

    std::size_t taken = 0;
    const auto others =
        ordinary({"collision", "idiom-die", "idiom-kill", "idiom-vanish", "idiom-neck", "idiom-fall", "idiom-cut"});
    for (const auto& text : others) {
        if (!is_answered(text)) continue;
        ++taken;
        MESSAGE("taken for a question: ", text);
    }
    MESSAGE("other words taken for questions: ", taken, " of ", others.size());
    CHECK(others.size() > 50);
    CHECK(taken * 100 <= others.size() * 3);
}

TEST_CASE("asked: a question after the end is answered with cards, and nothing else begins")
{
    auto talk = after_a_flow();
    talk.writes("市営住宅の申し込みはいつですか");
    REQUIRE(talk.last.effects.size() == 1);
    const auto& send = std::get<Send>(talk.last.effects.front());
    REQUIRE(send.messages.size() == 2);
    CHECK(send.messages.front().cards.size() == cards_per_message_max);
    CHECK(send.messages.front().cards.front().title.find("公営住宅") != std::string::npos);
    CHECK(talk.buttons() == std::vector<std::string>{"ほかの案内も見る", "別のことをたずねる", "人と話したい"});
    CHECK_FALSE(talk.flow_runs());
    CHECK(talk.answer("guide_question") == "市営住宅の申し込みはいつですか");
    CHECK(talk.answer("guide_seen").starts_with("koei"));
}

TEST_CASE("asked: what keeps him away names violence, so her screen is asked about, and her word shows it")
{
    auto talk = after_a_flow();
    talk.writes("接近禁止命令ってどうやって出してもらうの");
    CHECK(talk.all_said().find("保護命令") == std::string::npos);
    CHECK(talk.all_said().find("面会交流") == std::string::npos);  // not meetings with whom she wants kept away
    CHECK(talk.buttons() == std::vector<std::string>{"大丈夫", "見られるかも", "あとで"});
    CHECK(talk.conversation.risk.screen == ScreenSafety::asked);

    // As handoff/queue/danger.h goes on after her 「大丈夫」.
    talk.conversation.risk.screen = ScreenSafety::safe;
    const auto shown = go_on_after({.next = talk.conversation, .log = {}, .effects = {}}, {}, talk.playbook, at_noon());
    const auto& send = std::get<Send>(shown.effects.back());
    REQUIRE(send.messages.size() == 2);
    CHECK(send.messages.front().cards.front().title.find("保護命令") != std::string::npos);
    CHECK(send.messages.back().quick_replies.front().label == "ほかの案内も見る");
    CHECK_FALSE(shown.next.position.held);

    // Whatever else comes from her first is answered instead, and she is not asked again within the hour.
    talk.conversation.risk.screen = ScreenSafety::asked;
    talk.writes("市営住宅の申し込みはいつですか");
    CHECK(talk.all_said().find("公営住宅") != std::string::npos);
    CHECK_FALSE(talk.conversation.position.held);
    talk.writes("接近禁止命令ってどうやって出してもらうの");
    CHECK(talk.buttons().front() == "ほかの案内も見る");
}

TEST_CASE("asked: more shows others until nothing is left, and says so")
{
    auto talk = after_a_flow();
    talk.writes("児童扶養手当の申請はどこですか");
    for (int i = 0; i < 20 && talk.all_said().find("ここまでです") == std::string::npos; ++i) {
        const auto seen = talk.answer("guide_seen");
        talk.taps("ほかの案内も見る");
        if (talk.all_said().find("ここまでです") == std::string::npos)
            CHECK(talk.answer("guide_seen").size() > seen.size());
    }
    CHECK(talk.all_said().find("ここまでです") != std::string::npos);
}

TEST_CASE("asked: a message taken back takes the question with it; an old button then begins anew")
{
    auto talk = after_a_flow();
    talk.writes("児童扶養手当の申請はどこですか");
    const auto more = talk.data_of("ほかの案内も見る");
    talk.sends(Unsent{"message-1"});
    CHECK(talk.answer("guide_question") == "-");
    talk.taps_data(more);
    CHECK(talk.flow_runs());
}

TEST_CASE("asked: nobody in danger is sent to an office, a wish for a human is one, and before the greeting nothing is "
          "answered")
{
    auto danger = after_a_flow();
    danger.conversation.risk_level = 3;
    danger.writes("児童扶養手当の申請はどこですか");
    CHECK(danger.all_said().find("お探しの案内は") == std::string::npos);

    auto human = after_a_flow();
    human.writes("手当のことを相談員と話したいです");
    CHECK(human.all_said().find("お探しの案内は") == std::string::npos);

    Talk first(*config_of_demo().playbooks.at(DeskId{"mirai"}));
    first.writes("児童扶養手当の申請はどこですか");
    CHECK(first.all_said().find("お探しの案内は") == std::string::npos);
    CHECK(first.flow_runs());
}
