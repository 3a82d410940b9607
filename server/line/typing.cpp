#include "server/line/typing.h"

#include "server/line/api.h"
#include "server/line/user_id.h"

#include <nlohmann/json.hpp>

namespace tsunagi::line {
namespace {

/// Counselors who write at once are fewer by far; those whose time is over go first.
constexpr std::size_t remembered_max = 5'000;

}  // namespace

bool Typing::wanted(const bot::Conversation& conversation)
{
    const auto& address = conversation.address;
    if (address.kind != bot::ChannelKind::line || !is_user_id(address.user)) return false;
    if (!conversation.holder.is_counselor() || !conversation.reachable || conversation.risk.disguised) return false;
    if (conversation.led_elsewhere) return false;  // nor is anything else done in a chat that another tool leads (pitfalls.md 18)
    const auto* desk = desks_.desk(conversation.desk);
    if (desk == nullptr || desk->content_on_line != config::ContentOnLine::in_line) return false;
    const auto now = desks_.clock().now();
    if (now - conversation.last_inbound_at > typing_after_her_words) return false;
    const std::lock_guard lock(mutex_);
    if (shown_.size() >= remembered_max) std::erase_if(shown_, [&](const auto& one) { return now - one.second >= typing_shown; });
    if (shown_.size() >= remembered_max) return false;
    const auto [shown, is_first] = shown_.try_emplace(conversation.id, now);
    if (is_first) return true;
    if (now - shown->second < typing_shown) return false;
    shown->second = now;
    return true;
}

net::awaitable<void> Typing::show(bot::Conversation conversation)
{
    nlohmann::json body = nlohmann::json::object();
    body["chatId"] = conversation.address.user;
    body["loadingSeconds"] = typing_shown.count();
    Call call{.channel = channel_key(conversation.desk, conversation.address.channel), .path = "/v2/bot/chat/loading/start",
              .body = body.dump(), .urgency = Urgency::bulk};
    co_await caller_.call(std::move(call));
}

}  // namespace tsunagi::line
