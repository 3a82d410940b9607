#include "deploy/sandbox/person_messages.h"
#include "deploy/sandbox/ids.h"
#include "deploy/sandbox/json_read.h"
#include "deploy/sandbox/text_length.h"

#include <array>

namespace tsunagi::sandbox {
namespace {

constexpr std::size_t text_max = 5'000;

/// The smallest PNG there is: one grey dot, for whoever sends an image without saying which.
constexpr const char* dot_png =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

void copy_fields(const json& from, json& to, std::initializer_list<const char*> names)
{
    for (const char* name : names)
        if (from.contains(name)) to[name] = from[name];
}

Result<PersonMessage, Refusal> text_message(const json& what, json message)
{
    const std::string text = text_of(what, "text");
    if (is_blank(text)) return Refusal{400, "text is missing"};
    if (utf16_units(text) > text_max) return Refusal{400, "text has more than 5,000 UTF-16 units"};
    message["text"] = text;
    message["quoteToken"] = random_token(48);
    copy_fields(what, message, {"quotedMessageId", "emojis", "mention"});
    return PersonMessage{std::move(message), std::nullopt};
}

Result<PersonMessage, Refusal> sticker_message(const json& what, json message)
{
    message["packageId"] = text_of(what, "packageId", "1");
    message["stickerId"] = text_of(what, "stickerId", "1");
    message["stickerResourceType"] = text_of(what, "stickerResourceType", "STATIC");
    message["quoteToken"] = random_token(48);
    copy_fields(what, message, {"keywords", "text", "quotedMessageId"});
    return PersonMessage{std::move(message), std::nullopt};
}

Result<PersonMessage, Refusal> location_message(const json& what, json message)
{
    if (!what.contains("latitude") || !what["latitude"].is_number() || !what.contains("longitude") ||
        !what["longitude"].is_number())
        return Refusal{400, "latitude and longitude are numbers"};
    copy_fields(what, message, {"title", "address", "latitude", "longitude"});
    return PersonMessage{std::move(message), std::nullopt};
}

Result<PersonMessage, Refusal> media_message(const json& what, json message, const std::string& type)
{
    Content content;
    content.bytes = from_base64(text_of(what, "content_base64", dot_png)).value_or("");
    if (content.bytes.empty()) return Refusal{400, "content_base64 is no base64"};
    const char* usual_type = type == "image" ? "image/png" : type == "video" ? "video/mp4"
                             : type == "audio" ? "audio/mp4" : "application/octet-stream";
    content.media_type = text_of(what, "content_type", usual_type);
    content.ready_at_ms = now_ms() + number_of(what, "processing_ms");
    if (type == "file") {
        message["fileName"] = text_of(what, "fileName", "file.bin");
        message["fileSize"] = content.bytes.size();
    } else {
        message["contentProvider"] = json::object();
        message["contentProvider"]["type"] = "line";
        copy_fields(what, message, {"duration", "imageSet"});
    }
    if (type == "image" || type == "video") message["quoteToken"] = random_token(48);
    return PersonMessage{std::move(message), std::move(content)};
}

}  // namespace

Result<PersonMessage, Refusal> make_person_message(const json& what, const std::string& message_id)
{
    const std::string type = text_of(what, "type");
    json message = json::object();
    message["type"] = type;
    message["id"] = message_id;
    message["markAsReadToken"] = random_token(48);
    if (type == "text") return text_message(what, std::move(message));
    if (type == "sticker") return sticker_message(what, std::move(message));
    if (type == "location") return location_message(what, std::move(message));
    if (type == "image" || type == "video" || type == "audio" || type == "file")
        return media_message(what, std::move(message), type);
    return Refusal{400, "type is text, sticker, location, image, video, audio, file or postback"};
}

}  // namespace tsunagi::sandbox
