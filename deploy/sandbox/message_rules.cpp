#include "deploy/sandbox/message_rules.h"
#include "deploy/sandbox/text_length.h"

namespace tsunagi::sandbox {
namespace {

// facts.md 85-86: the documented limits, in the unit each is counted in.
constexpr std::size_t messages_max = 5;
constexpr std::size_t text_max = 5'000;
constexpr std::size_t emojis_max = 20;
constexpr std::size_t alt_text_max = 1'500;
constexpr std::size_t quick_reply_items_max = 13;
constexpr std::size_t sender_name_max = 20;
constexpr std::size_t place_text_max = 100;
constexpr std::size_t id_max = 100;
constexpr double milliseconds_max = 24.0 * 60 * 60 * 1'000;

void check_sender(Checker& checker, const json& message, const std::string& path)
{
    const json* sender = checker.object(message, path, "sender", Presence::optional);
    if (sender == nullptr) return;
    const std::string inside = join_path(path, "sender");
    checker.text(*sender, inside, "name", sender_name_max, CountedIn::utf16, Presence::optional);
    checker.media_url(*sender, inside, "iconUrl", Presence::optional);
}

void check_quick_reply(Checker& checker, const json& message, const std::string& path)
{
    const json* quick_reply = checker.object(message, path, "quickReply", Presence::optional);
    if (quick_reply == nullptr) return;
    const std::string inside = join_path(path, "quickReply");
    const json* items = checker.array(*quick_reply, inside, "items", 1, quick_reply_items_max);
    if (items == nullptr) return;
    for (std::size_t i = 0; i < items->size(); ++i) {
        const std::string item = item_path(inside, "items", i);
        if (!(*items)[i].is_object()) {
            checker.add(item, "May not be null");
            continue;
        }
        checker.one_of((*items)[i], item, "type", {"action"}, Presence::optional);
        checker.media_url((*items)[i], item, "imageUrl", Presence::optional);
        check_action(checker, (*items)[i], item, "action", ActionPlace::quick_reply);
    }
}

void check_quote(Checker& checker, const json& message, const std::string& path, const MessageSetting& setting)
{
    const std::string* token =
        checker.text(message, path, "quoteToken", 1'000, CountedIn::utf16, Presence::optional);
    if (token == nullptr) return;
    if (!setting.can_quote || !setting.can_quote(*token)) checker.add(join_path(path, "quoteToken"), "Invalid quote token");
}

/// The UTF-16 unit at `index` of the text, 0 when it is outside.
char16_t unit_at(const std::string& text, std::size_t index)
{
    std::size_t units = 0;
    for (std::size_t byte = 0; byte < text.size();) {
        if (units == index) return static_cast<unsigned char>(text[byte]) < 0x80 ? static_cast<char16_t>(text[byte]) : u'?';
        const auto lead = static_cast<unsigned char>(text[byte]);
        const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        units += size == 4 ? 2 : 1;
        byte += size;
    }
    return 0;
}

void check_text(Checker& checker, const json& message, const std::string& path, const MessageSetting& setting)
{
    const std::string* text = checker.text(message, path, "text", text_max);
    check_quote(checker, message, path, setting);
    const json* emojis = checker.array(message, path, "emojis", 0, emojis_max, Presence::optional);
    if (emojis == nullptr || text == nullptr) return;
    for (std::size_t i = 0; i < emojis->size(); ++i) {
        const std::string item = item_path(path, "emojis", i);
        const json& emoji = (*emojis)[i];
        if (!emoji.is_object()) {
            checker.add(item, "May not be null");
            continue;
        }
        checker.text(emoji, item, "productId", id_max);
        checker.text(emoji, item, "emojiId", id_max);
        const json* index = checker.number(emoji, item, "index", 0, text_max);
        if (index != nullptr && unit_at(*text, index->get<std::size_t>()) != u'$')
            checker.add(item, "The emoji's index must point at a $ in the text");
    }
}

void check_text_v2(Checker& checker, const json& message, const std::string& path, const MessageSetting& setting)
{
    const std::string* text = checker.text(message, path, "text", text_max);
    check_quote(checker, message, path, setting);
    const json* substitution = checker.object(message, path, "substitution", Presence::optional);
    if (text == nullptr) return;
    for (std::size_t i = 0; i < text->size(); ++i) {
        const char brace = (*text)[i];
        if (brace != '{' && brace != '}') continue;
        if (i + 1 < text->size() && (*text)[i + 1] == brace) {
            ++i;  // doubled: a brace to be seen
            continue;
        }
        const std::size_t end = brace == '{' ? text->find('}', i) : std::string::npos;
        if (end == std::string::npos) return checker.add(join_path(path, "text"), "Braces must be closed or doubled");
        const std::string key = text->substr(i + 1, end - i - 1);
        if (substitution == nullptr || !substitution->contains(key))
            return checker.add(join_path(path, "substitution"), "The key " + key + " is missing");
        i = end;
    }
}

void check_sticker(Checker& checker, const json& message, const std::string& path, const MessageSetting& setting)
{
    checker.text(message, path, "packageId", id_max);
    checker.text(message, path, "stickerId", id_max);
    check_quote(checker, message, path, setting);
}

void check_media(Checker& checker, const json& message, const std::string& path, const std::string& type)
{
    checker.media_url(message, path, "originalContentUrl");
    if (type != "audio") checker.media_url(message, path, "previewImageUrl");
    else checker.number(message, path, "duration", 1, milliseconds_max);
    if (type == "video") checker.text(message, path, "trackingId", id_max, CountedIn::utf16, Presence::optional);
}

void check_location(Checker& checker, const json& message, const std::string& path)
{
    checker.text(message, path, "title", place_text_max);
    checker.text(message, path, "address", place_text_max);
    checker.number(message, path, "latitude", -90, 90);
    checker.number(message, path, "longitude", -180, 180);
}

void check_imagemap(Checker& checker, const json& message, const std::string& path)
{
    checker.media_url(message, path, "baseUrl");
    checker.text(message, path, "altText", alt_text_max);
    checker.array(message, path, "actions", 0, 50);
    if (const json* size = checker.object(message, path, "baseSize")) {
        const std::string inside = join_path(path, "baseSize");
        checker.number(*size, inside, "width", 1040, 1040);
        checker.number(*size, inside, "height", 1, 100'000);
    }
}

void check_actions(Checker& checker, const json& parent, const std::string& path, std::size_t min, std::size_t max)
{
    const json* actions = checker.array(parent, path, "actions", min, max);
    if (actions == nullptr) return;
    for (std::size_t i = 0; i < actions->size(); ++i)
        check_action_object(checker, (*actions)[i], item_path(path, "actions", i), ActionPlace::template_);
}

/// The text of buttons and carousel columns: shorter when a title or a picture stands above it.
void check_card(Checker& checker, const json& card, const std::string& path, std::size_t alone_max)
{
    constexpr std::size_t with_head_max = 60, title_max = 40;
    const bool has_head = card.contains("title") || card.contains("thumbnailImageUrl");
    checker.text(card, path, "title", title_max, CountedIn::graphemes, Presence::optional);
    checker.text(card, path, "text", has_head ? with_head_max : alone_max, CountedIn::graphemes);
    checker.media_url(card, path, "thumbnailImageUrl", Presence::optional);
    check_action(checker, card, path, "defaultAction", ActionPlace::flex, Presence::optional);
}

void check_carousel(Checker& checker, const json& carousel, const std::string& path)
{
    const json* columns = checker.array(carousel, path, "columns", 1, 10);
    if (columns == nullptr) return;
    for (std::size_t i = 0; i < columns->size(); ++i) {
        const json& column = (*columns)[i];
        const std::string item = item_path(path, "columns", i);
        if (!column.is_object()) {
            checker.add(item, "May not be null");
            continue;
        }
        check_card(checker, column, item, 120);
        check_actions(checker, column, item, 1, 3);
        const json& first = (*columns)[0];
        const bool alike = column.contains("title") == first.contains("title") &&
                           column.contains("thumbnailImageUrl") == first.contains("thumbnailImageUrl") &&
                           column.value("actions", json()).size() == first.value("actions", json()).size();
        if (!alike) checker.add(item, "All columns must have the same number of actions, and a title and image in all or none");
    }
}

void check_image_carousel(Checker& checker, const json& carousel, const std::string& path)
{
    const json* columns = checker.array(carousel, path, "columns", 1, 10);
    if (columns == nullptr) return;
    for (std::size_t i = 0; i < columns->size(); ++i) {
        const std::string item = item_path(path, "columns", i);
        if (!(*columns)[i].is_object()) {
            checker.add(item, "May not be null");
            continue;
        }
        checker.media_url((*columns)[i], item, "imageUrl");
        check_action(checker, (*columns)[i], item, "action", ActionPlace::image_carousel);
    }
}

void check_template(Checker& checker, const json& message, const std::string& path)
{
    checker.text(message, path, "altText", alt_text_max);
    const json* content = checker.object(message, path, "template");
    if (content == nullptr) return;
    const std::string inside = join_path(path, "template");
    const std::string type =
        checker.one_of(*content, inside, "type", {"buttons", "confirm", "carousel", "image_carousel"});
    if (type == "buttons") {
        check_card(checker, *content, inside, 160);
        check_actions(checker, *content, inside, 1, 4);
    } else if (type == "confirm") {
        checker.text(*content, inside, "text", 240, CountedIn::graphemes);
        check_actions(checker, *content, inside, 2, 2);
    } else if (type == "carousel") {
        check_carousel(checker, *content, inside);
    } else if (type == "image_carousel") {
        check_image_carousel(checker, *content, inside);
    }
}

void check_message(Checker& checker, const json& message, const std::string& path, const MessageSetting& setting)
{
    const std::string type =
        checker.one_of(message, path, "type",
                       {"text", "textV2", "sticker", "image", "video", "audio", "location", "imagemap", "template", "flex",
                        "coupon"});
    check_sender(checker, message, path);
    check_quick_reply(checker, message, path);
    if (type == "text") check_text(checker, message, path, setting);
    else if (type == "textV2") check_text_v2(checker, message, path, setting);
    else if (type == "sticker") check_sticker(checker, message, path, setting);
    else if (type == "image" || type == "video" || type == "audio") check_media(checker, message, path, type);
    else if (type == "location") check_location(checker, message, path);
    else if (type == "imagemap") check_imagemap(checker, message, path);
    else if (type == "template") check_template(checker, message, path);
    else if (type == "coupon") checker.text(message, path, "couponId", id_max);
    else if (type == "flex") {
        checker.text(message, path, "altText", alt_text_max);
        check_flex(checker, message, path);
    }
}

}  // namespace

void check_messages(Checker& checker, const json& request, const MessageSetting& setting)
{
    const json* messages = checker.array(request, "", "messages", 1, messages_max);
    if (messages == nullptr) return;
    for (std::size_t i = 0; i < messages->size(); ++i) {
        const std::string path = item_path("", "messages", i);
        if ((*messages)[i].is_object()) check_message(checker, (*messages)[i], path, setting);
        else if (checker.wrong_type.empty()) checker.wrong_type = path;
    }
}

}  // namespace tsunagi::sandbox
