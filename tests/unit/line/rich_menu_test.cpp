// Rich menus: what stands at LINE follows config.
#include "tests/unit/line/rich_menu_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;

TEST_CASE("rich menus: at the first start all are made, given their picture and alias, and one is for all")
{
    MenuFixture desk;
    REQUIRE(desk.install());
    CHECK(desk.platform.menus.size() == 4);
    CHECK(desk.platform.aliases.contains("tsunagi-bot-ja"));
    CHECK(desk.platform.aliases.size() == 4);
    for (const auto& [id, one] : desk.platform.menus) CHECK_FALSE(one.picture.empty());
    CHECK(desk.shows("bot.ja"));
    const auto& body = desk.platform.menus.at(desk.platform.id_of("/bot.ja/")).body;
    CHECK(body["size"]["width"] == 1200);
    CHECK(body["areas"][0]["action"] == json{{"type", "message"}, {"label", "人と話す"}, {"text", "人と話したい"}});
    CHECK(body["areas"][1]["action"]["type"] == "uri");
    CHECK(body["name"].get<std::string>().starts_with("tsunagi/mirai/line-main/bot.ja/"));
}

TEST_CASE("rich menus: a start at which nothing has changed asks three questions and changes nothing")
{
    MenuFixture desk;
    REQUIRE(desk.install());
    desk.platform.asked.clear();
    line::RichMenus restarted(desk.platform, desk.desks);
    CHECK(run_on(desk.context, restarted.install(mirai, "line-main")));
    CHECK(desk.platform.asked.size() == 3);
    CHECK(desk.platform.count(http::Method::get, "") == 3);
}

TEST_CASE("rich menus: what has changed is made anew, its own forerunner deleted, another's menu never")
{
    MenuFixture desk;
    desk.platform.menus["richmenu-theirs"] = {"spring campaign", "x", json{{"name", "spring campaign"}}};
    desk.platform.menus["richmenu-sister"] = {"tsunagi/mirai/line-second/bot.ja/0", "x", json{{"name", "tsunagi/mirai/line-second/bot.ja/0"}}};
    desk.platform.aliases["spring"] = "richmenu-theirs";
    REQUIRE(desk.install());
    const auto before = desk.platform.id_of("line-main/bot.ja/");
    desk.config.desks.front().rich_menus.front().bar = "ほかのことば";
    desk.config.desks.front().rich_menus.pop_back();
    desk.platform.asked.clear();
    REQUIRE(desk.install());
    CHECK_FALSE(desk.platform.menus.contains(before));
    CHECK(desk.platform.menus.at(desk.platform.everyones).body["chatBarText"] == "ほかのことば");
    CHECK(desk.platform.aliases.at("tsunagi-bot-ja") == desk.platform.everyones);
    CHECK_FALSE(desk.platform.aliases.contains("tsunagi-with-ja"));
    CHECK(desk.platform.menus.contains("richmenu-theirs"));
    CHECK(desk.platform.menus.contains("richmenu-sister"));
    CHECK(desk.platform.aliases.contains("spring"));
    CHECK(desk.platform.menus.size() == 3 + 2);
    CHECK(desk.platform.count(http::Method::post, "/v2/bot/richmenu") == 3);  // one menu: made, picture, alias
}

TEST_CASE("rich menus: a desk that takes its menus out leaves nothing of its own behind")
{
    MenuFixture desk;
    REQUIRE(desk.install());
    desk.config.desks.front().rich_menus.clear();
    REQUIRE(desk.install());
    CHECK(desk.platform.menus.empty());
    CHECK(desk.platform.aliases.empty());
}

TEST_CASE("rich menus: cut short anywhere, the next look finishes it, and nothing is made twice")
{
    for (std::size_t cut = 1; cut <= 16; ++cut) {
        for (const unsigned status : {0U, 500U, 429U}) {
            CAPTURE(cut);
            CAPTURE(status);
            MenuFixture desk;
            std::size_t calls = 0;
            desk.platform.trouble = [&](const line::Call&) { return ++calls == cut ? std::optional(status) : std::nullopt; };
            CHECK_FALSE(desk.install());
            CHECK_FALSE(desk.menus.remark(mirai, "line-main").empty());
            line::RichMenus restarted(desk.platform, desk.desks);
            CHECK(run_on(desk.context, restarted.install(mirai, "line-main")));
            CHECK(restarted.remark(mirai, "line-main").empty());
            CHECK(desk.platform.made == 4);
            CHECK(desk.platform.menus.size() == 4);
            CHECK(desk.shows("bot.ja"));
        }
    }
}

TEST_CASE("rich menus: a menu whose making was answered to nobody is not left behind")
{
    MenuFixture desk;
    REQUIRE(desk.install());
    const auto body = desk.platform.menus.at(desk.platform.id_of("/bot.ja/")).body;
    desk.platform.menus["richmenu-lost"] = {body["name"], {}, body};
    REQUIRE(desk.install());
    CHECK_FALSE(desk.platform.menus.contains("richmenu-lost"));
    CHECK(desk.platform.menus.size() == 4);
}

TEST_CASE("rich menus: while the desk is closed the menu for all is another, and no person is touched for it")
{
    MenuFixture desk;
    auto& config = desk.config.desks.front();
    config.rich_menus.push_back(menu("closed", "ja", config::MenuState::out_of_hours));
    for (auto& day : config.line_channels.front().hours.weekly) day = {{600, 720}};  // ten to noon
    REQUIRE(desk.install());
    CHECK(desk.shows("bot.ja"));
    desk.say(hana, "e1", "こんにちは");
    desk.clock.advance(2h);
    REQUIRE(desk.install());
    CHECK(desk.shows("closed.ja"));
    CHECK(desk.platform.linked.empty());
}
