// A LINE channel that was renamed in config: everybody would be somebody new, and nobody would be told.
#include "server/desk/lost_channels.h"
#include "tests/unit/desk/desk_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;
using desk::LostChannel;

namespace {

std::vector<LostChannel> lost(DeskFixture& desk) { return run_on(desk.context, desk::lost_channels(desk.store, desk.config)); }

}  // namespace

TEST_CASE("lost channels: none while config names those by which people came; a web chat is none")
{
    DeskFixture desk;
    CHECK(lost(desk).empty());
    desk.say("U1", "e1", "こんにちは");
    desk.say("U2", "e2", "こんにちは");
    auto visitor = desk.text("V1", "e3", "こんにちは");
    visitor.from = {bot::ChannelKind::web, desk::web_channel, "V1"};
    REQUIRE(run_on(desk.context, desk.desks.receive(visitor)) == desk::Received::committed);
    CHECK(lost(desk).empty());
}

TEST_CASE("lost channels: a renamed one is told, with what it means and what to do, and without a word of anybody")
{
    DeskFixture desk;
    for (int i = 0; i < 20; ++i) desk.say("U" + std::to_string(i), "e" + std::to_string(i), "ひみつ");
    desk.config.desks.front().line_channels.front().name = "line-new";
    const auto found = lost(desk);
    REQUIRE(found == std::vector<LostChannel>{{mirai, "line-main", false, true}});
    const auto told = desk::what_happened(found.front()) + desk::what_to_do(found.front());
    for (const char* word : {"line-main", "somebody new", "safe word", "config/desks/mirai/desk.yaml", "old name back"})
        CHECK_MESSAGE(told.find(word) != std::string::npos, word);
    CHECK(told.find(desk.conversations().front().person.text) == std::string::npos);
}

TEST_CASE("lost channels: one that was closed beside others in use does not look renamed, and a desk that is gone is told, too")
{
    DeskFixture desk;
    desk.say("U1", "e1", "こんにちは");
    auto other = desk.config.desks.front().line_channels.front();
    other.name = "line-new";
    desk.config.desks.front().line_channels.push_back(other);
    auto inbound = desk.text("U2", "e2", "こんにちは");
    inbound.from.channel = "line-new";
    REQUIRE(run_on(desk.context, desk.desks.receive(inbound)) == desk::Received::committed);
    desk.config.desks.front().line_channels.erase(desk.config.desks.front().line_channels.begin());
    CHECK(lost(desk) == std::vector<LostChannel>{{mirai, "line-main", false, false}});
    CHECK_FALSE(desk::is_essential(lost(desk).front()));
    desk.config.desks.front().id = DeskId{"mirai-shi"};
    const auto gone = lost(desk);
    REQUIRE(gone.size() == 2);
    CHECK(gone.front().is_desk_gone);
    CHECK(desk::is_essential(gone.front()));
    CHECK(desk::what_to_do(gone.front()).find("folder") != std::string::npos);
}
