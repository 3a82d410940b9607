#pragma once
#include "bot/conversation/conversation.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tsunagi::config {

// The menus under a chat on LINE (config/desks/ID/rich-menus), as they are after reading: one for each language.

/// When a menu is shown.
enum class MenuState : std::uint8_t {
    bot,             ///< nobody talks with her but the bot, and the desk is open
    out_of_hours,    ///< the same while the desk is closed; without such a menu: as `bot`
    waiting,         ///< she waits for a counselor
    with_counselor,
    harmless,        ///< from her safe word until staff end that, whoever holds her; without such a menu: the one for all
    doorway,         ///< always, at a desk whose LINE is only a doorway; such a desk shows no other
};

/// What a place does when it is tapped.
struct MenuAction {
    enum class Kind : std::uint8_t {
        says,    ///< sends `text` as her own words: whoever types them gets the same
        opens,   ///< the page `text`
        knocks,  ///< asks for the way into the web chat, as any message does at a desk whose LINE is a doorway
    };
    Kind kind = Kind::says;
    std::string text;
};

struct MenuArea {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    std::string label;  ///< read aloud by the phone
    MenuAction action;
};

/// A picture as it goes to LINE; size and type are those of its own header.
struct Picture {
    std::string mime;  ///< image/png or image/jpeg
    std::string bytes;
    int width = 0;
    int height = 0;
};

struct RichMenu {
    std::string name;  ///< the file's `menu`, unique in its desk
    bot::Language language;
    std::vector<MenuState> shown;
    bool opened = true;  ///< shown unfolded when she opens the chat
    std::string bar;     ///< the words on the bar below the chat
    Picture picture;
    std::vector<MenuArea> areas;
};

}  // namespace tsunagi::config
