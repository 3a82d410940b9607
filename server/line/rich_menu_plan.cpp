#include "server/line/rich_menu_plan.h"

#include "bot/base/hex.h"
#include "server/desk/desk_service.h"

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <set>

namespace tsunagi::line {
namespace {

using config::MenuState;
using nlohmann::json;

constexpr const char* own_alias = "tsunagi-";
constexpr std::size_t alias_letters_max = 32;  // facts.md 101
constexpr std::size_t hash_letters = 16;

std::string hash_of(std::string_view bytes, std::size_t letters)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
    return to_hex(digest, letters / 2);
}

json action_json(const config::MenuArea& area)
{
    using Kind = config::MenuAction::Kind;
    json action = json::object();
    action["label"] = area.label;
    switch (area.action.kind) {
    case Kind::says:
        action["type"] = "message";
        action["text"] = area.action.text;
        break;
    case Kind::opens:
        action["type"] = "uri";
        action["uri"] = area.action.text;
        break;
    case Kind::knocks:
        action["type"] = "postback";
        action["data"] = desk::door_button_data;
        action["displayText"] = area.label;
        break;
    }
    return action;
}

json menu_json(const config::RichMenu& menu)
{
    json areas = json::array();
    for (const auto& area : menu.areas) {
        json bounds = {{"x", area.x}, {"y", area.y}, {"width", area.width}, {"height", area.height}};
        areas.push_back({{"bounds", std::move(bounds)}, {"action", action_json(area)}});
    }
    json body = json::object();
    body["size"] = {{"width", menu.picture.width}, {"height", menu.picture.height}};
    body["selected"] = menu.opened;
    body["chatBarText"] = menu.bar;
    body["areas"] = std::move(areas);
    return body;
}

std::string key_of(const config::RichMenu& menu) { return menu.name + "." + menu.language; }

std::string alias_of(const config::RichMenu& menu)
{
    std::string alias = own_alias + menu.name + "-" + menu.language;
    for (char& letter : alias)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    if (alias.size() > alias_letters_max) alias = own_alias + hash_of(key_of(menu), hash_letters);
    return alias;
}

/// The menu of a state in a language, or in the desk's first; null when the state has none.
const config::RichMenu* find_menu(const config::DeskConfig& desk, MenuState state, const bot::Language& language)
{
    const config::RichMenu* in_first_language = nullptr;
    for (const auto& menu : desk.rich_menus) {
        if (std::ranges::find(menu.shown, state) == menu.shown.end()) continue;
        if (menu.language == language) return &menu;
        if (menu.language == desk.languages.front()) in_first_language = &menu;
    }
    return in_first_language;
}

bool is_doorway(const config::DeskConfig& desk) { return desk.content_on_line == config::ContentOnLine::doorway; }

const config::RichMenu* menu_beside_the_bot(const config::DeskConfig& desk, bool open, const bot::Language& language)
{
    if (is_doorway(desk)) return find_menu(desk, MenuState::doorway, language);
    const auto* closed = open ? nullptr : find_menu(desk, MenuState::out_of_hours, language);
    return closed != nullptr ? closed : find_menu(desk, MenuState::bot, language);
}

}  // namespace

std::string own_menus(const DeskId& desk, const std::string& channel) { return "tsunagi/" + desk.text + "/" + channel + "/"; }

std::vector<WantedMenu> wanted_menus(const config::DeskConfig& desk, const std::string& channel)
{
    std::vector<WantedMenu> wanted;
    for (const auto& menu : desk.rich_menus) {
        WantedMenu one{.key = key_of(menu), .label = {}, .name = {}, .alias = alias_of(menu), .body = {}, .picture = &menu.picture};
        json body = menu_json(menu);
        one.label = one.key + "/" + hash_of(body.dump() + menu.picture.bytes, hash_letters);
        one.name = own_menus(desk.id, channel) + one.label;
        body["name"] = one.name;
        one.body = body.dump();
        wanted.push_back(std::move(one));
    }
    return wanted;
}

MenuWork work_to_do(const std::vector<WantedMenu>& wanted, const StandingMenus& standing, const std::string& own)
{
    MenuWork work;
    std::set<std::string> kept;
    std::set<std::string> wanted_aliases;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto& one = wanted[i];
        wanted_aliases.insert(one.alias);
        const auto alias = standing.aliases.find(one.alias);
        std::string id;
        bool finished = false;
        for (const auto& menu : standing.menus) {
            if (menu.name != one.name || finished) continue;
            finished = alias != standing.aliases.end() && alias->second == menu.id;
            if (finished || id.empty()) id = menu.id;
        }
        if (!id.empty()) kept.insert(id);
        if (finished) work.ready.emplace(one.key, id);
        else work.make.push_back({i, id, alias != standing.aliases.end()});
    }
    for (const auto& menu : standing.menus)
        if (menu.name.starts_with(own) && !kept.contains(menu.id)) work.outdated.push_back(menu.id);
    for (const auto& [alias, id] : standing.aliases)
        if (alias.starts_with(own_alias) && !wanted_aliases.contains(alias)) work.outdated_aliases.push_back(alias);
    return work;
}

std::string everyones_menu(const config::DeskConfig& desk, bool open)
{
    const auto* menu = menu_beside_the_bot(desk, open, desk.languages.front());
    return menu == nullptr ? std::string() : key_of(*menu);
}

std::string menu_of(const config::DeskConfig& desk, const bot::Conversation& conversation, bool open)
{
    if (is_doorway(desk)) return {};
    const auto& holder = conversation.holder;
    const config::RichMenu* menu = nullptr;
    if (conversation.risk.disguised) {
        menu = find_menu(desk, MenuState::harmless, conversation.language);
        return menu == nullptr ? std::string() : key_of(*menu);
    }
    if (holder.is_queue()) menu = find_menu(desk, MenuState::waiting, conversation.language);
    if (holder.is_counselor()) menu = find_menu(desk, MenuState::with_counselor, conversation.language);
    if (menu == nullptr) menu = menu_beside_the_bot(desk, open, conversation.language);
    const std::string key = menu == nullptr ? std::string() : key_of(*menu);
    return key == everyones_menu(desk, open) ? std::string() : key;
}

}  // namespace tsunagi::line
