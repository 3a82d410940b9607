#pragma once
#include "server/config/config.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::line {

// Which rich menus should stand at LINE, and what to do so that they do. Values in, values out (facts.md, section 12).
//
// A menu at LINE cannot be changed: what has changed is another menu, so its name carries a hash of all it is made of. Its alias is given
// only once its picture is there: it tells a finished menu from one whose making was cut short.

/// A menu as it should stand at LINE.
struct WantedMenu {
    std::string key;     ///< menu and language: `bot.ja`
    std::string label;   ///< key and hash, `bot.ja/0123456789abcdef`: what a conversation remembers as shown
    std::string name;    ///< at LINE: `tsunagi/DESK/CHANNEL/` and the label
    std::string alias;   ///< the same whatever the menu is made of
    std::string body;    ///< of POST /v2/bot/richmenu
    const config::Picture* picture = nullptr;  ///< lives as long as the config it was made from
};
std::vector<WantedMenu> wanted_menus(const config::DeskConfig& desk, const std::string& channel);

/// What our menus' names at LINE begin with; others are never touched.
std::string own_menus(const DeskId& desk, const std::string& channel);

/// What stands at LINE.
struct StandingMenus {
    struct Menu {
        std::string id;
        std::string name;
    };
    std::vector<Menu> menus;
    std::map<std::string, std::string> aliases;  ///< alias -> menu id
    std::string everyones;                       ///< id of the menu for all who have none of their own; empty: none
};

/// What has to be done.
struct MenuWork {
    struct Make {
        std::size_t wanted = 0;    ///< index
        std::string id;            ///< it is there, perhaps without picture; empty: it is not there at all
        bool alias_exists = false; ///< it points elsewhere
    };
    std::vector<Make> make;
    std::map<std::string, std::string> ready;  ///< key -> id of those that need nothing
    std::vector<std::string> outdated;         ///< ids of our own menus that are no longer wanted
    std::vector<std::string> outdated_aliases;
};
MenuWork work_to_do(const std::vector<WantedMenu>& wanted, const StandingMenus& standing, const std::string& own);

/// The key of the menu for all who have none of their own. Empty: the desk has no menus.
std::string everyones_menu(const config::DeskConfig& desk, bool open);

/// The key of the menu that `conversation` should show; empty: the one for all (then it may change by the hour without a call for each
/// person). A language without its menu sees the desk's first, a state without its menu the bot's.
std::string menu_of(const config::DeskConfig& desk, const bot::Conversation& conversation, bool open);

}  // namespace tsunagi::line
