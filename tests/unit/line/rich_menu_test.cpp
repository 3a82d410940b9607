// Rich menus: what stands at LINE follows config, what a person is shown follows her state. A LINE in the test's hand that keeps menus.
#include "server/line/rich_menus.h"
#include "tests/unit/desk/desk_fixture.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <set>

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const std::string hana = "U" + std::string(32, 'a');

/// Keeps menus as LINE does, and refuses what LINE refuses.
struct MenuLine final : line::Caller {
    struct Menu {
        std::string name;
        std::string picture;
        json body;
    };
    std::map<std::string, Menu> menus;
    std::map<std::string, std::string> aliases;
    std::map<std::string, std::string> linked;
    std::string everyones;
    std::vector<line::Call> asked;
    std::function<std::optional<unsigned>(const line::Call&)> trouble;  ///< a status to answer with instead; 0: no answer
    std::function<void()> during_link;
    int made = 0;

    net::awaitable<Result<http::Response, http::ClientFailure>> call(line::Call call) override
    {
        asked.push_back(call);
        const auto status = trouble ? trouble(call) : std::nullopt;
        if (status && *status == 0) co_return http::ClientFailure::ambiguous;
        if (status) co_return http::Response{*status, {}, "{}"};
        http::Response answer = answered(call);
        co_return answer;
    }

    std::size_t count(http::Method method, const std::string& beginning) const
    {
        return static_cast<std::size_t>(std::count_if(asked.begin(), asked.end(), [&](const auto& one) {
            return one.method == method && one.path.starts_with(beginning);
        }));
    }
    std::string shown_to(const std::string& user) const
    {
        const auto own = linked.find(user);
        const std::string& id = own == linked.end() ? everyones : own->second;
        return menus.contains(id) ? menus.at(id).name : std::string();
    }
    std::string id_of(const std::string& part) const
    {
        for (const auto& [id, menu] : menus)
            if (menu.name.find(part) != std::string::npos) return id;
        return {};
    }

private:
    http::Response answered(const line::Call& call)
    {
        using http::Method;
        const std::string root = "/v2/bot/richmenu";
        const auto rest = [&](const std::string& beginning) { return call.path.substr(beginning.size()); };
        if (call.path == root && call.method == Method::post) return create(json::parse(call.body));
        if (call.path == root + "/list") return {200, {}, list().dump()};
        if (call.path == root + "/alias/list") return {200, {}, alias_list().dump()};
        if (call.path.starts_with(root + "/alias")) return alias(call);
        if (call.path.ends_with("/content")) return upload(call, rest(root + "/").substr(0, rest(root + "/").find('/')));
        if (call.path.starts_with(root + "/") && call.method == Method::delete_) return remove(rest(root + "/"));
        const std::string all = "/v2/bot/user/all/richmenu";
        if (call.path == all) return everyones.empty() ? http::Response{404, {}, {}} : http::Response{200, {}, json{{"richMenuId", everyones}}.dump()};
        if (call.path.starts_with(all + "/")) return show(everyones, rest(all + "/"));
        return link(call);
    }
    http::Response create(json body)
    {
        const std::string id = "richmenu-" + std::to_string(++made);
        menus[id] = {body["name"], {}, body};
        return {200, {}, json{{"richMenuId", id}}.dump()};
    }
    json list() const
    {
        json all = json::array();
        for (const auto& [id, menu] : menus) {
            json row = menu.body;
            row["richMenuId"] = id;
            all.push_back(std::move(row));
        }
        return {{"richmenus", std::move(all)}};
    }
    json alias_list() const
    {
        json all = json::array();
        for (const auto& [alias_id, id] : aliases) all.push_back({{"richMenuAliasId", alias_id}, {"richMenuId", id}});
        return {{"aliases", std::move(all)}};
    }
    http::Response alias(const line::Call& call)
    {
        const std::string beginning = "/v2/bot/richmenu/alias/";
        if (call.method == http::Method::delete_) return {aliases.erase(call.path.substr(beginning.size())) == 1 ? 200U : 404U, {}, "{}"};
        const auto body = json::parse(call.body);
        const std::string id = body["richMenuId"];
        if (!menus.contains(id) || menus[id].picture.empty()) return {400, {}, "{}"};
        const bool updates = call.path.starts_with(beginning);
        const std::string name = updates ? call.path.substr(beginning.size()) : body["richMenuAliasId"].get<std::string>();
        if (aliases.contains(name) != updates) return {400, {}, "{}"};
        aliases[name] = id;
        return {200, {}, "{}"};
    }
    http::Response upload(const line::Call& call, const std::string& id)
    {
        if (call.host != line::Host::data || call.media_type != "image/png") return {415, {}, "{}"};
        if (!menus.contains(id)) return {404, {}, "{}"};
        if (!menus[id].picture.empty()) return {400, {}, "{}"};
        menus[id].picture = call.body;
        return {200, {}, "{}"};
    }
    http::Response remove(const std::string& id)
    {
        if (menus.erase(id) == 0) return {404, {}, "{}"};
        std::erase_if(linked, [&](const auto& one) { return one.second == id; });
        if (everyones == id) everyones.clear();
        return {200, {}, "{}"};
    }
    http::Response show(std::string& place, const std::string& id)
    {
        if (!menus.contains(id)) return {404, {}, "{}"};
        if (menus[id].picture.empty()) return {400, {}, "{}"};
        place = id;
        return {200, {}, "{}"};
    }
    http::Response link(const line::Call& call)
    {
        if (during_link) std::exchange(during_link, {})();
        const std::string user = call.path.substr(std::string("/v2/bot/user/").size(), hana.size());
        if (call.method == http::Method::delete_) {
            linked.erase(user);
            return {200, {}, "{}"};
        }
        return show(linked[user], call.path.substr(call.path.rfind('/') + 1));
    }
};

config::RichMenu menu(const std::string& name, const std::string& language, config::MenuState state)
{
    config::RichMenu one;
    one.name = name;
    one.language = language;
    one.shown = {state};
    one.bar = "メニュー";
    one.picture = {"image/png", "bytes of " + name + language, 1200, 600};
    one.areas.push_back({0, 0, 600, 600, "人と話す", {config::MenuAction::Kind::says, "人と話したい"}});
    one.areas.push_back({600, 0, 600, 600, "天気", {config::MenuAction::Kind::opens, "https://example.jp/"}});
    return one;
}

struct MenuFixture : DeskFixture {
    MenuLine platform;
    line::RichMenus menus{platform, desks};
    std::vector<ConversationId> due;

    MenuFixture()
    {
        using config::MenuState;
        auto& desk = config.desks.front();
        desk.languages = {"ja", "en"};
        desk.rich_menus = {menu("bot", "ja", MenuState::bot), menu("bot", "en", MenuState::bot), menu("waiting", "ja", MenuState::waiting),
                           menu("with", "ja", MenuState::with_counselor)};
        desks.on_changed([this](const bot::Conversation& conversation) {
            if (menus.wants_change(conversation)) due.push_back(conversation.id);
        });
    }
    /// What the server does in the background.
    void settle()
    {
        for (const auto& id : std::exchange(due, {})) run_on(context, menus.change(mirai, id));
    }
    void say(const std::string& user, const std::string& event, const std::string& words)
    {
        DeskFixture::say(user, event, words);
        settle();
    }
    bool carry_out(const ConversationId& id, const CounselorId& by, desk::Action action, const std::string& key)
    {
        const bool done = command(id, by, std::move(action), key).ok();
        settle();
        return done;
    }
    bool install() { return run_on(context, menus.install(mirai, "line-main")); }
    bool shows(const std::string& menu_name) { return platform.shown_to(hana).find("/" + menu_name + "/") != std::string::npos; }
    void follow(const std::string& event, bool follows = true)
    {
        auto inbound = text(hana, event, "");
        inbound.message_id.clear();
        if (follows) inbound.content = bot::Followed{true};
        else inbound.content = bot::Unfollowed{};
        run_on(context, desks.receive(std::move(inbound)));
        settle();
    }
};

}  // namespace

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
    REQUIRE(desk.carry_out(id, counselor, desk::ReturnToBot{}, "k2"));
    CHECK(desk.shows("bot.ja"));
    CHECK(desk.platform.linked.empty());  // unlinked: the menu for all follows the hours by itself
    CHECK(desk.only_conversation().rich_menu.empty());
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
