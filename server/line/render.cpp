#include "server/line/render.h"

#include "bot/base/text.h"

#include <nlohmann/json.hpp>

#include <optional>

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

std::string dump(const json& body) { return body.dump(-1, ' ', false, json::error_handler_t::replace); }

// ---------------------------------------------------------------------------- cards

constexpr std::size_t bubble_bytes_max = 30 * 1024;    // facts.md 86, as JSON
constexpr std::size_t carousel_bytes_max = 50 * 1024;  // facts.md 86
constexpr std::size_t alt_text_units_max = 1500;       // facts.md 86

json text_component(std::string_view text, const char* size, const char* weight, const char* color)
{
    return {{"type", "text"}, {"text", text}, {"wrap", true}, {"size", size}, {"weight", weight}, {"color", color}};
}

json button_component(const bot::CardButton& button)
{
    json action = {{"type", button.uri.empty() ? "postback" : "uri"}, {"label", button.label}};
    if (button.uri.empty()) {
        action["data"] = button.data;
        action["displayText"] = button.label;
    } else {
        action["uri"] = button.uri;
    }
    return {{"type", "button"}, {"style", "link"}, {"height", "sm"}, {"action", std::move(action)}};
}

// Colours of the Digital Agency's theme with a contrast above 7:1 on white, as in the console.
constexpr const char* ink = "#1A1A1C";
constexpr const char* label_ink = "#4D4D4D";

json bubble_json(const bot::Card& card)
{
    json rows = json::array();
    rows.push_back(text_component(card.title, "lg", "bold", ink));
    if (!card.text.empty()) rows.push_back(text_component(card.text, "md", "regular", ink));
    for (const auto& row : card.rows) {
        if (row.label.empty() || row.text.empty()) continue;  // LINE refuses an empty text
        json pair = json::array();
        pair.push_back(text_component(row.label, "xs", "bold", label_ink));
        pair.push_back(text_component(row.text, "sm", "regular", ink));
        rows.push_back({{"type", "box"}, {"layout", "vertical"}, {"margin", "md"}, {"contents", std::move(pair)}});
    }
    json bubble = {{"type", "bubble"}, {"size", "kilo"}};
    bubble["body"] = {{"type", "box"}, {"layout", "vertical"}, {"spacing", "sm"}, {"contents", std::move(rows)}};
    if (card.buttons.empty()) return bubble;
    json buttons = json::array();
    for (const auto& button : card.buttons) buttons.push_back(button_component(button));
    bubble["footer"] = {{"type", "box"}, {"layout", "vertical"}, {"contents", std::move(buttons)}};
    return bubble;
}

/// What a lock screen and the list of chats show instead of the cards: the first line alone, which says nothing of the
/// matter (facts.md 77). The cards themselves are read aloud by the phone.
std::string_view alt_text(const bot::OutboundMessage& message)
{
    const std::string_view text = message.text;
    return prefix_utf16(text.substr(0, text.find('\n')), alt_text_units_max);
}

/// Nothing when LINE would refuse it: then the text, which says all of it, is sent.
std::optional<json> flex_json(const bot::OutboundMessage& message)
{
    if (message.cards.empty() || alt_text(message).empty()) return std::nullopt;
    json bubbles = json::array();
    for (const auto& card : message.cards) {
        auto bubble = bubble_json(card);
        if (card.title.empty() || dump(bubble).size() > bubble_bytes_max) return std::nullopt;
        bubbles.push_back(std::move(bubble));
    }
    json contents = bubbles.size() == 1 ? bubbles.front() : json{{"type", "carousel"}, {"contents", bubbles}};
    if (dump(contents).size() > carousel_bytes_max) return std::nullopt;
    return json{{"type", "flex"}, {"altText", alt_text(message)}, {"contents", std::move(contents)}};
}

/// A picture as such, anything else as its name and a link. LINE takes pictures by https alone (facts.md 86).
json media_json(const bot::OutboundMessage& message, std::string_view media_base)
{
    const std::string url = std::string(media_base) + message.media->blob;
    if (message.media->kind == bot::MediaKind::image)
        return {{"type", "image"}, {"originalContentUrl", url}, {"previewImageUrl", url}};
    return {{"type", "text"}, {"text", message.text + "\n" + url}};
}

json message_json(const bot::OutboundMessage& message, std::string_view media_base)
{
    if (message.media && !media_base.empty()) return media_json(message, media_base);
    if (auto flex = flex_json(message)) return *std::move(flex);
    return {{"type", "text"}, {"text", message.text}};
}

json messages_json(const std::vector<bot::OutboundMessage>& messages, std::string_view media_base)
{
    json list = json::array();
    for (const auto& message : messages) list.push_back(message_json(message, media_base));
    if (!messages.empty() && !messages.back().quick_replies.empty())
        list.back()["quickReply"] = quick_reply_json(messages.back().quick_replies);
    return list;
}

}  // namespace

std::string reply_body(std::string_view reply_token, const std::vector<bot::OutboundMessage>& messages, std::string_view media_base)
{
    return dump({{"replyToken", reply_token}, {"messages", messages_json(messages, media_base)}});
}

std::string push_body(std::string_view user, const std::vector<bot::OutboundMessage>& messages, std::string_view media_base)
{
    return dump({{"to", user}, {"messages", messages_json(messages, media_base)}});
}

}  // namespace tsunagi::line
