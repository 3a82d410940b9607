#include "server/config/read_desk.h"

#include "server/config/read_hours.h"
#include "server/http/url.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tsunagi::config {
namespace {

using nlohmann::json;

/// `token: {kind: ...}`, or the older `access_token` alone.
void read_token(const Value& value, LineChannel& channel, Problems& problems)
{
    const auto* token = value.find("token");
    if (token == nullptr) {
        channel.access_token = value["access_token"].text;
        if (value.find("access_token") == nullptr)
            problems.error(value["name"], "the channel has no access token",
                           "write token: {kind: stateless, channel_id: \"...\"} or access_token: ${file:PATH}");
        return;
    }
    const std::string kind = (*token)["kind"].text;
    channel.token.kind = kind == "stateless" ? LineTokenKind::stateless : kind == "jwt" ? LineTokenKind::jwt : LineTokenKind::long_lived;
    channel.access_token = (*token)["access_token"].text;
    channel.token.channel_id = (*token)["channel_id"].text;
    channel.token.key_id = (*token)["key_id"].text;
    channel.token.private_key = (*token)["private_key"].text;
    if (channel.token.kind == LineTokenKind::long_lived) {
        if (token->find("access_token") == nullptr)
            problems.error(*token, "a long-lived token is not there", "write access_token: ${file:PATH}");
        return;
    }
    if (channel.token.channel_id.empty())
        problems.error(*token, "the channel's id is missing", "write channel_id: \"...\" from the LINE Developers console");
    const bool needs_key = channel.token.kind == LineTokenKind::jwt || token->find("private_key") != nullptr;
    if (needs_key && (channel.token.key_id.empty() || token->find("private_key") == nullptr))
        problems.error(*token, "an assertion needs a key and its id", "write private_key: ${file:PATH} and key_id: \"...\"");
}

LineChannel read_channel(const Value& value, Problems& problems)
{
    LineChannel channel;
    channel.name = value["name"].text;
    for (auto& secret : value["secrets"].words())
        if (!secret.empty()) channel.secrets.push_back(secret);
    read_token(value, channel, problems);
    channel.bot_user_id = value["bot_user_id"].text;
    channel.hours = read_hours(value["hours"], problems);
    return channel;
}

WebChatConfig read_web_chat(const Value& value, Problems& problems)
{
    WebChatConfig chat;
    if (!value.find("enabled")) return chat;
    chat.enabled = value["enabled"].text == "true";
    if (const auto* hours = value.find("hours")) chat.hours = read_hours(*hours, problems);
    chat.neutral_site = value["neutral_site"].text;
    chat.frame_ancestors = value["frame_ancestors"].words();
    chat.idle_lock_minutes = static_cast<int>(value["idle_lock_minutes"].number().value_or(chat.idle_lock_minutes));
    return chat;
}

handoff::Targets read_targets(const Value& value)
{
    const auto minutes = [&](const char* key, std::chrono::minutes standard) {
        return std::chrono::minutes(static_cast<long>(value[key].number().value_or(static_cast<double>(standard.count()))));
    };
    const handoff::Targets standard;
    return {.r4 = minutes("r4_minutes", standard.r4), .r3 = minutes("r3_minutes", standard.r3), .r2 = minutes("r2_minutes", standard.r2)};
}

handoff::WakeRules read_wake_rules(const Value& value)
{
    handoff::WakeRules rules;
    const auto minutes = [&](const char* key, std::chrono::minutes standard) {
        return std::chrono::minutes(static_cast<long>(value[key].number().value_or(static_cast<double>(standard.count()))));
    };
    rules.bot_idle = minutes("bot_idle_minutes", rules.bot_idle);
    rules.counselor_idle = minutes("counselor_idle_minutes", rules.counselor_idle);
    rules.queue_notice = minutes("queue_notice_minutes", rules.queue_notice);
    return rules;
}

/// Addresses and relay are what they should be when they fit the schema.
OnCallEmail read_on_call_email(const Value& value, Problems& problems)
{
    OnCallEmail email;
    email.to = value["to"].words();
    email.from = value["from"].text;
    email.relay = value["relay"].text;
    email.user = value["user"].text;
    email.password = value["password"].text;
    if ((value.find("user") == nullptr) != (value.find("password") == nullptr))
        problems.error(value, "a relay that wants a sign-in needs user and password", "write both, or neither");
    return email;
}

OnCall read_on_call(const Value& value, Problems& problems)
{
    OnCall on_call;
    on_call.webhook_url = value["webhook_url"].text;
    if (!on_call.webhook_url.empty() && !http::parse_web_address(on_call.webhook_url))
        problems.error(value["webhook_url"], "is no address of the web", "write it as https://host/path, without `#`");
    if (const auto* email = value.find("email")) on_call.email = read_on_call_email(*email, problems);
    return on_call;
}

bool has_channel(const DeskConfig& desk, const std::string& name)
{
    const auto same = [&](const LineChannel& channel) { return channel.name == name; };
    return std::any_of(desk.line_channels.begin(), desk.line_channels.end(), same);
}

json list_of(const std::vector<std::string>& words)
{
    json list = json::array();
    for (const auto& word : words) list.push_back(word);
    return list;
}

} // namespace

DeskConfig read_desk(const DeskId& id, const Value& root, Problems& problems)
{
    DeskConfig desk;
    desk.id = id;
    desk.name = root["name"].text;
    desk.languages = root["languages"].words();
    for (const auto& item : root["line"].items) {
        LineChannel channel = read_channel(item, problems);
        if (has_channel(desk, channel.name))
            problems.error(item["name"], "a second channel is named " + in_quotes(channel.name),
                           "give each channel of a desk its own name");
        desk.line_channels.push_back(std::move(channel));
    }
    desk.web_chat = read_web_chat(root["web_chat"], problems);
    if (root["content_on_line"].text == "doorway") desk.content_on_line = ContentOnLine::doorway;
    if (desk.content_on_line == ContentOnLine::doorway && !desk.web_chat.enabled)
        problems.error(root["content_on_line"], "LINE is only a doorway, and there is no web chat to lead to",
                       "write web_chat: {enabled: true, ...}, or content_on_line: in_line");
    desk.capacity_per_counselor =
        static_cast<std::uint32_t>(root["counselors"]["capacity"].number().value_or(desk.capacity_per_counselor));
    desk.retention_chat_days = static_cast<int>(root["retention"]["chat_days"].number().value_or(0));
    desk.targets = read_targets(root["targets"]);
    desk.on_call = read_on_call(root["on_call"], problems);
    desk.wake = read_wake_rules(root["timers"]);
    return desk;
}

std::string playbook_part(const Value& root)
{
    json part = json::object();
    part["name"] = root["name"].text;
    part["languages"] = list_of(root["languages"].words());
    part["flows"] = json::object();
    for (const auto& field : root["flows"].fields) part["flows"][field.key] = field.value.text;
    for (const char* key : {"stages", "human_words", "unknown_words", "greeting_words"})
        part[key] = list_of(root[key].words());
    return part.dump(1);
}

} // namespace tsunagi::config
