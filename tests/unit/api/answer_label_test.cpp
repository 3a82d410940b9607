// What she answered with buttons in her language, as staff read it in theirs.
#include "server/api/answer_label.h"

#include "bot/flow/buttons.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using api::label_for_staff;

namespace {

std::shared_ptr<const bot::Playbook> playbook()
{
    bot::Playbook book;
    book.languages = {"ja", "vi"};
    book.messages["ask.unknown"] = {{"ja", "わからない"}, {"vi", "Tôi không biết"}};
    book.messages["list.separator"] = {{"ja", "、"}, {"en", ", "}};
    bot::Ask topic;
    topic.kind = bot::AskKind::choices;
    topic.save = "topic";
    for (const auto& [id, ja, vi] : {std::tuple{"home", "住まい", "Nhà ở"}, std::tuple{"money", "お金", "Tiền"}}) {
        bot::Choice choice;
        choice.id = id;
        choice.labels = {{"ja", ja}, {"vi", vi}};
        topic.choices.push_back(std::move(choice));
    }
    bot::Flow flow;
    flow.id = FlowId{"first"};
    flow.nodes[NodeId{"topic"}] = {NodeId{"topic"}, topic, 1};
    book.flows.emplace(flow.id, flow);
    return std::make_shared<const bot::Playbook>(std::move(book));
}

const api::Words staff{playbook(), "ja"};

}  // namespace

TEST_CASE("answer label: her choice in the words of the staff, several of them in a list")
{
    CHECK(label_for_staff(bot::Answer{"topic", "home", "Nhà ở"}, "vi", staff) == "住まい");
    CHECK(label_for_staff(bot::Answer{"topic", "home,money", "Nhà ở, Tiền"}, "vi", staff) == "住まい、お金");
    CHECK(label_for_staff(bot::Answer{"topic", "unknown", "Tôi không biết"}, "vi", staff) == "わからない");
}

TEST_CASE("answer label: nothing beside what says the same, what she typed, and what the flows do not know any more")
{
    CHECK(label_for_staff(bot::Answer{"topic", "home", "住まい"}, "ja", staff).empty());
    CHECK(label_for_staff(bot::Answer{"story", "home", "home"}, "vi", staff).empty());
    CHECK(label_for_staff(bot::Answer{"topic", "garden", "Vườn"}, "vi", staff).empty());
    CHECK(label_for_staff(bot::Answer{"topic", "home,garden", "Nhà ở, Vườn"}, "vi", staff).empty());
    CHECK(label_for_staff(bot::Answer{"story", "unknown", "unknown"}, "vi", staff).empty());
    CHECK(label_for_staff(bot::Answer{"topic", "", ""}, "vi", staff).empty());
}

TEST_CASE("answer label: a tapped button, and one that is no button of ours")
{
    bot::Conversation hers;
    hers.language = "vi";
    hers.position.flow = FlowId{"first"};
    hers.position.node = NodeId{"topic"};
    const auto& asked = std::get<bot::Ask>(staff.playbook().flows.at(FlowId{"first"}).nodes.at(NodeId{"topic"}).body);
    const auto buttons = bot::ask_buttons(asked, hers, staff.playbook());
    REQUIRE(buttons.at(1).label == "Tiền");
    const auto button = buttons.at(1).data;
    CHECK(label_for_staff(bot::PostbackReceived{button, {}}, "Tiền", staff) == "お金");
    CHECK(label_for_staff(bot::PostbackReceived{button, {}}, "お金", staff).empty());
    CHECK(label_for_staff(bot::PostbackReceived{"buy=now", {}}, "?", staff).empty());
}
