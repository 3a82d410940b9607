#include "deploy/sandbox/model.h"

namespace tsunagi::sandbox {

json to_json(const Person& person)
{
    json out = json::object();
    out["userId"] = person.user_id;
    out["name"] = person.name;
    out["language"] = person.language;
    return out;
}

json to_json(const Entry& entry)
{
    json out = json::object();
    out["seq"] = entry.seq;
    out["kind"] = entry.kind;
    out["from"] = entry.from_person ? "person" : "bot";
    out["at_ms"] = entry.at_ms;
    if (!entry.id.empty()) out["id"] = entry.id;
    if (!entry.content.is_null()) out["content"] = entry.content;
    if (!entry.via.empty()) out["via"] = entry.via;
    if (!entry.request_id.empty()) out["request_id"] = entry.request_id;
    if (!entry.quote_token.empty()) out["quote_token"] = entry.quote_token;
    if (entry.silent) out["silent"] = true;
    if (entry.unsent) out["unsent"] = true;
    if (entry.read) out["read"] = true;
    return out;
}

Entry entry_from(const json& record)
{
    Entry entry;
    entry.seq = record.value("seq", std::int64_t{0});
    entry.kind = record.value("kind", "message");
    entry.from_person = record.value("from", "bot") == "person";
    entry.id = record.value("id", "");
    entry.at_ms = record.value("at_ms", std::int64_t{0});
    if (const auto content = record.find("content"); content != record.end()) entry.content = *content;
    entry.via = record.value("via", "");
    entry.request_id = record.value("request_id", "");
    entry.quote_token = record.value("quote_token", "");
    entry.silent = record.value("silent", false);
    entry.unsent = record.value("unsent", false);
    entry.read = record.value("read", false);
    return entry;
}

json to_json(const RichMenus& menus)
{
    json list = json::array();
    for (const RichMenu& menu : menus.menus) {
        json row = menu.definition;
        row["richMenuId"] = menu.id;
        row["has_image"] = !menu.image.empty();
        list.push_back(std::move(row));
    }
    json out = json::object();
    out["menus"] = std::move(list);
    out["aliases"] = menus.aliases;
    out["default"] = menus.default_id;
    out["linked"] = menus.linked;
    return out;
}

}  // namespace tsunagi::sandbox
