#include "server/line/rich_menus.h"

#include "server/line/api.h"
#include "server/line/json_member.h"
#include "server/line/user_id.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace tsunagi::line {
namespace {

using http::Method;
using nlohmann::json;

/// Changes of one person's menu in a row; more cannot be meant, and her next turn goes on.
constexpr int changes_in_a_row_max = 5;

bool is_success(const std::optional<http::Response>& answer) { return answer && answer->status >= 200 && answer->status < 300; }

/// The id becomes part of a path.
bool is_menu_id(const std::string& id)
{
    constexpr std::size_t letters_max = 100;
    return !id.empty() && id.size() <= letters_max && std::all_of(id.begin(), id.end(), [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
}

/// Nobody waits for it.
Call unhurried(const std::string& channel, Method method, std::string path, std::string body = {})
{
    return {.channel = channel, .method = method, .path = std::move(path), .body = std::move(body), .urgency = Urgency::bulk};
}

std::string alias_body(const std::string& alias, const std::string& menu_id)
{
    json body = json::object();
    if (!alias.empty()) body["richMenuAliasId"] = alias;
    body["richMenuId"] = menu_id;
    return body.dump();
}

}  // namespace

std::optional<StandingMenus> standing_menus(const std::string& list_body, const std::string& aliases_body, const std::string& everyones_body)
{
    const json list = json::parse(list_body, nullptr, false);
    const json aliases = json::parse(aliases_body, nullptr, false);
    if (!list.is_object() || !list.contains("richmenus") || !list["richmenus"].is_array()) return std::nullopt;
    if (!aliases.is_object() || !aliases.contains("aliases") || !aliases["aliases"].is_array()) return std::nullopt;
    StandingMenus standing;
    for (const auto& menu : list["richmenus"]) {
        StandingMenus::Menu row{text_of(menu, "richMenuId"), text_of(menu, "name")};
        if (is_menu_id(row.id)) standing.menus.push_back(std::move(row));
    }
    for (const auto& alias : aliases["aliases"]) standing.aliases.emplace(text_of(alias, "richMenuAliasId"), text_of(alias, "richMenuId"));
    standing.everyones = text_of(json::parse(everyones_body, nullptr, false), "richMenuId");
    return standing;
}

// ---------------------------------------------------------------------------- the menus themselves

net::awaitable<void> RichMenus::keep(DeskId desk, std::string channel)
{
    Milliseconds pause = menu_retry_first;
    for (;;) {
        const bool stands = co_await install(desk, channel);
        auto& clock = desks_.clock();
        const auto due = stands ? next_look(desk, channel) : clock.now() + pause;
        pause = stands ? Milliseconds(menu_retry_first) : std::min<Milliseconds>(pause * 2, menu_retry_longest);
        co_await clock.sleep_until(due);
    }
}

net::awaitable<bool> RichMenus::install(DeskId desk, std::string channel)
{
    const auto* config = desks_.desk(desk);
    if (config == nullptr) co_return false;
    const std::string key = channel_key(desk, channel);
    auto standing = co_await read(key);
    if (!standing) {
        set_remark(key, "LINE does not say which rich menus there are; tried again within the hour.");
        co_return false;
    }
    const auto wanted = wanted_menus(*config, channel);
    auto work = work_to_do(wanted, *standing, own_menus(desk, channel));
    for (const auto& one : work.make) {
        const auto& menu = wanted.at(one.wanted);
        const auto id = co_await make(key, menu, one);
        if (!id) {
            set_remark(key, "the rich menu " + menu.key + " could not be made at LINE; tried again within the hour.");
            co_return false;
        }
        work.ready.emplace(menu.key, *id);
    }
    Shelf shelf;
    for (const auto& menu : wanted) shelf.menus.emplace(menu.key, Shown{menu.label, work.ready.at(menu.key)});
    const auto everyones = shelf.menus.find(everyones_menu(*config, is_open(*config, channel)));
    if (everyones != shelf.menus.end()) {
        const bool shown = co_await show_to_all(key, everyones->second.id, standing->everyones);
        if (!shown) {
            set_remark(key, "the rich menu for all could not be set at LINE; tried again within the hour.");
            co_return false;
        }
    }
    if (!work.make.empty()) spdlog::info("rich menus: {} made at LINE", work.make.size());
    {
        const std::lock_guard lock(mutex_);
        shelves_[key] = std::move(shelf);
        remarks_.erase(key);
    }
    co_await clear_away(key, std::move(work));
    co_return true;
}

net::awaitable<std::optional<StandingMenus>> RichMenus::read(std::string channel)
{
    Call list_menus = unhurried(channel, Method::get, "/v2/bot/richmenu/list");
    const auto list = co_await ask(std::move(list_menus));
    if (!is_success(list)) co_return std::nullopt;
    Call list_aliases = unhurried(channel, Method::get, "/v2/bot/richmenu/alias/list");
    const auto aliases = co_await ask(std::move(list_aliases));
    if (!is_success(aliases)) co_return std::nullopt;
    Call for_all = unhurried(channel, Method::get, "/v2/bot/user/all/richmenu");
    const auto everyones = co_await ask(std::move(for_all));
    if (!everyones || (everyones->status != 200 && everyones->status != 404)) co_return std::nullopt;  // 404: there is none
    co_return standing_menus(list->body, aliases->body, everyones->status == 200 ? everyones->body : std::string());
}

/// Made, given its picture, then its alias: in that order, so that the alias tells that all of it is there.
net::awaitable<std::optional<std::string>> RichMenus::make(std::string channel, const WantedMenu& wanted, const MenuWork::Make& how)
{
    std::string id = how.id;
    if (id.empty()) {
        Call create = unhurried(channel, Method::post, "/v2/bot/richmenu", wanted.body);
        const auto made = co_await ask(std::move(create));
        if (!is_success(made)) co_return std::nullopt;
        id = text_of(json::parse(made->body, nullptr, false), "richMenuId");
        if (!is_menu_id(id)) co_return std::nullopt;
    }
    Call upload{.channel = channel, .host = Host::data, .path = "/v2/bot/richmenu/" + id + "/content", .body = wanted.picture->bytes,
                .urgency = Urgency::bulk, .media_type = wanted.picture->mime};
    const auto uploaded = co_await ask(std::move(upload));
    // 400: it has its picture from an attempt whose end we did not see. Should it not, LINE refuses the alias.
    if (!is_success(uploaded) && (!uploaded || uploaded->status != 400)) co_return std::nullopt;
    Call name = how.alias_exists ? unhurried(channel, Method::post, "/v2/bot/richmenu/alias/" + wanted.alias, alias_body({}, id))
                                 : unhurried(channel, Method::post, "/v2/bot/richmenu/alias", alias_body(wanted.alias, id));
    const bool named = co_await done(std::move(name));
    if (!named) co_return std::nullopt;
    co_return id;
}

net::awaitable<bool> RichMenus::show_to_all(std::string channel, std::string id, std::string everyones)
{
    if (everyones == id) co_return true;
    Call show = unhurried(channel, Method::post, "/v2/bot/user/all/richmenu/" + id);
    co_return co_await done(std::move(show));
}

/// Our own leftovers. What LINE does not delete now goes at the next look.
net::awaitable<void> RichMenus::clear_away(std::string channel, MenuWork work)
{
    for (const auto& alias : work.outdated_aliases) {
        Call forget = unhurried(channel, Method::delete_, "/v2/bot/richmenu/alias/" + alias);
        co_await done(std::move(forget));
    }
    for (const auto& id : work.outdated) {
        Call remove = unhurried(channel, Method::delete_, "/v2/bot/richmenu/" + id);
        co_await done(std::move(remove));
    }
}

/// Nothing when there is no answer.
net::awaitable<std::optional<http::Response>> RichMenus::ask(Call call)
{
    auto answer = co_await caller_.call(std::move(call));
    if (!answer.ok()) co_return std::nullopt;
    co_return std::move(answer).value();
}

net::awaitable<bool> RichMenus::done(Call call)
{
    const auto answer = co_await ask(std::move(call));
    co_return is_success(answer);
}

bool RichMenus::is_open(const config::DeskConfig& desk, const std::string& channel) const
{
    for (const auto& line : desk.line_channels)
        if (line.name == channel) return handoff::is_open(line.hours, desks_.clock().now());
    return true;
}

/// When the desk opens or closes next: the menu for all changes then.
TimePoint RichMenus::next_look(const DeskId& desk, const std::string& channel) const
{
    const auto now = desks_.clock().now();
    TimePoint due = now + menu_look_interval;
    const auto* config = desks_.desk(desk);
    for (const auto& line : config->line_channels) {
        if (line.name != channel) continue;
        const bool open = handoff::is_open(line.hours, now);
        const auto change = open ? handoff::closes_at(line.hours, now) : handoff::next_opening(line.hours, now);
        if (change) due = std::min(due, std::max(*change, now + Milliseconds{1}));
    }
    return due;
}

void RichMenus::set_remark(const std::string& channel, std::string remark)
{
    spdlog::warn("LINE channel {}: {}", channel, remark);
    const std::lock_guard lock(mutex_);
    remarks_[channel] = std::move(remark);
}

std::string RichMenus::remark(const DeskId& desk, const std::string& channel) const
{
    const std::lock_guard lock(mutex_);
    const auto found = remarks_.find(channel_key(desk, channel));
    return found == remarks_.end() ? std::string() : "LINE channel " + channel + ": " + found->second;
}

// ---------------------------------------------------------------------------- who sees which

/// What she should be shown; an empty label: the menu for all. Nothing while that is not known.
std::optional<RichMenus::Shown> RichMenus::wanted(const bot::Conversation& conversation) const
{
    const auto* desk = desks_.desk(conversation.desk);
    if (desk == nullptr) return std::nullopt;
    const auto& channel = conversation.address.channel;
    const std::string key = menu_of(*desk, conversation, is_open(*desk, channel));
    const std::lock_guard lock(mutex_);
    const auto shelf = shelves_.find(channel_key(conversation.desk, channel));
    if (shelf == shelves_.end()) return std::nullopt;
    if (key.empty()) return Shown{};
    const auto menu = shelf->second.menus.find(key);
    return menu == shelf->second.menus.end() ? std::nullopt : std::optional(menu->second);
}

bool RichMenus::wants_change(const bot::Conversation& conversation)
{
    const auto& address = conversation.address;
    if (address.kind != bot::ChannelKind::line || !conversation.reachable || !is_user_id(address.user)) return false;
    const auto* desk = desks_.desk(conversation.desk);
    if (desk == nullptr || (desk->rich_menus.empty() && conversation.rich_menu.empty())) return false;
    const bool talks_with_nobody = !conversation.holder.is_queue() && !conversation.holder.is_counselor();
    if (talks_with_nobody && conversation.rich_menu.empty() && conversation.language == desk->languages.front()) return false;  // most turns
    const auto menu = wanted(conversation);
    const std::lock_guard lock(mutex_);
    const auto under_way = changing_.find(conversation.id);
    if (under_way != changing_.end()) {
        under_way->second = Work::under_way_and_again;
        return false;
    }
    if (!menu || menu->label == conversation.rich_menu) return false;
    changing_.emplace(conversation.id, Work::under_way);
    return true;
}

net::awaitable<void> RichMenus::change(DeskId desk, ConversationId id)
{
    try {
        co_await catch_up(desk, id);
    } catch (...) {
        give_up(id);  // a store that cannot be read is told by whoever began this; she is not to be left out for ever
        throw;
    }
}

/// Ends when she is shown what her record calls for, or when LINE or the store does not take it now.
net::awaitable<void> RichMenus::catch_up(DeskId desk, ConversationId id)
{
    for (int i = 0; i < changes_in_a_row_max; ++i) {
        const auto known = co_await desks_.load(desk, id);
        const auto menu = known ? wanted(known->conversation) : std::nullopt;
        if (!menu || !known->conversation.reachable) break;
        if (menu->label == known->conversation.rich_menu) {
            if (ends(id)) co_return;
            continue;
        }
        const bool linked = co_await link(known->conversation, menu->id);
        if (!linked) break;
        const std::string label = menu->label;
        auto edit = [label](bot::Conversation& conversation) { return std::exchange(conversation.rich_menu, label) != label; };
        const bool kept = co_await desks_.amend(desk, id, std::move(edit));
        if (!kept) break;
    }
    give_up(id);
}

net::awaitable<bool> RichMenus::link(bot::Conversation conversation, std::string menu_id)
{
    std::string path = "/v2/bot/user/" + conversation.address.user + "/richmenu";
    const bool back_to_all = menu_id.empty();
    if (!back_to_all) path += "/" + menu_id;
    Call call{.channel = channel_key(conversation.desk, conversation.address.channel),
              .method = back_to_all ? Method::delete_ : Method::post, .path = std::move(path), .body = {}};
    const auto answer = co_await caller_.call(std::move(call));
    co_return answer.ok() && answer->status < 300;
}

/// Whether nothing has changed since she was last looked at; then the work is over.
bool RichMenus::ends(const ConversationId& id)
{
    const std::lock_guard lock(mutex_);
    const auto work = changing_.find(id);
    if (work != changing_.end() && std::exchange(work->second, Work::under_way) == Work::under_way_and_again) return false;
    changing_.erase(id);
    return true;
}

/// Her next turn tries again.
void RichMenus::give_up(const ConversationId& id)
{
    const std::lock_guard lock(mutex_);
    changing_.erase(id);
}

}  // namespace tsunagi::line
