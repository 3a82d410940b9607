#pragma once
#include "server/line/rich_menus.h"
#include "tests/unit/desk/desk_fixture.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <set>

// A LINE in the test's hand that keeps menus, and a desk that has some.

namespace tsunagi::testing {

using namespace std::chrono_literals;
using nlohmann::json;

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

inline config::RichMenu menu(const std::string& name, const std::string& language, config::MenuState state)
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

}  // namespace tsunagi::testing
