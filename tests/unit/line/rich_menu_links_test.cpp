// Rich menus: what a person is shown follows her state.
#include "tests/unit/line/rich_menu_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;

TEST_CASE("rich menus: she waits, a counselor takes over, the bot is back: her menu goes with her")
{
    MenuFixture desk;
    const auto counselor = desk.hire("yamada");
    REQUIRE(desk.install());
    desk.say(hana, "e1", "こんにちは");
    CHECK(desk.shows("bot.ja"));
    CHECK(desk.platform.linked.empty());
    desk.say(hana, "e2", "人と話したい");
    CHECK(desk.shows("waiting.ja"));
    const auto id = desk.only_conversation().id;
    REQUIRE(desk.carry_out(id, counselor, desk::Claim{}, "k1"));
    CHECK(desk.shows("with.ja"));
    REQUIRE(desk.carry_out(id, counselor, desk::ReturnToBot{handoff::all_seen}, "k2"));
    CHECK(desk.shows("bot.ja"));
    CHECK(desk.platform.linked.empty());  // unlinked: the menu for all follows the hours by itself
    CHECK(desk.only_conversation().rich_menu.empty());
}

TEST_CASE("rich menus: after her safe word nothing under the chat says that she is connected, and staff give it back")
{
    for (const bool desk_has_one : {true, false}) {
        CAPTURE(desk_has_one);
        MenuFixture desk;
        const auto counselor = desk.hire("yamada");
        if (desk_has_one) desk.config.desks.front().rich_menus.push_back(menu("calm", "ja", config::MenuState::harmless));
        REQUIRE(desk.install());
        desk.say(hana, "e1", "こんにちは");
        desk.say(hana, "e2", "人と話したい");
        const auto id = desk.only_conversation().id;
        REQUIRE(desk.carry_out(id, counselor, desk::Claim{}, "k1"));
        bot::SafeContact contact;
        contact.safe_word = "青い傘";
        REQUIRE(desk.carry_out(id, counselor, desk::SetSafeContact{contact}, "k2"));
        CHECK(desk.shows("with.ja"));
        desk.say(hana, "e3", "青い傘");
        CHECK(desk.shows(desk_has_one ? "calm.ja" : "bot.ja"));  // without one: what everybody sees
        REQUIRE(desk.carry_out(id, counselor, desk::ReturnToBot{handoff::all_seen}, "k3"));
        desk.say(hana, "e4", "だれと話してるんだ");
        CHECK(desk.shows(desk_has_one ? "calm.ja" : "bot.ja"));
        REQUIRE(desk.carry_out(id, counselor, desk::EndDisguise{"電話で確かめた", handoff::all_seen}, "k4"));
        CHECK(desk.shows("waiting.ja"));
    }
}

TEST_CASE("rich menus: a turn that changes nothing asks nothing of LINE and writes nothing more")
{
    MenuFixture desk;
    REQUIRE(desk.install());
    desk.say(hana, "e1", "こんにちは");
    desk.say(hana, "e2", "人と話したい");
    desk.platform.asked.clear();
    const auto commits = desk.store.commits();
    desk.say(hana, "e3", "まだですか");
    CHECK(desk.platform.asked.empty());
    CHECK(desk.store.commits() == commits + 1);
}

TEST_CASE("rich menus: her language's menu is hers alone; a state without one falls back to the desk's first language")
{
    MenuFixture desk;
    REQUIRE(desk.install());
    desk.say(hana, "e1", "hello");
    const auto id = desk.only_conversation().id;
    run_on(desk.context, desk.desks.amend(mirai, id, [](bot::Conversation& known) { known.language = "en"; return true; }));
    desk.say(hana, "e2", "rent");
    CHECK(desk.shows("bot.en"));
    desk.say(hana, "e3", "人と話したい");
    CHECK(desk.shows("waiting.ja"));
}

TEST_CASE("rich menus: a link that failed is mended at her next turn")
{
    MenuFixture desk;
    REQUIRE(desk.install());
    desk.say(hana, "e1", "こんにちは");
    desk.platform.trouble = [](const line::Call& call) { return call.path.starts_with("/v2/bot/user/U") ? std::optional(503U) : std::nullopt; };
    desk.say(hana, "e2", "人と話したい");
    CHECK(desk.shows("bot.ja"));
    CHECK(desk.only_conversation().rich_menu.empty());
    desk.platform.trouble = {};
    desk.say(hana, "e3", "まだですか");
    CHECK(desk.shows("waiting.ja"));
}

TEST_CASE("rich menus: what changes while LINE is asked is heeded: the last state wins")
{
    MenuFixture desk;
    const auto counselor = desk.hire("yamada");
    REQUIRE(desk.install());
    desk.say(hana, "e1", "こんにちは");
    const auto id = desk.only_conversation().id;
    net::io_context other;
    desk.platform.during_link = [&] {
        CHECK(run_on(other, desk.desks.command({mirai, id, counselor, "k1", desk::Claim{}})).ok());
    };
    desk.say(hana, "e2", "人と話したい");
    CHECK(desk.shows("with.ja"));
    CHECK(desk.only_conversation().rich_menu.starts_with("with.ja/"));
}

TEST_CASE("rich menus: who has blocked us is left alone; who comes back is linked anew")
{
    MenuFixture desk;
    const auto counselor = desk.hire("yamada");
    REQUIRE(desk.install());
    desk.say(hana, "e1", "こんにちは");
    desk.say(hana, "e2", "人と話したい");
    desk.follow("e3", false);
    desk.platform.asked.clear();
    REQUIRE(desk.carry_out(desk.only_conversation().id, counselor, desk::Claim{}, "k1"));
    CHECK(desk.platform.asked.empty());
    desk.platform.linked.clear();  // as LINE may: it is not documented
    desk.follow("e4");
    CHECK(desk.shows("with.ja"));

    desk.platform.linked.clear();
    desk.follow("e5", false);
    desk.follow("e6");
    CHECK(desk.shows("with.ja"));  // the same menu as before, and linked all the same
}

TEST_CASE("rich menus: web chat, odd ids and a doorway's people have none of their own")
{
    MenuFixture desk;
    REQUIRE(desk.install());
    bot::Conversation conversation;
    conversation.desk = mirai;
    conversation.id = ConversationId{"c"};
    conversation.address = {bot::ChannelKind::line, "line-main", hana};
    conversation.language = "ja";
    conversation.holder.kind = bot::HolderKind::queue;
    auto web = conversation;
    web.address.kind = bot::ChannelKind::web;
    CHECK_FALSE(desk.menus.wants_change(web));
    auto odd = conversation;
    odd.address.user = "../all";
    CHECK_FALSE(desk.menus.wants_change(odd));
    auto& config = desk.config.desks.front();
    config.content_on_line = config::ContentOnLine::doorway;
    config.rich_menus = {menu("doorway", "ja", config::MenuState::doorway)};
    CHECK(line::everyones_menu(config, true) == "doorway.ja");
    CHECK(line::everyones_menu(config, false) == "doorway.ja");
    CHECK(line::menu_of(config, conversation, true).empty());
    CHECK_FALSE(desk.menus.wants_change(conversation));
}

TEST_CASE("rich menus: nobody is linked before the menus are known to be there")
{
    MenuFixture desk;
    desk.say(hana, "e1", "こんにちは");
    desk.say(hana, "e2", "人と話したい");
    CHECK(desk.platform.asked.empty());
    REQUIRE(desk.install());
    desk.say(hana, "e3", "まだですか");
    CHECK(desk.shows("waiting.ja"));
}
