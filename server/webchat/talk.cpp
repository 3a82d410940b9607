#include "server/webchat/talk.h"

#include "server/media/media_type.h"
#include "server/store/keys.h"

#include <algorithm>

namespace tsunagi::webchat {
namespace {

using nlohmann::json;

/// A log is ordered by time and then seq, and a clock may step back: so many entries older than everything wanted are
/// looked at before the search ends.
constexpr std::size_t page_rows = 60;

const char* holder_word(bot::HolderKind kind)
{
    switch (kind) {
    case bot::HolderKind::bot: return "bot";
    case bot::HolderKind::queue: return "queue";
    case bot::HolderKind::counselor: return "staff";
    case bot::HolderKind::closed: return "closed";
    }
    return "bot";
}

/// What she sent that is no text: the page has a word for each.
const char* content_word(const bot::InboundContent& content)
{
    if (std::holds_alternative<bot::StickerReceived>(content)) return "sticker";
    if (std::holds_alternative<bot::MediaReceived>(content)) return "media";
    if (std::holds_alternative<bot::LocationReceived>(content)) return "location";
    if (std::holds_alternative<bot::Unsent>(content)) return "unsent";
    return nullptr;
}

bool is_shown(const bot::Entry& entry)
{
    if (entry.kind == bot::EntryKind::inbound) {
        const bool withdrawn = entry.content && std::holds_alternative<bot::Unsent>(*entry.content);
        const bool says_nothing = entry.text.empty() && (!entry.content || content_word(*entry.content) == nullptr);
        return !withdrawn && !says_nothing;
    }
    // One that must not go out (the holder changed meanwhile) was never said.
    return entry.kind == bot::EntryKind::outbound && entry.state != bot::SendState::failed;
}

json choices_json(const std::vector<bot::QuickReply>& choices)
{
    json list = json::array();
    for (const auto& choice : choices) {
        json one;
        one["label"] = choice.label;
        one["data"] = choice.data;
        list.push_back(std::move(one));
    }
    return list;
}

json card_json(const bot::Card& card)
{
    json value;
    value["title"] = card.title;
    value["text"] = card.text;
    value["rows"] = json::array();
    for (const auto& row : card.rows) {
        json one;
        one["label"] = row.label;
        one["text"] = row.text;
        value["rows"].push_back(std::move(one));
    }
    value["buttons"] = json::array();
    for (const auto& button : card.buttons) {
        json one;
        one["label"] = button.label;
        // Only what a page may follow: a link of another scheme would run in it.
        const bool is_link = button.uri.starts_with("https://") || button.uri.starts_with("tel:");
        if (is_link) one["uri"] = button.uri;
        else if (!button.data.empty()) one["data"] = button.data;
        else continue;
        value["buttons"].push_back(std::move(one));
    }
    return value;
}

json media_json(const DeskId& desk, const bot::Entry& entry)
{
    json value;
    value["url"] = "/chat/" + desk.text + "/media/" + std::to_string(entry.seq);
    value["kind"] = media::may_show_inline(entry.media->mime) ? "image" : "file";
    value["name"] = entry.media->file_name;
    value["size"] = entry.media->size_bytes;
    return value;
}

json entry_json(const DeskId& desk, const bot::Entry& entry)
{
    json value;
    value["seq"] = entry.seq;
    value["at"] = to_unix_ms(entry.at);
    const bool by_staff = entry.author.kind == bot::AuthorKind::counselor;
    value["from"] = entry.kind == bot::EntryKind::inbound ? "me" : by_staff ? "staff" : "bot";
    if (by_staff) value["name"] = entry.author.name;
    value["text"] = entry.text;
    if (entry.content)
        if (const char* word = content_word(*entry.content)) value["kind"] = word;
    if (!entry.message_id.empty() && entry.kind == bot::EntryKind::inbound) value["id"] = entry.message_id;
    if (shows_media(entry)) value["media"] = media_json(desk, entry);
    if (!entry.quick_replies.empty()) value["choices"] = choices_json(entry.quick_replies);
    if (!entry.cards.empty()) {
        value["cards"] = json::array();
        for (const auto& card : entry.cards) value["cards"].push_back(card_json(card));
    }
    return value;
}

/// The event that stands in the log where her safe word came.
bool is_safe_word(const bot::Entry& entry) { return entry.event && entry.event->name == "event.safe_word"; }

}  // namespace

bool shows_media(const bot::Entry& entry)
{
    return entry.kind == bot::EntryKind::outbound && entry.media && is_shown(entry);
}

nlohmann::json talk_json(const bot::Conversation& conversation, const std::vector<bot::Entry>& entries, std::uint64_t after)
{
    json talk;
    const bool is_hidden = conversation.risk.disguised;
    talk["holder"] = is_hidden ? "" : holder_word(conversation.holder.kind);
    if (is_hidden) talk["harmless"] = true;
    talk["language"] = conversation.language;
    talk["seq"] = std::max(after, conversation.next_seq - 1);
    talk["entries"] = json::array();
    const auto word = std::find_if(entries.rbegin(), entries.rend(), is_safe_word);
    const auto first = is_hidden ? word.base() : entries.begin();  // of `entries` without the word, all came after it
    for (auto entry = first; entry != entries.end(); ++entry)
        if (is_shown(*entry)) talk["entries"].push_back(entry_json(conversation.desk, *entry));
    return talk;
}

net::awaitable<std::vector<bot::Entry>> entries_after(store::Store& store, DeskId desk, ConversationId conversation,
                                                      std::uint64_t after)
{
    std::vector<bot::Entry> found;
    auto range = store::entries_of(desk, conversation);
    range.backwards = true;
    range.limit = page_rows;
    for (;;) {
        const auto rows = co_await store.scan(range);
        const std::size_t before = found.size();
        for (const auto& row : rows) {
            auto entry = store::decode<bot::Entry>(row.value.bytes);
            if (entry.ok() && entry->seq > after) found.push_back(std::move(entry).value());
        }
        if (rows.size() < page_rows || found.size() == before || found.size() >= history_entries_max) break;
        range = store::resume_after(range, rows.back().key);
    }
    std::sort(found.begin(), found.end(), [](const bot::Entry& a, const bot::Entry& b) { return a.seq < b.seq; });
    if (found.size() > history_entries_max)
        found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(history_entries_max));
    co_return found;
}

}  // namespace tsunagi::webchat
