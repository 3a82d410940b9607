#include "server/line/read_marks.h"

#include "server/line/api.h"

#include <nlohmann/json.hpp>

namespace tsunagi::line {

net::awaitable<void> ReadMarks::show(bot::Conversation conversation)
{
    const std::string token = conversation.mark_as_read_token;
    if (token.empty() || conversation.address.kind != bot::ChannelKind::line || conversation.led_elsewhere) co_return;
    if (conversation.risk.disguised) co_return;  // an account that says it answers nobody is read by nobody
    nlohmann::json body;
    body["markAsReadToken"] = token;
    Call call{.channel = channel_key(conversation.desk, conversation.address.channel), .path = "/v2/bot/chat/markAsRead",
              .body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
    const auto answer = co_await caller_.call(std::move(call));
    // A 400 is final, too: the account marks by itself, or the token is of no more use.
    const bool done = answer.ok() && (answer->status < 300 || answer->status == 400);
    if (!done) co_return;
    auto edit = [token](bot::Conversation& known) {
        if (known.mark_as_read_token != token) return false;  // she wrote again meanwhile
        known.mark_as_read_token.clear();
        return true;
    };
    co_await desks_.amend(conversation.desk, conversation.id, std::move(edit));
}

}  // namespace tsunagi::line
