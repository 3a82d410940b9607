// What she unsent leaves the store, and every line in which the bot read it back to her.
#include "bot/flow/summary.h"
#include "tests/unit/desk/desk_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;
using desk::Received;

namespace {

/// The desk's flow asks for her story and reads it back.
void read_back(config::Loaded& config)
{
    auto playbook = *config.playbooks.at(mirai);
    auto& nodes = playbook.flows.at(playbook.entry).nodes;
    std::get<bot::Ask>(nodes.at(NodeId{"story"}).body).next = NodeId{"summary"};
    bot::Summary summary;
    summary.before = {{"ja", "こう聞きました"}};
    summary.titles = {{"story", {{"ja", "お話"}}}};
    summary.next = NodeId{"again"};
    nodes[NodeId{"summary"}] = {NodeId{"summary"}, summary, 4};
    config.playbooks.insert_or_assign(mirai, std::make_shared<const bot::Playbook>(std::move(playbook)));
}

bot::Inbound withdrawal(DeskFixture& desk, const std::string& event, const std::string& message_id)
{
    auto unsend = desk.text("U1", event, "");
    unsend.message_id.clear();
    unsend.reply.reset();
    unsend.content = bot::Unsent{message_id};
    return unsend;
}

/// She changes a message's words; the event's name stands for LINE's timestamp, which tells the versions apart.
desk::Received edits(DeskFixture& desk, const std::string& event, const std::string& message_id, const std::string& words)
{
    auto edit = desk.text("U1", event, words);
    edit.message_id = "edit/" + message_id + "/" + event;
    return run_on(desk.context, desk.desks.receive(edit));
}

}  // namespace

TEST_CASE("desk: an unsent message leaves the store; its place stays")
{
    DeskFixture desk;
    desk.say("U1", "e1", "ひみつのことば");
    auto unsend = desk.text("U1", "e2", "");
    unsend.message_id.clear();
    unsend.reply.reset();
    unsend.content = bot::Unsent{"m-e1"};
    CHECK(run_on(desk.context, desk.desks.receive(unsend)) == Received::committed);
    for (const auto space : {store::Space::entry, store::Space::event, store::Space::outbox})
        for (const auto& [key, value] : desk.store.rows(space)) CHECK(value.bytes.find("ひみつ") == std::string::npos);
    const auto log = desk.log(desk.only_conversation().id);
    CHECK(std::any_of(log.begin(), log.end(), [](const bot::Entry& entry) {
        return entry.kind == bot::EntryKind::inbound && entry.content && std::holds_alternative<bot::Unsent>(*entry.content);
    }));
}

TEST_CASE("desk: an unsend that overtakes its message still keeps the words out")
{
    DeskFixture desk;
    desk.say("U1", "e0", "こんにちは");
    auto unsend = desk.text("U1", "e2", "");
    unsend.message_id.clear();
    unsend.content = bot::Unsent{"m-e1"};
    CHECK(run_on(desk.context, desk.desks.receive(unsend)) == Received::committed);
    CHECK(desk.say("U1", "e1", "ひみつのことば") == Received::committed);
    for (const auto& [key, value] : desk.store.rows(store::Space::entry)) CHECK(value.bytes.find("ひみつ") == std::string::npos);
    for (const auto& [key, value] : desk.store.rows(store::Space::conversation))
        CHECK(value.bytes.find("ひみつ") == std::string::npos);
}

TEST_CASE("desk: what she unsent also leaves the lines in which the bot read it back to her")
{
    DeskFixture desk;
    read_back(desk.config);
    desk.say("U1", "e1", "夫がこわい");
    REQUIRE(stands_in_log(desk, "・お話: 夫がこわい"));
    CHECK(run_on(desk.context, desk.desks.receive(withdrawal(desk, "e2", "m-e1"))) == Received::committed);
    CHECK_FALSE(stands_in_log(desk, "夫がこわい"));
    CHECK(stands_in_log(desk, "こう聞きました\n\n・お話: …"));
}

TEST_CASE("desk: every version of what she unsent goes, however far behind, also where one line reads back two of them")
{
    DeskFixture desk;
    read_back(desk.config);
    desk.say("U1", "e1", "ひみつの一");
    const auto id = desk.only_conversation().id;
    CHECK(edits(desk, "e2", "m-e1", "ひみつの二") == Received::committed);
    const auto both = [](bot::Conversation& conversation) {
        conversation.position = {};  // begins anew, and reads both back
        conversation.answers = {{"story", "ひみつの一", "ひみつの一", "m-e1"}, {"more", "ひみつの二", "ひみつの二", "edit/m-e1/e2"}};
        return true;
    };
    CHECK(run_on(desk.context, desk.desks.amend(mirai, id, both)));
    auto playbook = *desk.config.playbooks.at(mirai);
    std::get<bot::Summary>(playbook.flows.at(playbook.entry).nodes.at(NodeId{"summary"}).body).titles["more"] = {{"ja", "ほか"}};
    playbook.flows.at(playbook.entry).start = NodeId{"summary"};
    desk.config.playbooks.insert_or_assign(mirai, std::make_shared<const bot::Playbook>(std::move(playbook)));
    desk.say("U1", "e3", "こんにちは");
    REQUIRE(stands_in_log(desk, "・お話: ひみつの一\n・ほか: ひみつの二"));
    for (int i = 0; i < 600; ++i) desk.say("U1", "many-" + std::to_string(i), "きょうは雨です");
    CHECK(edits(desk, "e4", "m-e1", "ひみつの三") == Received::committed);

    CHECK(run_on(desk.context, desk.desks.receive(withdrawal(desk, "e5", "m-e1"))) == Received::committed);
    CHECK_FALSE(stands_in_log(desk, "ひみつ"));
    CHECK(edits(desk, "e6", "m-e1", "ひみつの四") == Received::repeated);  // it was on its way when she withdrew it
    CHECK_FALSE(stands_in_log(desk, "ひみつ"));
    CHECK(run_on(desk.context, desk.desks.receive(withdrawal(desk, "e7", "m-later"))) == Received::committed);
    CHECK(edits(desk, "e8", "m-later", "ひみつの五") == Received::repeated);
    CHECK_FALSE(stands_in_log(desk, "ひみつ"));
}

TEST_CASE("desk: a version that came before its message goes with it, also when the message comes last of all")
{
    DeskFixture desk;
    read_back(desk.config);
    desk.clock.advance(std::chrono::minutes(1));
    CHECK(edits(desk, "e2", "m-e1", "ひみつの二") == Received::committed);
    REQUIRE(stands_in_log(desk, "・お話: ひみつの二"));
    CHECK(run_on(desk.context, desk.desks.receive(withdrawal(desk, "e3", "m-e1"))) == Received::committed);
    CHECK_FALSE(stands_in_log(desk, "ひみつ"));
    CHECK(desk.say("U1", "e1", "ひみつの一") == Received::committed);
    CHECK_FALSE(stands_in_log(desk, "ひみつ"));
}

TEST_CASE("desk: an unsend that names no message takes no answer away")
{
    DeskFixture desk;
    desk.say("U1", "e1", "こんにちは");
    const auto tapped = [](bot::Conversation& conversation) {
        conversation.answers = {{"topic", "money", "お金", ""}};
        return true;
    };
    CHECK(run_on(desk.context, desk.desks.amend(mirai, desk.only_conversation().id, tapped)));
    CHECK(run_on(desk.context, desk.desks.receive(withdrawal(desk, "e2", ""))) == Received::committed);
    CHECK(desk.only_conversation().answers.size() == 1);
}

TEST_CASE("desk: only a whole answer leaves such a line")
{
    std::string text = "こう聞きました\n\n・お話: 夫がこわい\n・ほか: 夫がこわいです\n\nありがとう";
    CHECK(bot::take_out_of_summary(text, "夫がこわい"));
    CHECK(text == "こう聞きました\n\n・お話: …\n・ほか: 夫がこわいです\n\nありがとう");
    CHECK_FALSE(bot::take_out_of_summary(text, "はい"));
    CHECK_FALSE(bot::take_out_of_summary(text, ""));
}

TEST_CASE("desk: a message is unsent where it came from, also when her conversation is answered elsewhere")
{
    DeskFixture desk;
    desk.say("U1", "e1", "こんにちは");
    const auto id = desk.only_conversation().id;
    const auto elsewhere = [](bot::Conversation& conversation) {
        conversation.address = {bot::ChannelKind::web, desk::web_channel, "visitor"};
        return true;
    };
    CHECK(run_on(desk.context, desk.desks.amend(mirai, id, elsewhere)));
    desk.say("U1", "e2", "ひみつのことば");
    CHECK(desk.say("U1", "e3", "ひみつのことば") == Received::committed);
    CHECK(run_on(desk.context, desk.desks.receive(withdrawal(desk, "e4", "m-e2"))) == Received::committed);
    CHECK(run_on(desk.context, desk.desks.receive(withdrawal(desk, "e5", "m-e3"))) == Received::committed);
    CHECK_FALSE(stands_in_log(desk, "ひみつ"));
}

TEST_CASE("desk: words held back until we know who reads her screen go with their message, in whichever version they came")
{
    for (const std::string message_id : {"m-e1", "edit/m-e1/e5"}) {
        CAPTURE(message_id);
        DeskFixture desk;
        desk.say("U1", "e1", "こんにちは");
        const auto hold = [&](bot::Conversation& one) {
            one.position.held = bot::Answer{.name = "held", .value = "ひみつ", .shown = "ひみつ", .message_id = message_id};
            return true;
        };
        REQUIRE(run_on(desk.context, desk.desks.amend(mirai, desk.only_conversation().id, hold)));
        CHECK(run_on(desk.context, desk.desks.receive(withdrawal(desk, "e2", "m-e1"))) == Received::committed);
        CHECK_FALSE(desk.only_conversation().position.held);
    }
}

TEST_CASE("desk: what was heard in a message goes with it: no mark tells what it was about")
{
    DeskFixture desk;
    desk.say("U1", "e1", "ひみつのことば");
    const auto conversation = desk.only_conversation();
    auto hers = desk.log(conversation.id).front();
    REQUIRE(hers.message_id == "m-e1");
    hers.risk = bot::RiskMark{};
    hers.risk->level = 3;
    hers.risk->categories = {"dv"};
    const store::PersonScope scope{mirai.text, conversation.person.text};
    store::Batch batch;
    batch.writes.push_back({store::Space::entry, store::entry_key(mirai, conversation.id, hers.at, hers.seq), store::encode(hers, scope)});
    REQUIRE(run_on(desk.context, desk.store.commit(std::move(batch))).ok());
    CHECK(run_on(desk.context, desk.desks.receive(withdrawal(desk, "e2", "m-e1"))) == Received::committed);
    for (const auto& entry : desk.log(conversation.id)) CHECK_FALSE(entry.risk);
}

TEST_CASE("desk: nobody withdraws somebody else's words")
{
    DeskFixture desk;
    desk.say("U2", "e1", "ひとのことば");
    desk.say("U1", "e2", "わたしのことば");
    CHECK(run_on(desk.context, desk.desks.receive(withdrawal(desk, "e3", "m-e1"))) == Received::committed);
    std::vector<std::string> said;
    for (const auto& conversation : desk.conversations())
        for (const auto& entry : desk.log(conversation.id))
            if (entry.kind == bot::EntryKind::inbound && !entry.text.empty()) said.push_back(entry.text);
    std::sort(said.begin(), said.end());
    CHECK(said == std::vector<std::string>{"ひとのことば", "わたしのことば"});
}
