#include "server/line/decode.h"

#include "bot/base/text.h"

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include <array>

namespace tsunagi::line {
namespace {

using nlohmann::json;

constexpr std::size_t kind_bytes_max = 64;
constexpr std::size_t raw_bytes_max = 64 * 1024;  // an event larger than this is kept cut: it is only looked at by people
constexpr std::size_t keywords_max = 15;          // facts.md 42

// JSON of a stranger: every reader answers with a default when the property is missing or of another type.
const json& member(const json& object, const char* name)
{
    static const json nothing;
    if (!object.is_object()) return nothing;
    const auto found = object.find(name);
    return found == object.end() ? nothing : *found;
}
std::string text_of(const json& object, const char* name)
{
    const json& value = member(object, name);
    return value.is_string() ? value.get_ref<const std::string&>() : std::string();
}
std::int64_t integer_of(const json& object, const char* name)
{
    const json& value = member(object, name);
    return value.is_number() ? value.get<std::int64_t>() : 0;
}
bool flag_of(const json& object, const char* name)
{
    const json& value = member(object, name);
    return value.is_boolean() && value.get<bool>();
}

std::string cut(std::string text, std::size_t bytes_max)
{
    if (text.size() <= bytes_max) return text;
    text.resize(bytes_max);
    return to_valid_utf8(text);
}

/// Depth is bounded before parsing builds a tree: brackets outside strings are counted.
bool too_deep(std::string_view body)
{
    std::size_t depth = 0;
    bool inside_string = false;
    for (std::size_t i = 0; i < body.size(); ++i) {
        const char c = body[i];
        if (inside_string) {
            if (c == '\\') ++i;
            else if (c == '"') inside_string = false;
        } else if (c == '"') {
            inside_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > webhook_depth_max) return true;
        } else if (c == '}' || c == ']') {
            if (depth > 0) --depth;
        }
    }
    return false;
}

bot::StickerReceived sticker_of(const json& message)
{
    bot::StickerReceived sticker;
    sticker.text = text_of(message, "text");
    const json& keywords = member(message, "keywords");
    if (keywords.is_string()) sticker.keywords.push_back(keywords.get<std::string>());  // old traffic (facts.md 43)
    if (keywords.is_array() || keywords.is_object())
        for (const auto& keyword : keywords)
            if (keyword.is_string() && sticker.keywords.size() < keywords_max)
                sticker.keywords.push_back(keyword.get<std::string>());
    return sticker;
}

bot::MediaReceived media_of(bot::MediaKind kind, const json& message)
{
    const json& set = member(message, "imageSet");
    return {.kind = kind,
            .file_name = text_of(message, "fileName"),
            .size_bytes = integer_of(message, "fileSize"),
            .duration_ms = integer_of(message, "duration"),
            .image_set_id = text_of(set, "id"),
            .image_set_index = static_cast<std::int32_t>(integer_of(set, "index")),
            .image_set_total = static_cast<std::int32_t>(integer_of(set, "total")),
            .external = text_of(member(message, "contentProvider"), "type") == "external"};
}

bot::LocationReceived location_of(const json& message)
{
    const auto degrees = [&](const char* name) {
        const json& value = member(message, name);
        return value.is_number() ? value.get<double>() : 0.0;
    };
    return {.title = text_of(message, "title"), .address = text_of(message, "address"),
            .latitude = degrees("latitude"), .longitude = degrees("longitude")};
}

bot::OtherReceived other_of(std::string type, const json& event)
{
    // The reply token is a capability, not content: it does not outlive its minute in a record.
    json kept = event;
    kept.erase("replyToken");
    return {.type = cut(std::move(type), kind_bytes_max),
            .raw_json = cut(kept.dump(-1, ' ', false, json::error_handler_t::replace), raw_bytes_max)};
}

bot::InboundContent message_content(const json& event, const json& message)
{
    const std::string type = text_of(message, "type");
    if (type == "text") return bot::TextReceived{text_of(message, "text"), text_of(message, "quotedMessageId")};
    if (type == "sticker") return sticker_of(message);
    if (type == "image") return media_of(bot::MediaKind::image, message);
    if (type == "video") return media_of(bot::MediaKind::video, message);
    if (type == "audio") return media_of(bot::MediaKind::audio, message);
    if (type == "file") return media_of(bot::MediaKind::file, message);
    if (type == "location") return location_of(message);
    return other_of("message." + type, event);
}

bot::PostbackReceived postback_of(const json& event)
{
    const json& postback = member(event, "postback");
    bot::PostbackReceived received{.data = text_of(postback, "data"), .params = {}};
    const json& params = member(postback, "params");
    if (params.is_object())
        for (const auto& [name, value] : params.items())
            if (value.is_string()) received.params.emplace(name, value.get<std::string>());
    return received;
}

bot::InboundContent content_of(const json& event, const std::string& type)
{
    if (type == "message") return message_content(event, member(event, "message"));
    if (type == "postback") return postback_of(event);
    if (type == "follow") return bot::Followed{flag_of(member(event, "follow"), "isUnblocked")};
    if (type == "unfollow") return bot::Unfollowed{};
    if (type == "unsend") return bot::Unsent{text_of(member(event, "unsend"), "messageId")};
    return other_of(type, event);
}

/// LINE's webhookEventId; else the message's id; else a hash of the event without what redelivery changes (facts.md 22).
EventId event_id_of(const json& event)
{
    if (auto id = text_of(event, "webhookEventId"); !id.empty()) return EventId{cut(std::move(id), kind_bytes_max)};
    if (auto id = text_of(member(event, "message"), "id"); !id.empty())
        return EventId{"message-" + cut(std::move(id), kind_bytes_max)};
    json stable = event;
    stable.erase("deliveryContext");
    const std::string bytes = stable.dump(-1, ' ', false, json::error_handler_t::replace);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
    static constexpr char hex[] = "0123456789abcdef";
    std::string text = "hash-";
    for (unsigned i = 0; i < 16; ++i) {
        text += hex[digest[i] >> 4U];
        text += hex[digest[i] & 15U];
    }
    return EventId{std::move(text)};
}

}  // namespace

std::optional<Webhook> decode_webhook(std::string_view body, const DeskId& desk, std::string_view channel, TimePoint now)
{
    if (body.size() > webhook_body_bytes_max || too_deep(body)) return std::nullopt;
    std::string repaired;
    if (!is_utf8(body)) body = repaired = to_valid_utf8(body);
    const json root = json::parse(body, nullptr, false);
    if (root.is_discarded()) return std::nullopt;
    const json& events = member(root, "events");
    if (!events.is_array() || events.size() > webhook_events_max) return std::nullopt;

    Webhook webhook;
    webhook.destination = text_of(root, "destination");
    for (const json& event : events) {
        const std::string type = text_of(event, "type");
        webhook.kinds.push_back(cut(type.empty() ? "untyped" : type, kind_bytes_max));
        const json& source = member(event, "source");
        const std::string source_type = text_of(source, "type");
        if (source_type == "group" || source_type == "room") {
            ++webhook.from_groups;
            continue;
        }
        std::string user = text_of(source, "userId");
        if (user.empty()) {
            ++webhook.without_user;
            continue;
        }
        bot::Inbound inbound;
        inbound.desk = desk;
        inbound.event = event_id_of(event);
        inbound.from = {bot::ChannelKind::line, std::string(channel), std::move(user)};
        inbound.message_id = text_of(member(event, "message"), "id");
        const auto sent_ms = integer_of(event, "timestamp");
        inbound.sent_at = sent_ms > 0 ? from_unix_ms(sent_ms) : now;
        inbound.received_at = now;
        if (auto token = text_of(event, "replyToken"); !token.empty()) inbound.reply = bot::ReplyToken{std::move(token), now};
        inbound.standby = text_of(event, "mode") == "standby";
        inbound.content = content_of(event, type);
        webhook.events.push_back(std::move(inbound));
    }
    return webhook;
}

}  // namespace tsunagi::line
