#include "server/ops/verifier.h"

#include "server/desk/desk_service.h"
#include "server/store/keys.h"

#include <algorithm>

// The walk, and what belongs to one conversation; verify_spaces.cpp has the other spaces.

namespace tsunagi::ops {

using store::Space;

namespace {

/// The doorway's neutral notice to LINE: no log entry shows it (desk/commit_plan.h).
bool is_door_notice(const store::OutboxRow& request)
{
    const auto& messages = request.messages;
    if (messages.size() != 1 || messages.front().message.quick_replies.size() != 1) return false;
    return messages.front().message.quick_replies.front().data == desk::door_button_data;
}

bool is_waiting(const bot::Entry& entry)
{
    return entry.state == bot::SendState::queued || entry.state == bot::SendState::sending;
}

/// What she sent and we are to fetch, neither kept nor given up yet.
bool is_to_be_fetched(const bot::Entry& entry)
{
    const auto* media = entry.content ? std::get_if<bot::MediaReceived>(&*entry.content) : nullptr;
    return media != nullptr && !media->external && !entry.media && entry.failure.empty();
}

}  // namespace

net::awaitable<Verified> verify_store(store::Store& store)
{
    Verifier verifier(store);
    co_return co_await verifier.run();
}

net::awaitable<Verified> Verifier::run()
{
    co_await check_identities();  // first: a conversation is held against them
    co_await check_conversations();
    co_await check_places();
    co_await check_outbox();
    co_await check_timers();
    co_await check_staff();
    co_await check_events();
    co_await check_kept_for_staff();
    co_await check_leftovers();
    Verified verified = counts_;
    for (auto& [what, broken] : broken_) verified.broken.push_back(std::move(broken));
    co_return verified;
}

store::Range Verifier::whole(Space space) { return {.space = space, .from = {}, .to = std::string(64, '\xFF'), .limit = page_rows}; }

void Verifier::tell(const std::string& what, std::string where)
{
    auto& broken = broken_[what];
    broken.what = what;
    ++broken.count;
    if (broken.where.size() < places_told_max) broken.where.push_back(std::move(where));
}

net::awaitable<std::vector<store::Row>> Verifier::next_page(std::optional<store::Range>& range)
{
    if (!range) co_return std::vector<store::Row>{};
    auto rows = co_await store_.scan(*range);
    if (rows.size() < range->limit) range.reset();
    else range = store::resume_after(*range, rows.back().key);
    co_return rows;
}

net::awaitable<bool> Verifier::is_there(Space space, std::string key)
{
    const auto found = co_await store_.get(space, std::move(key));
    co_return found.has_value();
}

// ---------------------------------------------------------------------------- conversations

net::awaitable<void> Verifier::check_conversations()
{
    std::optional<store::Range> range = whole(Space::conversation);
    while (range) {
        const auto rows = co_await next_page(range);
        for (const auto& row : rows) {
            ++counts_.conversations;
            const auto conversation = read<bot::Conversation>(row.value, "conversation", "row " + std::to_string(counts_.conversations));
            if (!conversation) continue;
            if (row.key != store::conversation_key(conversation->desk, conversation->id))
                tell("a conversation lies at another place than its own", conversation->id.text);
            co_await check_conversation(*conversation);
        }
    }
}

net::awaitable<void> Verifier::check_conversation(const bot::Conversation& conversation)
{
    const auto& id = conversation.id.text;
    if (!std::ranges::binary_search(known_by_identity_, std::hash<ConversationId>{}(conversation.id)))
        tell("nobody's identity leads to a conversation: when she writes, another one begins", id);
    std::string listed_key = store::queue_key(conversation);
    const bool is_listed = co_await is_there(Space::queue, std::move(listed_key));
    if (is_listed) ++listed_;
    else tell("a conversation is missing from the list of its holder", id);
    if (conversation.holder.is_queue() && !conversation.handoff) tell("somebody waits and nothing says for what", id);
    if (conversation.holder.is_counselor()) {
        std::string known_key = store::staff_key(conversation.desk, conversation.holder.counselor);
        const bool is_known = co_await is_there(Space::staff, std::move(known_key));
        if (!is_known) tell("a conversation is held by an account that is not there", id);
    }
    if (conversation.position.running()) {
        std::string kept_key = store::playbook_key(conversation.desk, conversation.position.playbook);
        const bool is_kept = co_await is_there(Space::playbook, std::move(kept_key));
        if (!is_kept) tell("a flow runs on a playbook version that is not kept", id);
    }
    const auto asked_for = co_await requests_of(conversation);
    const auto seqs = co_await check_log(conversation, asked_for);
    for (const auto seq : asked_for)
        if (!seqs.contains(seq)) tell("a request waits for a log entry that is not there", id);
    co_await count_media(conversation);
}

/// The numbers of the entries that the outbox is to send.
net::awaitable<std::set<std::uint64_t>> Verifier::requests_of(const bot::Conversation& conversation)
{
    std::set<std::uint64_t> seqs;
    std::optional<store::Range> range = store::outbox_of(conversation.desk, conversation.id);
    range->limit = page_rows;
    while (range) {
        const auto rows = co_await next_page(range);
        for (const auto& row : rows) {
            ++outbox_of_conversations_;
            const auto request = store::decode<store::OutboxRow>(row.value.bytes);  // told of by check_outbox
            if (!request.ok() || is_door_notice(*request)) continue;
            for (const auto& message : request->messages) seqs.insert(message.entry_seq);
        }
    }
    co_return seqs;
}

net::awaitable<std::set<std::uint64_t>> Verifier::check_log(const bot::Conversation& conversation, const std::set<std::uint64_t>& asked_for)
{
    const auto& id = conversation.id.text;
    std::set<std::uint64_t> seqs;
    std::optional<store::Range> range = store::entries_of(conversation.desk, conversation.id);
    range->limit = page_rows;
    while (range) {
        const auto rows = co_await next_page(range);
        for (const auto& row : rows) {
            ++counts_.entries;
            const auto entry = read<bot::Entry>(row.value, "log entry", id);
            if (!entry) continue;
            if (!seqs.insert(entry->seq).second) tell("two log entries have one number", id);
            if (entry->seq >= conversation.next_seq) tell("a log entry has a number not given yet", id);
            if (row.key != store::entry_key(conversation.desk, conversation.id, entry->at, entry->seq))
                tell("a log entry lies at another place than its own", id);
            if (is_waiting(*entry) && !asked_for.contains(entry->seq)) tell("a message waits in the log and nothing will send it", id);
            if (!is_waiting(*entry) && asked_for.contains(entry->seq)) tell("a settled message still waits in the outbox", id);
            if (entry->kind == bot::EntryKind::inbound && !entry->message_id.empty()) co_await check_place(conversation, *entry);
            co_await check_media_of(conversation, *entry);
        }
    }
    co_return seqs;
}

/// Its id leads to this very entry: to another one when a message was taken twice. Who came in by a doorway's link writes
/// through the web chat as well.
net::awaitable<void> Verifier::check_place(const bot::Conversation& conversation, const bot::Entry& entry)
{
    const auto& desk = conversation.desk;
    const std::string keys[] = {store::message_key(desk, conversation.address.kind, conversation.address.channel, entry.message_id),
                                store::message_key(desk, bot::ChannelKind::web, desk::web_channel, entry.message_id)};
    bool is_noted = false;
    for (const auto& key : keys) {
        const auto found = co_await store_.get(Space::entry, key);
        const auto place = found ? store::decode<store::EntryPlace>(found->bytes) : store::DecodeError::truncated;
        if (place.ok() && place->conversation == conversation.id && place->at == entry.at && place->seq == entry.seq) co_return;
        is_noted |= found.has_value();
    }
    tell(is_noted ? "one message stands in the log twice, or its id leads to another" : "a message could be taken twice: its id is not noted",
         conversation.id.text);
}

net::awaitable<void> Verifier::check_media_of(const bot::Conversation& conversation, const bot::Entry& entry)
{
    const auto& id = conversation.id.text;
    if (entry.media) {
        std::string kept_key = store::media_key(conversation.desk, conversation.id, entry.seq);
        const bool is_kept = co_await is_there(Space::media, std::move(kept_key));
        if (!is_kept) tell("a picture or file of the log is not there", id);
    }
    if (conversation.address.kind == bot::ChannelKind::line && is_to_be_fetched(entry)) {
        std::string wanted_key = store::media_work_key(conversation.desk, conversation.id, entry.seq);
        const bool is_wanted = co_await is_there(Space::media, std::move(wanted_key));
        if (!is_wanted) tell("a picture or file she sent is not kept, and nothing will fetch it", id);
    }
}

net::awaitable<void> Verifier::count_media(const bot::Conversation& conversation)
{
    std::optional<store::Range> range = store::media_of(conversation.desk, conversation.id);
    range->limit = blobs_a_page;
    while (range) {
        const auto rows = co_await next_page(range);
        media_of_conversations_ += rows.size();
    }
}

}  // namespace tsunagi::ops
