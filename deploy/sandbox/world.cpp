#include "deploy/sandbox/world.h"
#include "deploy/sandbox/ids.h"

#include <algorithm>

namespace tsunagi::sandbox {
namespace {

constexpr std::int64_t stranger_reach_ms = 7LL * 24 * 60 * 60 * 1'000;  // facts.md 61
constexpr std::size_t entries_max = 5'000;                              // a chat; more is nobody's practice
constexpr std::size_t content_bytes_max = 256u << 20;                   // of all people together, the oldest go first

/// The kinds LINE gives a quote token for in an answer to reply and push.
bool is_quotable(const std::string& type)
{
    return type == "text" || type == "textV2" || type == "sticker" || type == "image" || type == "video" ||
           type == "template";
}

}  // namespace

World::World(std::vector<Channel> channels) : channels_(std::move(channels)) {}

Channel* World::channel(const std::string& id)
{
    if (id.empty()) return &channels_.front();
    const auto found = std::find_if(channels_.begin(), channels_.end(), [&](const Channel& c) { return c.id == id; });
    return found == channels_.end() ? nullptr : &*found;
}

void World::rich_menus_changed(const Channel& channel)
{
    json record = json::object();
    record["record"] = "rich_menus";
    record["channel"] = channel.id;
    record["state"] = to_json(channel.rich_menus);
    tell(record);
}

void World::rich_menu_image_changed(const Channel& channel, const RichMenu& menu)
{
    json record = json::object();
    record["record"] = "rich_menu_image";
    record["channel"] = channel.id;
    record["rich_menu"] = menu.id;
    record["type"] = menu.image_type;
    record["base64"] = to_base64(menu.image);
    tell(record);
}

const Person& World::add_person(Person person)
{
    json record = json::object();
    record["record"] = "person";
    record["person"] = to_json(person);
    const std::string id = person.user_id;
    const Person& kept = people_.insert_or_assign(id, std::move(person)).first->second;
    tell(record);
    return kept;
}

const Person* World::person(const std::string& user_id) const
{
    const auto found = people_.find(user_id);
    return found == people_.end() ? nullptr : &found->second;
}

Chat& World::chat(const std::string& channel_id, const std::string& user_id) { return chats_[{channel_id, user_id}]; }

const Chat* World::find_chat(const std::string& channel_id, const std::string& user_id) const
{
    const auto found = chats_.find({channel_id, user_id});
    return found == chats_.end() ? nullptr : &found->second;
}

void World::friendship_changed(const std::string& channel_id, const std::string& user_id)
{
    const Chat& changed = chat(channel_id, user_id);
    json record = json::object();
    record["record"] = "friend";
    record["channel"] = channel_id;
    record["person"] = user_id;
    record["friend"] = changed.is_friend;
    record["blocked"] = changed.blocked;
    record["last_wrote_ms"] = changed.last_wrote_ms;
    tell(record);
}

bool World::reaches(const std::string& channel_id, const std::string& user_id) const
{
    const Chat* known = find_chat(channel_id, user_id);
    if (known == nullptr || known->blocked) return false;
    return known->is_friend || (known->last_wrote_ms != 0 && now_ms() - known->last_wrote_ms <= stranger_reach_ms);
}

const Entry& World::add_entry(const std::string& channel_id, const std::string& user_id, Entry entry)
{
    entry.seq = ++last_seq_;
    const EntryPlace place{channel_id, user_id, entry.seq};
    auto& entries = chat(channel_id, user_id).entries;
    const Entry& kept = entries.emplace(entry.seq, std::move(entry)).first->second;
    if (entries.size() > entries_max) entries.erase(entries.begin());
    index(place, kept);
    tell(entry_record(place, kept));
    return kept;
}

void World::index(const EntryPlace& place, const Entry& entry)
{
    if (!entry.id.empty()) by_message_id_[entry.id] = place;
    if (!entry.quote_token.empty()) by_quote_token_[entry.quote_token] = place;
    if (!entry.from_person || !entry.content.is_object()) return;
    if (const auto token = entry.content.find("markAsReadToken"); token != entry.content.end())
        by_read_token_[token->get<std::string>()] = place;
}

std::optional<EntryPlace> World::find_message(const std::string& message_id) const
{
    const auto found = by_message_id_.find(message_id);
    if (found == by_message_id_.end()) return std::nullopt;
    return found->second;
}

Entry* World::entry_at(const EntryPlace& place)
{
    auto& entries = chat(place.channel_id, place.user_id).entries;
    const auto found = entries.find(place.seq);
    return found == entries.end() ? nullptr : &found->second;
}

void World::entry_changed(const EntryPlace& place)
{
    if (const Entry* entry = entry_at(place)) tell(entry_record(place, *entry));
}

json World::entry_record(const EntryPlace& place, const Entry& entry) const
{
    json record = json::object();
    record["record"] = "entry";
    record["channel"] = place.channel_id;
    record["person"] = place.user_id;
    record["entry"] = to_json(entry);
    return record;
}

json World::send(const std::string& channel_id, const std::string& user_id, const Outgoing& outgoing)
{
    const bool shown = person(user_id) != nullptr && reaches(channel_id, user_id);
    const bool gives_quote_tokens = outgoing.via == "reply" || outgoing.via == "push";
    json sent = json::array();
    for (const json& message : outgoing.messages) {
        Entry entry;
        entry.kind = "message";
        entry.id = make_message_id();
        entry.at_ms = now_ms();
        entry.content = message;
        entry.via = outgoing.via;
        entry.request_id = outgoing.request_id;
        entry.silent = outgoing.silent;
        json row = json::object();
        row["id"] = entry.id;
        if (gives_quote_tokens && is_quotable(message.value("type", ""))) {
            entry.quote_token = random_token(48);
            row["quoteToken"] = entry.quote_token;
        }
        sent.push_back(std::move(row));
        if (shown) add_entry(channel_id, user_id, std::move(entry));
    }
    if (shown) chat(channel_id, user_id).loading_until_ms = 0;
    return sent;
}

void World::show_loading(const std::string& channel_id, const std::string& user_id, std::int64_t until_ms)
{
    chat(channel_id, user_id).loading_until_ms = until_ms;
    json record = json::object();
    record["record"] = "loading";
    record["channel"] = channel_id;
    record["person"] = user_id;
    record["until_ms"] = until_ms;
    tell(record);
}

bool World::can_quote(const std::string& channel_id, const std::string& chat_id, const std::string& quote_token) const
{
    const auto found = by_quote_token_.find(quote_token);
    return found != by_quote_token_.end() && found->second.channel_id == channel_id && found->second.user_id == chat_id;
}

bool World::mark_as_read(const std::string& channel_id, const std::string& token)
{
    const auto found = by_read_token_.find(token);
    if (found == by_read_token_.end() || found->second.channel_id != channel_id) return false;
    const EntryPlace place = found->second;
    for (auto& [seq, entry] : chat(place.channel_id, place.user_id).entries) {
        if (seq > place.seq) break;
        if (!entry.from_person || entry.read || entry.kind != "message") continue;
        entry.read = true;
        entry_changed({place.channel_id, place.user_id, seq});
    }
    return true;
}

void World::keep_content(const std::string& message_id, Content content)
{
    content_bytes_ += content.bytes.size();
    contents_.insert_or_assign(message_id, std::move(content));
    content_order_.push_back(message_id);
    while (content_bytes_ > content_bytes_max && content_order_.size() > 1) {
        content_bytes_ -= contents_[content_order_.front()].bytes.size();
        contents_.erase(content_order_.front());
        content_order_.pop_front();
    }
}

Content* World::content(const std::string& message_id)
{
    const auto found = contents_.find(message_id);
    return found == contents_.end() ? nullptr : &found->second;
}

void World::remember_accepted(const std::string& channel_id, const std::string& key, AcceptedRequest accepted)
{
    json record = json::object();
    record["record"] = "accepted";
    record["channel"] = channel_id;
    record["key"] = key;
    record["at_ms"] = accepted.at_ms;
    record["request_id"] = accepted.request_id;
    record["body"] = accepted.body;
    record["sent_messages"] = accepted.sent_messages;
    retry_keys_.remember(channel_id, key, std::move(accepted));
    tell(record);
}

void World::tell(const json& record) const
{
    for (const Listener& listener : listeners_) listener(record);
}

void World::reset()
{
    people_.clear();
    chats_.clear();
    by_message_id_.clear();
    by_quote_token_.clear();
    by_read_token_.clear();
    contents_.clear();
    content_order_.clear();
    content_bytes_ = 0;
    reply_tokens_ = ReplyTokens{};
    retry_keys_ = RetryKeys{};
    for (Channel& channel : channels_) {
        channel.rich_menus = RichMenus{};
        channel.quota = Quota{};
    }
    json record = json::object();
    record["record"] = "reset";
    tell(record);
}

}  // namespace tsunagi::sandbox
