// Rich menus: create, picture, default, alias, link (facts.md 98-102).
#include "deploy/sandbox/ids.h"
#include "deploy/sandbox/json_read.h"
#include "deploy/sandbox/message_rules.h"
#include "deploy/sandbox/platform.h"

#include <algorithm>

namespace tsunagi::sandbox {
namespace {

constexpr std::size_t menus_max = 1'000;
constexpr std::size_t image_bytes_max = 1u << 20;
constexpr std::size_t bulk_max = 500;

RichMenu* find_menu(Channel& channel, const std::string& id)
{
    auto& menus = channel.rich_menus.menus;
    const auto found = std::find_if(menus.begin(), menus.end(), [&](const RichMenu& menu) { return menu.id == id; });
    return found == menus.end() ? nullptr : &*found;
}

json shown(const RichMenu& menu)
{
    json row = menu.definition;
    row["richMenuId"] = menu.id;
    return row;
}

Answer with_details(unsigned status, const std::string& message)
{
    Answer answer = refuse(status, message);
    answer.body["details"] = json::array();  // these endpoints send it empty
    return answer;
}

std::optional<Answer> check_menu(World& world, const Call& call)
{
    Checker checker;
    checker.accept_loopback_http = world.accept_loopback_http;
    check_rich_menu(checker, call.body);
    if (!checker.wrong_type.empty()) return refuse_property(checker.wrong_type);
    if (!checker.problems.empty()) return refuse_body(checker.problems);
    return std::nullopt;
}

Answer create(World& world, Call& call)
{
    if (auto refused = check_menu(world, call)) return *refused;
    auto& menus = call.channel.rich_menus.menus;
    if (menus.size() >= menus_max) return refuse(400, "The number of rich menus exceeds the maximum");
    RichMenu menu;
    menu.id = "richmenu-" + random_hex(16);
    menu.definition = call.body;
    if (!menu.definition.contains("selected")) menu.definition["selected"] = false;
    if (!menu.definition.contains("areas")) menu.definition["areas"] = json::array();
    Answer answer;
    answer.body["richMenuId"] = menu.id;
    menus.insert(menus.begin(), std::move(menu));
    world.rich_menus_changed(call.channel);
    return answer;
}

Answer validate_menu(World& world, Call& call) { return check_menu(world, call).value_or(Answer{}); }

Answer get(World&, Call& call)
{
    const RichMenu* menu = find_menu(call.channel, call.capture("richMenuId"));
    if (menu == nullptr) return with_details(404, "richmenu not found");
    Answer answer;
    answer.body = shown(*menu);
    return answer;
}

Answer list(World&, Call& call)
{
    json rows = json::array();
    for (const RichMenu& menu : call.channel.rich_menus.menus) rows.push_back(shown(menu));
    Answer answer;
    answer.body["richmenus"] = std::move(rows);
    return answer;
}

Answer remove(World& world, Call& call)
{
    const std::string id = call.capture("richMenuId");
    RichMenus& all = call.channel.rich_menus;
    if (find_menu(call.channel, id) == nullptr) return refuse(404, "Not found");
    std::erase_if(all.menus, [&](const RichMenu& menu) { return menu.id == id; });
    std::erase_if(all.linked, [&](const auto& row) { return row.second == id; });
    if (all.default_id == id) all.default_id.clear();
    world.rich_menus_changed(call.channel);
    return Answer{};
}

Answer upload(World& world, Call& call)
{
    RichMenu* menu = find_menu(call.channel, call.capture("richMenuId"));
    if (menu == nullptr) return refuse(404, "Not found");
    const std::string type(call.request.field("content-type"));
    if (type != "image/png" && type != "image/jpeg") return refuse(415, "The content type, " + type + ", is not supported");
    if (!menu->image.empty()) return with_details(400, "An image has already been uploaded to the richmenu");
    if (call.request.body.empty()) return refuse(400, "May not be empty");
    if (call.request.body.size() > image_bytes_max) return refuse(413, "Payload Too Large");
    menu->image_type = type;
    menu->image = call.request.body;
    world.rich_menu_image_changed(call.channel, *menu);
    world.rich_menus_changed(call.channel);
    return Answer{};
}

Answer download(World&, Call& call)
{
    const RichMenu* menu = find_menu(call.channel, call.capture("richMenuId"));
    if (menu == nullptr || menu->image.empty()) return refuse(404, "Not found");
    Answer answer;
    answer.media_type = menu->image_type;
    answer.bytes = menu->image;
    return answer;
}

/// The refusal when the menu does not exist or has no picture yet.
std::optional<Answer> cannot_show(Channel& channel, const std::string& menu_id)
{
    const RichMenu* menu = find_menu(channel, menu_id);
    if (menu == nullptr) return refuse(404, "Not found");
    if (menu->image.empty()) return with_details(400, "must upload richmenu image before applying it to user");
    return std::nullopt;
}

Answer set_default(World& world, Call& call)
{
    const std::string id = call.capture("richMenuId");
    if (auto refused = cannot_show(call.channel, id)) return *refused;
    call.channel.rich_menus.default_id = id;
    world.rich_menus_changed(call.channel);
    return Answer{};
}

Answer get_default(World&, Call& call)
{
    if (call.channel.rich_menus.default_id.empty()) return with_details(404, "no default richmenu");
    Answer answer;
    answer.body["richMenuId"] = call.channel.rich_menus.default_id;
    return answer;
}

Answer clear_default(World& world, Call& call)
{
    call.channel.rich_menus.default_id.clear();
    world.rich_menus_changed(call.channel);
    return Answer{};
}

bool is_alias(const std::string& text)
{
    return !text.empty() && text.size() <= 32 &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string::npos;
}

json alias_row(const std::string& alias, const std::string& menu_id)
{
    json row = json::object();
    row["richMenuAliasId"] = alias;
    row["richMenuId"] = menu_id;
    return row;
}

Answer create_alias(World& world, Call& call)
{
    const std::string alias = text_of(call.body, "richMenuAliasId"), menu_id = text_of(call.body, "richMenuId");
    if (!is_alias(alias)) return refuse_property("richMenuAliasId");
    const RichMenu* menu = find_menu(call.channel, menu_id);
    if (menu == nullptr || menu->image.empty()) return with_details(400, "richmenu not found");
    if (!call.channel.rich_menus.aliases.emplace(alias, menu_id).second)
        return with_details(400, "conflict richmenu alias id");
    world.rich_menus_changed(call.channel);
    return Answer{};
}

Answer update_alias(World& world, Call& call)
{
    const std::string menu_id = text_of(call.body, "richMenuId");
    const auto found = call.channel.rich_menus.aliases.find(call.capture("richMenuAliasId"));
    if (found == call.channel.rich_menus.aliases.end()) return with_details(404, "richmenu alias not found");
    const RichMenu* menu = find_menu(call.channel, menu_id);
    if (menu == nullptr || menu->image.empty()) return with_details(400, "richmenu not found");
    found->second = menu_id;
    world.rich_menus_changed(call.channel);
    return Answer{};
}

Answer delete_alias(World& world, Call& call)
{
    if (call.channel.rich_menus.aliases.erase(call.capture("richMenuAliasId")) == 0)
        return with_details(404, "richmenu alias not found");
    world.rich_menus_changed(call.channel);
    return Answer{};
}

Answer get_alias(World&, Call& call)
{
    const auto found = call.channel.rich_menus.aliases.find(call.capture("richMenuAliasId"));
    if (found == call.channel.rich_menus.aliases.end()) return with_details(404, "richmenu alias not found");
    Answer answer;
    answer.body = alias_row(found->first, found->second);
    return answer;
}

Answer list_aliases(World&, Call& call)
{
    json rows = json::array();
    for (const auto& [alias, menu_id] : call.channel.rich_menus.aliases) rows.push_back(alias_row(alias, menu_id));
    Answer answer;
    answer.body["aliases"] = std::move(rows);
    return answer;
}

/// Links when the person is there and has not blocked; else nothing happens and LINE says so to nobody (facts.md 99).
void link_if_reachable(World& world, Call& call, const std::string& user_id, const std::string& menu_id)
{
    if (world.person(user_id) == nullptr || !world.reaches(call.channel.id, user_id)) {
        call.notes.emplace_back("accepted, linked to nobody");
        return;
    }
    call.channel.rich_menus.linked[user_id] = menu_id;
}

Answer link(World& world, Call& call)
{
    const std::string user_id = call.capture("userId"), menu_id = call.capture("richMenuId");
    if (!is_user_id(user_id)) return refuse(400, "The value for the 'userId' parameter is invalid");
    if (auto refused = cannot_show(call.channel, menu_id)) return *refused;
    link_if_reachable(world, call, user_id, menu_id);
    world.rich_menus_changed(call.channel);
    return Answer{};
}

Answer linked(World&, Call& call)
{
    const std::string user_id = call.capture("userId");
    if (!is_user_id(user_id)) return refuse(400, "The value for the 'userId' parameter is invalid");
    const auto found = call.channel.rich_menus.linked.find(user_id);
    if (found == call.channel.rich_menus.linked.end()) return with_details(404, "the user has no richmenu");
    Answer answer;
    answer.body["richMenuId"] = found->second;
    return answer;
}

Answer unlink(World& world, Call& call)
{
    const std::string user_id = call.capture("userId");
    if (!is_user_id(user_id)) return refuse(400, "The value for the 'userId' parameter is invalid");
    call.channel.rich_menus.linked.erase(user_id);
    world.rich_menus_changed(call.channel);
    return Answer{};
}

/// The ids of a bulk request, or the refusal.
std::optional<Answer> read_user_ids(const Call& call, std::vector<std::string>& user_ids)
{
    Checker checker;
    const json* list = checker.array(call.body, "", "userIds", 1, bulk_max);
    if (!checker.wrong_type.empty()) return refuse_property(checker.wrong_type);
    if (!checker.problems.empty()) return refuse_body(checker.problems);
    for (std::size_t i = 0; i < list->size(); ++i) {
        if (!(*list)[i].is_string() || !is_user_id((*list)[i].get_ref<const std::string&>()))
            return refuse_property("userIds[" + std::to_string(i) + "]");
        user_ids.push_back((*list)[i]);
    }
    return std::nullopt;
}

Answer accepted()
{
    Answer answer;
    answer.status = 202;
    return answer;
}

Answer bulk_link(World& world, Call& call)
{
    std::vector<std::string> user_ids;
    if (auto refused = read_user_ids(call, user_ids)) return *refused;
    const std::string menu_id = text_of(call.body, "richMenuId");
    if (auto refused = cannot_show(call.channel, menu_id)) return *refused;
    for (const std::string& user_id : user_ids) link_if_reachable(world, call, user_id, menu_id);
    world.rich_menus_changed(call.channel);
    return accepted();
}

Answer bulk_unlink(World& world, Call& call)
{
    std::vector<std::string> user_ids;
    if (auto refused = read_user_ids(call, user_ids)) return *refused;
    for (const std::string& user_id : user_ids) call.channel.rich_menus.linked.erase(user_id);
    world.rich_menus_changed(call.channel);
    return accepted();
}

}  // namespace

const std::vector<Endpoint> rich_menu_endpoints{
    {http::Method::post, "/v2/bot/richmenu", create, Wants::json_body},
    {http::Method::post, "/v2/bot/richmenu/validate", validate_menu, Wants::json_body},
    {http::Method::get, "/v2/bot/richmenu/list", list},
    {http::Method::get, "/v2/bot/richmenu/{richMenuId}", get},
    {http::Method::delete_, "/v2/bot/richmenu/{richMenuId}", remove},
    {http::Method::post, "/v2/bot/richmenu/{richMenuId}/content", upload, Wants::any_media},
    {http::Method::get, "/v2/bot/richmenu/{richMenuId}/content", download},
    {http::Method::get, "/v2/bot/user/all/richmenu", get_default},
    {http::Method::delete_, "/v2/bot/user/all/richmenu", clear_default},
    {http::Method::post, "/v2/bot/user/all/richmenu/{richMenuId}", set_default},
    {http::Method::post, "/v2/bot/richmenu/alias", create_alias, Wants::json_body},
    {http::Method::get, "/v2/bot/richmenu/alias/list", list_aliases},
    {http::Method::get, "/v2/bot/richmenu/alias/{richMenuAliasId}", get_alias},
    {http::Method::post, "/v2/bot/richmenu/alias/{richMenuAliasId}", update_alias, Wants::json_body},
    {http::Method::delete_, "/v2/bot/richmenu/alias/{richMenuAliasId}", delete_alias},
    {http::Method::get, "/v2/bot/user/{userId}/richmenu", linked},
    {http::Method::delete_, "/v2/bot/user/{userId}/richmenu", unlink},
    {http::Method::post, "/v2/bot/user/{userId}/richmenu/{richMenuId}", link},
    {http::Method::post, "/v2/bot/richmenu/bulk/link", bulk_link, Wants::json_body},
    {http::Method::post, "/v2/bot/richmenu/bulk/unlink", bulk_unlink, Wants::json_body},
};

}  // namespace tsunagi::sandbox
