#include "server/line/decode.h"

#include "bot/base/hex.h"
#include "bot/base/json_escapes.h"
#include "bot/base/text.h"
#include "server/desk/edits.h"
#include "server/line/emoji.h"
#include "server/line/json_member.h"

#include <openssl/evp.h>

#include <array>

namespace tsunagi::line {
namespace {

using nlohmann::json;

constexpr std::size_t kind_bytes_max = 64;
constexpr std::size_t raw_bytes_max = 64 * 1024;  // an event larger than this is kept cut: it is only looked at by people
constexpr std::size_t keywords_max = 15;          // facts.md 42
constexpr std::size_t emojis_max = 1'000;         // not documented for what a person sends; bounds the sorting
constexpr std::size_t token_bytes_max = 1'024;    // a mark-as-read token; not documented

/// Who the consoles' old "verify" button pretends to be (facts.md 11): nobody to talk with.
constexpr std::string_view verifying_user = "Udeadbeefdeadbeefdeadbeefdeadbeef";

std::int64_t integer_of(const json& object, const char* name)
{
    const json& value = member(object, name);
    if (value.is_number_integer()) return value.get<std::int64_t>();
    // A number with a point may lie beyond every integer: only what surely fits is converted.
    constexpr double safe = 9'007'199'254'740'992.0;
    const double number = value.is_number_float() ? value.get<double>() : 0;
    return number > -safe && number < safe ? static_cast<std::int64_t>(number) : 0;
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

bot::TextReceived text_content(const json& message)
{
    std::string text = text_of(message, "text");
    const json& emojis = member(message, "emojis");
    if (emojis.is_array() && !emojis.empty() && emojis.size() <= emojis_max) {
        std::vector<EmojiPlace> places;
        for (const json& emoji : emojis) places.push_back({integer_of(emoji, "index"), integer_of(emoji, "length")});
        text = name_emojis(text, std::move(places));
    }
    return {std::move(text), text_of(message, "quotedMessageId")};
}

bot::StickerReceived sticker_of(const json& message)
{
    bot::StickerReceived sticker;
    sticker.text = text_of(message, "text");
    sticker.quoted_message_id = text_of(message, "quotedMessageId");
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
    if (type == "text") return text_content(message);
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

/// A message she changed afterwards: its new words are a turn of their own, heard as any, and shown as an edit of the old ones.
/// (LINE tells it of groups alone so far; facts.md 27.)
bot::InboundContent edited_of(const json& event)
{
    const json& message = member(event, "message");
    if (text_of(message, "type") != "text") return other_of("messageEdited", event);
    auto text = text_content(message);
    text.quoted_message_id = text_of(message, "id");
    text.is_edit = true;
    return text;
}

bot::InboundContent content_of(const json& event, const std::string& type)
{
    if (type == "messageEdited") return edited_of(event);
    if (type == "message") return message_content(event, member(event, "message"));
    if (type == "postback") return postback_of(event);
    if (type == "follow") return bot::Followed{flag_of(member(event, "follow"), "isUnblocked")};
    if (type == "unfollow") return bot::Unfollowed{};
    if (type == "unsend") return bot::Unsent{text_of(member(event, "unsend"), "messageId")};
    return other_of(type, event);
}

/// Which message an event is. An edit is another message than the one it changes, and knows it by its name
/// (desk/edits.h), so that withdrawing the first withdraws both.
std::string message_id_of(const json& event, const std::string& type)
{
    std::string id = text_of(member(event, "message"), "id");
    if (type != "messageEdited" || id.empty()) return id;
    return desk::edit_prefix(id) + std::to_string(integer_of(event, "timestamp"));
}

/// LINE's webhookEventId; else the message's id; else a hash of the event without what redelivery changes (facts.md 22).
EventId event_id_of(const json& event, const std::string& type)
{
    if (auto id = text_of(event, "webhookEventId"); !id.empty()) return EventId{cut(std::move(id), kind_bytes_max)};
    if (auto id = message_id_of(event, type); !id.empty())
        return EventId{"message-" + cut(std::move(id), kind_bytes_max)};
    json stable = event;
    stable.erase("deliveryContext");
    const std::string bytes = stable.dump(-1, ' ', false, json::error_handler_t::replace);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
    return EventId{"hash-" + to_hex(digest, 16)};
}

/// A phone inside a beacon's reach says so every ten seconds (facts.md 34). Where she stays is nothing we need to know.
bool only_noise(const json& event, const std::string& type)
{
    return type == "beacon" && text_of(member(event, "beacon"), "type") == "stay";
}

/// What to do about an event of a group or room: say why we go, and go. Nothing else of it is looked at (pitfalls.md 17).
std::optional<GroupVisit> visit_of(const json& event, const json& source, const std::string& type, bool is_room)
{
    if (type == "leave" || type == "memberLeft") return std::nullopt;
    GroupVisit visit{.is_room = is_room, .id = text_of(source, is_room ? "roomId" : "groupId"), .reply_token = {}};
    if (visit.id.empty() || visit.id.size() > kind_bytes_max) return std::nullopt;
    if (type == "join") visit.reply_token = text_of(event, "replyToken");
    return visit;
}

}  // namespace

std::optional<Webhook> decode_webhook(std::string_view body, const DeskId& desk, std::string_view channel, TimePoint now)
{
    if (body.size() > webhook_body_bytes_max || too_deep(body)) return std::nullopt;
    std::string repaired;
    if (!is_utf8(body)) body = repaired = to_valid_utf8(body);
    json root = json::parse(body, nullptr, false);
    if (root.is_discarded()) root = json::parse(with_whole_escapes(std::string(body)), nullptr, false);
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
            if (auto visit = visit_of(event, source, type, source_type == "room")) webhook.visits.push_back(std::move(*visit));
            continue;
        }
        std::string user = text_of(source, "userId");
        if (user.empty()) {
            ++webhook.without_user;
            continue;
        }
        if (user == verifying_user || only_noise(event, type)) {
            ++webhook.ignored;
            continue;
        }
        bot::Inbound inbound;
        inbound.desk = desk;
        inbound.event = event_id_of(event, type);
        inbound.from = {bot::ChannelKind::line, std::string(channel), std::move(user)};
        inbound.message_id = message_id_of(event, type);
        const auto sent_ms = integer_of(event, "timestamp");
        inbound.sent_at = sent_ms > 0 ? from_unix_ms(sent_ms) : now;
        inbound.received_at = now;
        if (auto token = text_of(event, "replyToken"); !token.empty()) inbound.reply = bot::ReplyToken{std::move(token), now};
        inbound.standby = text_of(event, "mode") == "standby";
        auto mark = text_of(member(event, "message"), "markAsReadToken");
        if (!inbound.standby && mark.size() <= token_bytes_max) inbound.mark_as_read_token = std::move(mark);
        inbound.content = content_of(event, type);
        webhook.events.push_back(std::move(inbound));
    }
    return webhook;
}

}  // namespace tsunagi::line
