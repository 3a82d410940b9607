#include "server/line/groups.h"

#include "server/line/api.h"
#include "server/line/render.h"

#include <algorithm>

namespace tsunagi::line {
namespace {

/// The id becomes part of a path: only what LINE's ids are made of (facts.md 17).
bool is_plain_id(const std::string& id)
{
    return !id.empty() && std::all_of(id.begin(), id.end(), [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
}

}  // namespace

net::awaitable<void> Groups::leave(DeskId desk, std::string channel, GroupVisit visit)
{
    if (!is_plain_id(visit.id)) co_return;
    const std::string key = channel_key(desk, channel);
    std::string notice = visit.reply_token.empty() ? std::string() : notice_(desk);
    if (!notice.empty()) {
        bot::OutboundMessage message{.text = std::move(notice), .quick_replies = {}};
        Call reply{.channel = key, .path = "/v2/bot/message/reply", .body = reply_body(visit.reply_token, {std::move(message)})};
        co_await caller_.call(std::move(reply));  // whether they read it or not, we go
    }
    const char* kind = visit.is_room ? "room" : "group";
    Call leaving{.channel = key, .path = std::string("/v2/bot/") + kind + "/" + visit.id + "/leave", .body = {}};
    const auto left = co_await caller_.call(std::move(leaving));
    if (!left.ok() || left->status >= 300) metrics_.handler_failed("group_not_left");
}

}  // namespace tsunagi::line
