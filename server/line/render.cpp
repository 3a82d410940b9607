#include "server/line/render.h"

#include <nlohmann/json.hpp>

namespace tsunagi::line {
namespace {

using nlohmann::json;

json quick_reply_json(const std::vector<bot::QuickReply>& choices)
{
    json items = json::array();
    for (const auto& choice : choices) {
        json action = {{"type", "postback"}, {"label", choice.label}, {"data", choice.data}, {"displayText", choice.label}};
        items.push_back({{"type", "action"}, {"action", std::move(action)}});
    }
    return {{"items", std::move(items)}};
}

json messages_json(const std::vector<bot::OutboundMessage>& messages)
{
    json list = json::array();
    for (const auto& message : messages) list.push_back({{"type", "text"}, {"text", message.text}});
    if (!messages.empty() && !messages.back().quick_replies.empty())
        list.back()["quickReply"] = quick_reply_json(messages.back().quick_replies);
    return list;
}

std::string dump(const json& body) { return body.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

std::string reply_body(std::string_view reply_token, const std::vector<bot::OutboundMessage>& messages)
{
    return dump({{"replyToken", reply_token}, {"messages", messages_json(messages)}});
}

std::string push_body(std::string_view user, const std::vector<bot::OutboundMessage>& messages)
{
    return dump({{"to", user}, {"messages", messages_json(messages)}});
}

}  // namespace tsunagi::line
