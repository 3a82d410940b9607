#include "deploy/sandbox/person_actions.h"
#include "deploy/sandbox/ids.h"
#include "deploy/sandbox/json_read.h"
#include "deploy/sandbox/person_messages.h"

#include <algorithm>

namespace tsunagi::sandbox {
namespace {

constexpr std::size_t postback_data_max = 300;

bool carries_reply_token(const std::string& type)  // facts.md 27
{
    for (const char* known : {"message", "follow", "join", "memberJoined", "postback", "videoPlayComplete", "beacon",
                              "accountLink", "membership", "messageEdited"})
        if (type == known) return true;
    return false;
}

std::string source_id(const json& event)
{
    const json source = event.value("source", json::object());
    for (const char* name : {"groupId", "roomId", "userId"})
        if (const std::string id = text_of(source, name); !id.empty()) return id;
    return {};
}

}  // namespace

json PersonActions::event(const Channel& channel, const std::string& user_id, const char* type, std::int64_t at_ms,
                          bool can_reply)
{
    json event = json::object();
    event["type"] = type;
    event["mode"] = "active";
    event["timestamp"] = at_ms;
    event["webhookEventId"] = make_event_id();
    event["deliveryContext"] = json::object();
    event["deliveryContext"]["isRedelivery"] = false;
    event["source"] = json::object();
    event["source"]["type"] = "user";
    event["source"]["userId"] = user_id;
    if (can_reply) event["replyToken"] = world_.reply_tokens().issue(channel.id, user_id, at_ms);
    return event;
}

Result<json, Refusal> PersonActions::send(Channel& channel, const std::string& user_id, const json& what)
{
    if (world_.person(user_id) == nullptr) return Refusal{404, "no such person"};
    Chat& chat = world_.chat(channel.id, user_id);
    if (chat.blocked) return Refusal{409, "the person has blocked the account"};
    if (text_of(what, "type") == "postback") return send_postback(channel, user_id, what);

    Entry entry;
    entry.kind = "message";
    entry.from_person = true;
    entry.id = make_message_id();
    entry.at_ms = now_ms();
    auto made = make_person_message(what, entry.id);
    if (!made) return made.error();
    entry.content = made->message;
    entry.quote_token = text_of(made->message, "quoteToken");
    entry.read = !channel.chat_on;  // with chat switched off everything counts as read at once (facts.md 75)
    if (made->content) world_.keep_content(entry.id, std::move(*made->content));

    json out = event(channel, user_id, "message", entry.at_ms, true);
    out["message"] = made->message;
    chat.last_wrote_ms = entry.at_ms;
    const Entry& kept = world_.add_entry(channel.id, user_id, std::move(entry));
    if (!chat.is_friend) world_.friendship_changed(channel.id, user_id);
    webhooks_.send(channel.id, user_id, std::move(out));
    return to_json(kept);
}

Result<json, Refusal> PersonActions::send_postback(Channel& channel, const std::string& user_id, const json& what)
{
    const std::string data = text_of(what, "data");
    if (data.size() > 4 * postback_data_max) return Refusal{400, "data is too long"};
    json postback = json::object();
    postback["data"] = data;
    if (what.contains("params") && what["params"].is_object()) postback["params"] = what["params"];
    if (const std::string alias = text_of(what, "richMenuAliasId"); !alias.empty())
        switch_rich_menu(channel, user_id, alias, postback);

    Entry entry;
    entry.kind = "postback";
    entry.from_person = true;
    entry.at_ms = now_ms();
    entry.content = postback;
    if (const std::string shown = text_of(what, "displayText"); !shown.empty()) entry.content["displayText"] = shown;
    json out = event(channel, user_id, "postback", entry.at_ms, true);
    out["postback"] = std::move(postback);
    const Entry& kept = world_.add_entry(channel.id, user_id, std::move(entry));
    webhooks_.send(channel.id, user_id, std::move(out));
    return to_json(kept);
}

void PersonActions::switch_rich_menu(Channel& channel, const std::string& user_id, const std::string& alias, json& postback)
{
    json& params = postback["params"] = json::object();
    const auto found = channel.rich_menus.aliases.find(alias);
    if (found == channel.rich_menus.aliases.end()) {
        params["status"] = "RICHMENU_ALIAS_ID_NOTFOUND";
        return;
    }
    const auto& menus = channel.rich_menus.menus;
    const bool there = std::any_of(menus.begin(), menus.end(), [&](const RichMenu& m) { return m.id == found->second; });
    params["status"] = there ? "SUCCESS" : "RICHMENU_NOTFOUND";
    if (!there) return;
    params["newRichMenuAliasId"] = alias;
    channel.rich_menus.linked[user_id] = found->second;
    world_.rich_menus_changed(channel);
}

Result<json, Refusal> PersonActions::follow(Channel& channel, const std::string& user_id)
{
    if (world_.person(user_id) == nullptr) return Refusal{404, "no such person"};
    Chat& chat = world_.chat(channel.id, user_id);
    if (chat.is_friend && !chat.blocked) return Refusal{409, "is a friend already"};
    json out = event(channel, user_id, "follow", now_ms(), true);
    out["follow"] = json::object();
    out["follow"]["isUnblocked"] = chat.blocked;
    chat.is_friend = true;
    chat.blocked = false;
    world_.friendship_changed(channel.id, user_id);
    Entry entry;
    entry.kind = "follow";
    entry.from_person = true;
    entry.at_ms = now_ms();
    const Entry& kept = world_.add_entry(channel.id, user_id, std::move(entry));
    webhooks_.send(channel.id, user_id, std::move(out));
    return to_json(kept);
}

Result<json, Refusal> PersonActions::unfollow(Channel& channel, const std::string& user_id)
{
    if (world_.person(user_id) == nullptr) return Refusal{404, "no such person"};
    Chat& chat = world_.chat(channel.id, user_id);
    if (chat.blocked) return Refusal{409, "has blocked the account already"};
    json out = event(channel, user_id, "unfollow", now_ms(), false);
    chat.blocked = true;
    world_.friendship_changed(channel.id, user_id);
    Entry entry;
    entry.kind = "unfollow";
    entry.from_person = true;
    entry.at_ms = now_ms();
    const Entry& kept = world_.add_entry(channel.id, user_id, std::move(entry));
    webhooks_.send(channel.id, user_id, std::move(out));
    return to_json(kept);
}

Result<json, Refusal> PersonActions::unsend(Channel& channel, const std::string& user_id, const std::string& message_id)
{
    const auto place = world_.find_message(message_id);
    if (!place || place->channel_id != channel.id || place->user_id != user_id) return Refusal{404, "no such message"};
    Entry* entry = world_.entry_at(*place);
    if (entry == nullptr || !entry->from_person) return Refusal{404, "no such message of this person"};
    if (entry->unsent) return Refusal{409, "is unsent already"};

    entry->unsent = true;
    json left = json::object();
    left["type"] = entry->content.value("type", "");
    left["id"] = message_id;
    entry->content = std::move(left);
    if (Content* content = world_.content(message_id)) {
        content->unsent = true;
        content->bytes.clear();
    }
    world_.entry_changed(*place);
    json out = event(channel, user_id, "unsend", now_ms(), false);
    out["unsend"] = json::object();
    out["unsend"]["messageId"] = message_id;
    webhooks_.send(channel.id, user_id, std::move(out));
    return to_json(*entry);
}

json PersonActions::send_raw(Channel& channel, const json& events)
{
    json sent = json::array();
    for (json out : events) {
        const std::string lane = source_id(out);
        const std::string type = text_of(out, "type");
        const bool active = text_of(out, "mode", "active") == "active";
        if (!out.contains("timestamp")) out["timestamp"] = now_ms();
        if (!out.contains("mode")) out["mode"] = "active";
        if (!out.contains("webhookEventId")) out["webhookEventId"] = make_event_id();
        if (!out.contains("deliveryContext")) {
            out["deliveryContext"] = json::object();
            out["deliveryContext"]["isRedelivery"] = false;
        }
        const std::int64_t at_ms = number_of(out, "timestamp", now_ms());
        if (out.contains("replyToken"))
            world_.reply_tokens().adopt(text_of(out, "replyToken"), channel.id, lane, at_ms);
        else if (active && carries_reply_token(type))
            out["replyToken"] = world_.reply_tokens().issue(channel.id, lane, at_ms);
        sent.push_back(out);
        webhooks_.send(channel.id, lane, std::move(out));
    }
    return sent;
}

}  // namespace tsunagi::sandbox
