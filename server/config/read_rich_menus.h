#pragma once
#include "bot/flow/flow.h"
#include "server/config/problems.h"
#include "server/config/rich_menu.h"
#include "server/config/yaml.h"

#include <filesystem>
#include <vector>

namespace tsunagi::config {

/// What the menus of a desk are held against.
struct MenuSurroundings {
    std::filesystem::path folder;    ///< rich-menus of the desk: where the pictures lie
    const bot::Playbook& playbook;   ///< whose words the places say
    bool doorway = false;            ///< LINE is only a doorway here
};

/// The menus in `files`, which fit the schema `rich_menu`, one for each language of their `bar`; and everything that LINE would
/// refuse, or that would not work when it is typed. A menu with a mistake is left out.
std::vector<RichMenu> read_rich_menus(const std::vector<Value>& files, const MenuSurroundings& desk, Problems& problems);

}  // namespace tsunagi::config
