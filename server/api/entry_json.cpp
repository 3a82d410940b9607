#include "server/api/entry_json.h"

#include "bot/base/text.h"
#include "bot/risk/detector.h"
#include "server/api/answer_label.h"
#include "server/api/conversation_json.h"
#include "server/api/media.h"
#include "server/media/media_type.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

namespace tsunagi::api {
namespace {

constexpr std::size_t quote_units_max = 120;
constexpr std::array state_words{"none", "queued", "sending", "accepted", "failed", "unknown"};

const char* author_word(bot::AuthorKind kind)
{
    switch (kind) {
    case bot::AuthorKind::person: return "person";
    case bot::AuthorKind::bot: return "bot";
    case bot::AuthorKind::counselor: return "counselor";
    case bot::AuthorKind::system: return "system";
    }
    return "system";
}

const char* kind_word(bot::EntryKind kind)
{
    switch (kind) {
    case bot::EntryKind::inbound: return "inbound";
    case bot::EntryKind::outbound: return "outbound";
    case bot::EntryKind::note: return "note";
    case bot::EntryKind::event: return "event";
    }
    return "event";
}

const char* media_word(bot::MediaKind kind)
{
    switch (kind) {
    case bot::MediaKind::image: return "image";
    case bot::MediaKind::video: return "video";
    case bot::MediaKind::audio: return "audio";
    case bot::MediaKind::file: return "file";
    }
    return "file";
}

struct TypeOf {
    const char* operator()(const bot::TextReceived&) const { return "text"; }
    const char* operator()(const bot::StickerReceived&) const { return "sticker"; }
    const char* operator()(const bot::MediaReceived& media) const { return media_word(media.kind); }
    const char* operator()(const bot::LocationReceived&) const { return "location"; }
    const char* operator()(const bot::PostbackReceived&) const { return "postback"; }
    const char* operator()(const bot::Followed&) const { return "followed"; }
    const char* operator()(const bot::Unfollowed&) const { return "unfollowed"; }
    const char* operator()(const bot::Unsent&) const { return "unsent"; }
    const char* operator()(const bot::OtherReceived&) const { return "other"; }
};

/// The fields that openapi.yaml's `Content` names for each type.
struct ContentOf {
    json& value;
    void operator()(const bot::TextReceived&) const {}
    void operator()(const bot::StickerReceived& sticker) const
    {
        value["keywords"] = sticker.keywords;
        if (!sticker.text.empty()) value["text"] = sticker.text;
    }
    void operator()(const bot::MediaReceived& media) const
    {
        if (!media.file_name.empty()) value["file_name"] = media.file_name;
        if (media.size_bytes > 0) value["size_bytes"] = media.size_bytes;
        if (media.duration_ms > 0) value["duration_ms"] = media.duration_ms;
    }
    void operator()(const bot::LocationReceived& location) const
    {
        value["title"] = location.title;
        value["address"] = location.address;
        if (std::isfinite(location.latitude)) value["latitude"] = location.latitude;
        if (std::isfinite(location.longitude)) value["longitude"] = location.longitude;
    }
    void operator()(const bot::PostbackReceived& postback) const
    {
        // A tapped button's data is for machines; what the person saw stands in the entry's text.
        for (const auto& [name, picked] : postback.params) value["label"] = picked;
    }
    void operator()(const bot::Followed&) const {}
    void operator()(const bot::Unfollowed&) const {}
    void operator()(const bot::Unsent&) const {}
    void operator()(const bot::OtherReceived& other) const { value["label"] = other.type; }
};

/// How far the bytes of a picture, recording or file have come, and where they are.
json media_json(const bot::Conversation& conversation, const bot::Entry& entry, const Words& words)
{
    json value;
    const auto* received = entry.content ? std::get_if<bot::MediaReceived>(&*entry.content) : nullptr;
    if (entry.media) {
        value["state"] = "ready";
        value["url"] = media_path(conversation.id, entry.seq);
        value["mime"] = entry.media->mime;
        value["file_name"] = entry.media->file_name;
        value["size_bytes"] = entry.media->size_bytes;
        value["inline"] = media::may_show_inline(entry.media->mime);
    } else if (received != nullptr && received->external) {
        value["state"] = "failed";
        value["text"] = words.text("media.failed.elsewhere");
    } else if (!entry.failure.empty()) {
        value["state"] = "failed";
        value["text"] = words.text(entry.failure);
    } else {
        value["state"] = "waiting";
    }
    return value;
}

json content_json(const bot::Conversation& conversation, const bot::Entry& entry, const Words& words)
{
    if (!entry.content && entry.media) {  // what we sent
        json value;
        value["type"] = media_word(entry.media->kind);
        value["media"] = media_json(conversation, entry, words);
        return value;
    }
    if (!entry.content || std::holds_alternative<bot::TextReceived>(*entry.content)) return {};
    json value;
    value["type"] = content_type(entry);
    std::visit(ContentOf{value}, *entry.content);
    const auto* tapped = std::get_if<bot::PostbackReceived>(&*entry.content);
    if (tapped != nullptr && tapped->params.empty())
        if (auto label = label_for_staff(*tapped, entry.text, words); !label.empty()) value["label"] = std::move(label);
    if (std::holds_alternative<bot::MediaReceived>(*entry.content)) value["media"] = media_json(conversation, entry, words);
    return value;
}

/// The message whose later version an entry is; empty when it is none.
std::string replaced_message_id(const bot::Entry& entry)
{
    const auto* text = entry.content ? std::get_if<bot::TextReceived>(&*entry.content) : nullptr;
    return text != nullptr && text->is_edit ? text->quoted_message_id : std::string();
}

/// The message that an entry quotes; empty when none.
std::string quoted_message_id(const bot::Entry& entry)
{
    if (!entry.content || !replaced_message_id(entry).empty()) return {};
    if (const auto* text = std::get_if<bot::TextReceived>(&*entry.content)) return text->quoted_message_id;
    if (const auto* sticker = std::get_if<bot::StickerReceived>(&*entry.content)) return sticker->quoted_message_id;
    return {};
}

const bot::Entry* message_in(const std::vector<bot::Entry>& log, const std::string& message_id)
{
    const auto found = std::ranges::find(log, message_id, &bot::Entry::message_id);
    return found == log.end() ? nullptr : &*found;
}

/// What a quoted message was where it was no text: a picture or sticker is told in a word, without its bytes.
json quoted_content_json(const bot::Entry& quoted)
{
    if (!quoted.content || std::holds_alternative<bot::TextReceived>(*quoted.content)) return {};
    json value;
    value["type"] = content_type(quoted);
    std::visit(ContentOf{value}, *quoted.content);
    return value;
}

json quoted_json(const bot::Conversation& conversation, const bot::Entry& entry, const std::vector<bot::Entry>& log)
{
    const std::string quoted_id = quoted_message_id(entry);
    if (quoted_id.empty()) return {};
    json value;
    value["seq"] = nullptr;
    value["author"] = nullptr;
    value["text"] = "";
    value["content"] = nullptr;
    const auto* quoted = message_in(log, quoted_id);
    if (quoted == nullptr) return value;
    value["seq"] = quoted->seq;
    value["author"] = author_json(conversation, quoted->author);
    value["text"] = std::string(prefix_utf16(quoted->text, quote_units_max));
    value["content"] = quoted_content_json(*quoted);
    return value;
}

/// Which message these words stand for now. Its first words are told along: staff see what she took back.
json edits_json(const bot::Entry& entry, const std::vector<bot::Entry>& log)
{
    const std::string replaced_id = replaced_message_id(entry);
    if (replaced_id.empty()) return {};
    json value;
    value["seq"] = nullptr;
    value["text"] = "";
    const auto* first = message_in(log, replaced_id);
    if (first == nullptr) return value;
    value["seq"] = first->seq;
    value["text"] = first->text;
    return value;
}

/// Names that stand a line each, as a reader lists them.
std::string listed(const std::string& lines, const Words& words)
{
    std::string list;
    for (const char letter : lines) list += letter == '\n' ? words.text("list.separator") : std::string(1, letter);
    return list;
}

/// An event's sentence. Values that are themselves catalogue words are read from it first.
json event_json(const bot::LoggedEvent& event, const Words& words)
{
    constexpr std::array<std::pair<std::string_view, const char*>, 4> in_catalogue{
        {{"reason", "handoff.reason."}, {"outcome", "outcome."}, {"language", "language."}, {"weekday", "time.weekday."}}};
    auto values = event.values;
    for (auto& [name, value] : values) {
        for (const auto& [of, keys] : in_catalogue)
            if (const auto key = keys + value; name == of && words.knows(key)) value = words.text(key);
        if (name == "names") value = listed(value, words);
    }
    constexpr std::string_view prefix = "event.";
    json shown;
    shown["name"] = event.name.starts_with(prefix) ? event.name.substr(prefix.size()) : event.name;
    shown["text"] = words.text(event.name, values);
    return shown;
}

json failure_json(const std::string& failure, const Words& words)
{
    constexpr std::string_view prefix = "send.failed.";
    json value;
    value["code"] = failure.starts_with(prefix) ? failure.substr(prefix.size()) : failure;
    value["text"] = words.text(failure);
    if (words.knows(failure + ".next")) value["next_text"] = words.text(failure + ".next");
    return value;
}

}  // namespace

json mark_json(const bot::RiskMark& mark, const Words& words)
{
    const auto& rules = words.playbook().risk;
    json value;
    value["level"] = mark.level;
    value["categories"] = mark.categories;
    value["spans"] = json::array();
    for (const auto& span : mark.spans) {
        json one;
        one["from"] = span.from;
        one["to"] = span.to;
        one["rule"] = span.rule;
        one["reason"] = rules ? std::string(bot::reason_of(*rules, span.rule)) : std::string();
        value["spans"].push_back(std::move(one));
    }
    value["dismissed"] = nullptr;
    if (mark.dismissed_by.empty()) return value;
    json dismissed;
    dismissed["by"] = mark.dismissed_by;
    dismissed["reason"] = mark.dismissed_reason;
    value["dismissed"] = std::move(dismissed);
    return value;
}

json author_json(const bot::Conversation& conversation, const bot::Author& author)
{
    json value;
    value["kind"] = author_word(author.kind);
    if (author.kind == bot::AuthorKind::counselor) value["id"] = author.counselor.text;
    value["name"] = author.kind == bot::AuthorKind::person ? conversation.nickname
                    : author.kind == bot::AuthorKind::counselor ? author.name
                                                                : std::string();
    return value;
}

const char* state_word(bot::SendState state) { return state_words.at(static_cast<std::size_t>(state)); }

const char* content_type(const bot::Entry& entry)
{
    return entry.content ? std::visit(TypeOf{}, *entry.content) : "text";
}

bool quotes_what_is_not_in(const std::vector<bot::Entry>& log, const bot::Entry& entry)
{
    for (const auto& id : {quoted_message_id(entry), replaced_message_id(entry)})
        if (!id.empty() && message_in(log, id) == nullptr) return true;
    return false;
}

json entry_json(const bot::Conversation& conversation, const bot::Entry& entry, const std::vector<bot::Entry>& log,
                const Words& words)
{
    json value;
    value["id"] = conversation.id.text + "-" + std::to_string(entry.seq);
    value["seq"] = entry.seq;
    value["at"] = time_text(entry.at);
    value["kind"] = kind_word(entry.kind);
    value["author"] = author_json(conversation, entry.author);
    value["text"] = entry.text;
    value["content"] = content_json(conversation, entry, words);
    json labels = json::array();
    for (const auto& choice : entry.quick_replies) labels.push_back(choice.label);
    value["quick_replies"] = std::move(labels);
    value["event"] = entry.event ? event_json(*entry.event, words) : json();
    value["state"] = state_word(entry.state);
    const bool is_sent = entry.kind == bot::EntryKind::outbound;  // of media received, the content tells what failed
    value["failure"] = entry.failure.empty() || !is_sent ? json() : failure_json(entry.failure, words);
    value["quoted"] = quoted_json(conversation, entry, log);
    value["edits"] = edits_json(entry, log);
    value["risk"] = entry.risk ? mark_json(*entry.risk, words) : json();
    return value;
}

}  // namespace tsunagi::api
