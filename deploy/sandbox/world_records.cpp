// The world as records and back: what the journal keeps over a restart.
#include "deploy/sandbox/ids.h"
#include "deploy/sandbox/world.h"

#include <algorithm>

namespace tsunagi::sandbox {

void World::restore(const json& record)
{
    const std::string kind = record.value("record", "");
    if (kind == "person") {
        const json& row = record.at("person");
        const std::string id = row.at("userId");
        people_.insert_or_assign(id, Person{id, row.value("name", ""), row.value("language", "ja")});
        return;
    }
    const std::string channel_id = record.value("channel", "");
    if (kind == "entry") return restore_entry(record);
    if (kind == "friend") {
        Chat& known = chat(channel_id, record.value("person", ""));
        known.is_friend = record.value("friend", false);
        known.blocked = record.value("blocked", false);
        known.last_wrote_ms = record.value("last_wrote_ms", std::int64_t{0});
        return;
    }
    if (kind == "accepted") {
        AcceptedRequest accepted{record.value("at_ms", std::int64_t{0}), record.value("request_id", ""),
                                 record.value("body", ""), record.at("sent_messages")};
        retry_keys_.remember(channel_id, record.value("key", ""), std::move(accepted));
        return;
    }
    Channel* known = channel(channel_id);
    if (known == nullptr) return;
    if (kind == "rich_menus") restore_rich_menus(known->rich_menus, record.at("state"));
    if (kind == "rich_menu_image") {
        for (RichMenu& menu : known->rich_menus.menus) {
            if (menu.id != record.value("rich_menu", "")) continue;
            menu.image_type = record.value("type", "");
            menu.image = from_base64(record.value("base64", "")).value_or("");
        }
    }
}

void World::restore_entry(const json& record)
{
    Entry entry = entry_from(record.at("entry"));
    const EntryPlace place{record.value("channel", ""), record.value("person", ""), entry.seq};
    last_seq_ = std::max(last_seq_, entry.seq);
    index(place, entry);
    chat(place.channel_id, place.user_id).entries.insert_or_assign(entry.seq, std::move(entry));
}

void World::restore_rich_menus(RichMenus& menus, const json& state)
{
    std::map<std::string, RichMenu> before;  // the pictures come in records of their own
    for (RichMenu& menu : menus.menus) before.emplace(menu.id, std::move(menu));
    menus.menus.clear();
    for (json row : state.at("menus")) {
        const std::string id = row.at("richMenuId");
        RichMenu menu = before[id];
        menu.id = id;
        row.erase("richMenuId");
        row.erase("has_image");
        menu.definition = std::move(row);
        menus.menus.push_back(std::move(menu));
    }
    menus.aliases = state.at("aliases").get<std::map<std::string, std::string>>();
    menus.default_id = state.value("default", "");
    menus.linked = state.at("linked").get<std::map<std::string, std::string>>();
}

std::vector<json> World::records() const
{
    World copy({});
    std::vector<json> records;
    copy.listen([&](const json& record) { records.push_back(record); });
    for (const auto& [id, person] : people_) copy.add_person(person);
    for (const Channel& channel : channels_) {
        copy.rich_menus_changed(channel);
        for (const RichMenu& menu : channel.rich_menus.menus)
            if (!menu.image.empty()) copy.rich_menu_image_changed(channel, menu);
    }
    for (const auto& [key, chat] : chats_) {
        copy.chats_[key] = chat;
        copy.friendship_changed(key.first, key.second);
        for (const auto& [seq, entry] : chat.entries) copy.entry_changed({key.first, key.second, seq});
    }
    for (const auto& [key, accepted] : retry_keys_.all())
        if (now_ms() - accepted.at_ms <= retry_keys_.life_ms) copy.remember_accepted(key.first, key.second, accepted);
    return records;
}

}  // namespace tsunagi::sandbox
