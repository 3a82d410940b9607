// The account, its friends and what they sent: profile, bot info, quota, content, loading, read marks, webhook address.
#include "deploy/sandbox/checker.h"
#include "deploy/sandbox/ids.h"
#include "deploy/sandbox/json_read.h"
#include "deploy/sandbox/platform.h"

#include <algorithm>

namespace tsunagi::sandbox {
namespace {

Answer profile(World& world, Call& call)
{
    const std::string user_id = call.capture("userId");
    if (!is_user_id(user_id)) return refuse(400, "The value for the 'userId' parameter is invalid");
    const Person* person = world.person(user_id);
    if (person == nullptr || !world.reaches(call.channel.id, user_id)) return refuse(404, "Not found");
    Answer answer;
    answer.body["userId"] = person->user_id;
    answer.body["displayName"] = person->name;
    if (!person->language.empty()) answer.body["language"] = person->language;
    return answer;
}

Answer followers(World& world, Call& call)
{
    if (!call.channel.verified) return refuse(403, "Access to this API is not available for your account");
    const std::string limit_text = call.query("limit"), start = call.query("start");
    std::size_t limit = 300;  // the documented default
    if (!limit_text.empty()) {
        if (limit_text.find_first_not_of("0123456789") != std::string::npos || limit_text.size() > 4)
            return refuse(400, "The value for the 'limit' parameter is invalid");
        limit = std::stoul(limit_text);
        if (limit < 1 || limit > 1'000) return refuse(400, "The value for the 'limit' parameter is invalid");
    }
    json ids = json::array();
    Answer answer;
    for (const auto& [user_id, person] : world.people()) {
        const Chat* chat = world.find_chat(call.channel.id, user_id);
        if (user_id < start || chat == nullptr || !chat->is_friend || chat->blocked) continue;
        if (ids.size() == limit) {
            answer.body["next"] = user_id;  // opaque to the caller
            break;
        }
        ids.push_back(user_id);
    }
    answer.body["userIds"] = std::move(ids);
    return answer;
}

Answer bot_info(World&, Call& call)
{
    Answer answer;
    answer.body["userId"] = call.channel.bot_user_id;
    answer.body["basicId"] = call.channel.basic_id;
    answer.body["displayName"] = call.channel.name;
    answer.body["chatMode"] = call.channel.chat_on ? "chat" : "bot";
    answer.body["markAsReadMode"] = call.channel.chat_on ? "manual" : "auto";
    return answer;
}

Answer quota(World&, Call& call)
{
    Answer answer;
    answer.body["type"] = call.channel.quota.limited ? "limited" : "none";
    if (call.channel.quota.limited) answer.body["value"] = call.channel.quota.value;
    return answer;
}

Answer consumption(World&, Call& call)
{
    Answer answer;
    answer.body["totalUsage"] = call.channel.quota.used;
    return answer;
}

Answer loading(World& world, Call& call)
{
    Checker checker;
    checker.text(call.body, "", "chatId", 100);
    const json* seconds = checker.number(call.body, "", "loadingSeconds", 5, 60, Presence::optional);
    if (seconds != nullptr && (!seconds->is_number_integer() || seconds->get<std::int64_t>() % 5 != 0))
        checker.add("loadingSeconds", "Must be a multiple of 5");
    if (!checker.wrong_type.empty()) return refuse_property(checker.wrong_type);
    if (!checker.problems.empty()) return refuse_body(checker.problems);
    const std::string user_id = text_of(call.body, "chatId");
    if (!is_user_id(user_id) || world.person(user_id) == nullptr)
        return refuse(400, "The value for the 'chatId' parameter is invalid");

    const std::int64_t span_s = number_of(call.body, "loadingSeconds", 20);
    if (world.reaches(call.channel.id, user_id)) world.show_loading(call.channel.id, user_id, now_ms() + span_s * 1'000);
    Answer accepted;
    accepted.status = 202;
    return accepted;
}

Answer mark_as_read(World& world, Call& call)
{
    const std::string token = text_of(call.body, "markAsReadToken");
    if (token.empty()) return refuse_property("markAsReadToken");
    if (!world.mark_as_read(call.channel.id, token)) return refuse(400, "Invalid markAsReadToken");
    return Answer{};
}

/// The content the call may have, or the refusal in `refused`.
Content* content_of(World& world, const Call& call, Answer& refused)
{
    const std::string message_id = call.capture("messageId");
    const auto place = world.find_message(message_id);
    Content* content = world.content(message_id);
    const bool known = content != nullptr && place && place->channel_id == call.channel.id;
    if (!known) return refused = refuse(404, "Not found"), nullptr;
    if (content->unsent) return refused = refuse(410, "Gone"), nullptr;
    return content;
}

Answer content(World& world, Call& call)
{
    Answer answer;
    const Content* found = content_of(world, call, answer);
    if (found == nullptr) return answer;
    if (found->ready_at_ms > now_ms()) {
        answer.status = 202;
        return answer;
    }
    answer.media_type = found->media_type;
    answer.bytes = found->bytes;
    return answer;
}

Answer transcoding(World& world, Call& call)
{
    Answer answer;
    const Content* found = content_of(world, call, answer);
    if (found == nullptr) return answer;
    const bool moving = found->media_type.rfind("video/", 0) == 0 || found->media_type.rfind("audio/", 0) == 0;
    if (!moving) return refuse(400, "Only for video and audio");
    answer.body["status"] = found->ready_at_ms > now_ms() ? "processing" : "succeeded";
    return answer;
}

Answer get_webhook(World&, Call& call)
{
    Answer answer;
    answer.body["endpoint"] = call.channel.webhook_url;
    answer.body["active"] = call.channel.webhook_active;
    return answer;
}

Answer set_webhook(World&, Call& call)
{
    const std::string url = text_of(call.body, "endpoint");
    const bool secure = url.rfind("https://", 0) == 0;
    const bool loopback = url.rfind("http://127.0.0.1:", 0) == 0 || url.rfind("http://localhost:", 0) == 0;
    if (url.size() > 500 || (!secure && !loopback)) return refuse(400, "Invalid webhook endpoint URL");
    if (!secure) call.notes.emplace_back("LINE takes https only");
    call.channel.webhook_url = url;
    return Answer{};
}

Answer leave(World&, Call&) { return Answer{}; }

}  // namespace

const std::vector<Endpoint> account_endpoints{
    {http::Method::get, "/v2/bot/profile/{userId}", profile},
    {http::Method::get, "/v2/bot/followers/ids", followers},
    {http::Method::get, "/v2/bot/info", bot_info},
    {http::Method::get, "/v2/bot/message/quota", quota},
    {http::Method::get, "/v2/bot/message/quota/consumption", consumption},
    {http::Method::post, "/v2/bot/chat/loading/start", loading, Wants::json_body},
    {http::Method::post, "/v2/bot/chat/markAsRead", mark_as_read, Wants::json_body},
    {http::Method::get, "/v2/bot/message/{messageId}/content", content},
    {http::Method::get, "/v2/bot/message/{messageId}/content/preview", content},
    {http::Method::get, "/v2/bot/message/{messageId}/content/transcoding", transcoding},
    {http::Method::get, "/v2/bot/channel/webhook/endpoint", get_webhook},
    {http::Method::put, "/v2/bot/channel/webhook/endpoint", set_webhook, Wants::json_body},
    {http::Method::post, "/v2/bot/group/{groupId}/leave", leave},
    {http::Method::post, "/v2/bot/room/{roomId}/leave", leave},
};

}  // namespace tsunagi::sandbox
