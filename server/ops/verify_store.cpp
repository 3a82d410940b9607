#include "server/ops/verify.h"

#include "server/desk/desk_service.h"
#include "server/store/keys.h"
#include "server/store/records.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace tsunagi::ops {
namespace {

using store::Space;

constexpr std::size_t page_rows = 1'000;
constexpr std::size_t places_told_max = 10;

store::Range whole(Space space) { return {.space = space, .from = {}, .to = std::string(64, '\xFF'), .limit = page_rows}; }

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

class Verifier {
public:
    explicit Verifier(store::Store& store) : store_(store) {}

    net::awaitable<Verified> run()
    {
        co_await check_conversations();
        co_await check_identities();
        co_await check_places();
        co_await check_outbox();
        co_await check_timers();
        co_await check_staff();
        co_await check_events();
        co_await check_leftovers();
        Verified verified = counts_;
        for (auto& [what, broken] : broken_) verified.broken.push_back(std::move(broken));
        co_return verified;
    }

private:
    void tell(const std::string& what, std::string where)
    {
        auto& broken = broken_[what];
        broken.what = what;
        ++broken.count;
        if (broken.where.size() < places_told_max) broken.where.push_back(std::move(where));
    }

    template <class Record>
    std::optional<Record> read(const store::Value& value, const char* what, const std::string& where)
    {
        auto record = store::decode<Record>(value.bytes);
        if (record.ok()) return std::move(record).value();
        tell(std::string("a record cannot be read: ") + what + ", " + std::string(to_text(record.error())), where);
        return std::nullopt;
    }

    /// The page of `range` from where the last call stopped; empty at the end.
    net::awaitable<std::vector<store::Row>> next_page(std::optional<store::Range>& range)
    {
        if (!range) co_return std::vector<store::Row>{};
        auto rows = co_await store_.scan(*range);
        if (rows.size() < range->limit) range.reset();
        else range = store::resume_after(*range, rows.back().key);
        co_return rows;
    }

    // ------------------------------------------------------------------------ conversations

    net::awaitable<void> check_conversations()
    {
        std::optional<store::Range> range = whole(Space::conversation);
        while (range) {
            const auto rows = co_await next_page(range);
            for (const auto& row : rows) {
                ++counts_.conversations;
                const auto conversation = read<bot::Conversation>(row.value, "conversation", "row " + std::to_string(counts_.conversations));
                if (conversation) co_await check_conversation(*conversation);
            }
        }
    }

    net::awaitable<void> check_conversation(const bot::Conversation& conversation)
    {
        const auto& id = conversation.id.text;
        std::string listed = store::queue_key(conversation);
        const auto place = co_await store_.get(Space::queue, std::move(listed));
        if (place) ++listed_;
        else tell("a conversation is missing from the list of its holder", id);
        if (conversation.holder.is_queue() && !conversation.handoff) tell("somebody waits and nothing says for what", id);
        if (conversation.holder.is_counselor()) {
            std::string holder_key = store::staff_key(conversation.desk, conversation.holder.counselor);
            const auto holder = co_await store_.get(Space::staff, std::move(holder_key));
            if (!holder) tell("a conversation is held by an account that is not there", id);
        }
        if (conversation.position.running()) {
            std::string playbook_key = store::playbook_key(conversation.desk, conversation.position.playbook);
            const auto playbook = co_await store_.get(Space::playbook, std::move(playbook_key));
            if (!playbook) tell("a flow runs on a playbook version that is not kept", id);
        }
        const auto asked_for = co_await requests_of(conversation);
        const auto seqs = co_await check_log(conversation, asked_for);
        for (const auto seq : asked_for)
            if (!seqs.contains(seq)) tell("a request waits for a log entry that is not there", id);
        co_await check_media(conversation);
    }

    /// The numbers of the entries that the outbox is to send.
    net::awaitable<std::set<std::uint64_t>> requests_of(const bot::Conversation& conversation)
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

    net::awaitable<std::set<std::uint64_t>> check_log(const bot::Conversation& conversation, const std::set<std::uint64_t>& asked_for)
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
            }
        }
        co_return seqs;
    }

    net::awaitable<void> check_place(const bot::Conversation& conversation, const bot::Entry& entry)
    {
        std::string key = store::message_key(conversation.desk, conversation.address.kind, conversation.address.channel, entry.message_id);
        auto found = co_await store_.get(Space::entry, std::move(key));
        if (!found) {  // who came in by a doorway's link writes through the web chat as well
            std::string web_key = store::message_key(conversation.desk, bot::ChannelKind::web, desk::web_channel, entry.message_id);
            found = co_await store_.get(Space::entry, std::move(web_key));
        }
        if (!found) tell("a message could be taken twice: its id is not noted", conversation.id.text);
    }

    net::awaitable<void> check_media(const bot::Conversation& conversation)
    {
        std::optional<store::Range> range = store::media_of(conversation.desk, conversation.id);
        range->limit = 16;  // blobs are large
        while (range) {
            const auto rows = co_await next_page(range);
            media_of_conversations_ += rows.size();
        }
    }

    // ------------------------------------------------------------------------ the other spaces

    net::awaitable<void> check_identities()
    {
        std::optional<store::Range> range = whole(Space::identity);
        while (range) {
            const auto rows = co_await next_page(range);
            for (const auto& row : rows) {
                const auto identity = store::decode<store::Identity>(row.value.bytes);
                if (!identity.ok()) {
                    if (identity.error() != store::DecodeError::wrong_kind) (void)read<store::Identity>(row.value, "identity", "an identity");
                    continue;
                }
                std::string key = store::conversation_key(DeskId{desk_of(row.key)}, identity->conversation);
                const auto conversation = co_await store_.get(Space::conversation, std::move(key));
                if (!conversation) tell("an identity names a conversation that is not there", identity->conversation.text);
            }
        }
    }

    /// Keys begin with their desk's id, closed by a zero byte; ids of desks need no escaping.
    static std::string desk_of(const std::string& key) { return key.substr(0, key.find('\0')); }

    net::awaitable<void> check_places()
    {
        std::optional<store::Range> range = whole(Space::entry);
        while (range) {
            const auto rows = co_await next_page(range);
            for (const auto& row : rows) {
                const auto place = store::decode<store::EntryPlace>(row.value.bytes);
                if (!place.ok()) {
                    const auto sighting = store::decode<store::Sighting>(row.value.bytes);
                    if (sighting.ok()) continue;
                    if (sighting.error() != store::DecodeError::wrong_kind) tell("a record cannot be read: sighting", "a sighting");
                    else if (store::decode<bot::Entry>(row.value.bytes).ok()) ++entries_everywhere_;
                    else if (place.error() != store::DecodeError::wrong_kind) tell("a record cannot be read: message place", "a place");
                    else ++entries_everywhere_;  // a log entry that cannot be read was told of with its conversation
                    continue;
                }
                if (place->seq == 0) continue;  // an unsend that came before its message
                std::string key = store::entry_key(DeskId{desk_of(row.key)}, place->conversation, place->at, place->seq);
                const auto entry = co_await store_.get(Space::entry, std::move(key));
                if (!entry) tell("a message's place points at no entry", place->conversation.text);
            }
        }
    }

    net::awaitable<void> check_outbox()
    {
        std::optional<store::Range> range = whole(Space::outbox);
        while (range) {
            const auto rows = co_await next_page(range);
            for (const auto& row : rows) {
                ++counts_.outbox_rows;
                const auto request = read<store::OutboxRow>(row.value, "outbox row", "row " + std::to_string(counts_.outbox_rows));
                if (!request) continue;
                if (request->retry_key.empty()) tell("a request has no retry key", request->conversation.text);
                if (row.key != store::outbox_key(request->desk, request->conversation, request->seq))
                    tell("a request lies at another place than its own", request->conversation.text);
            }
        }
    }

    net::awaitable<void> check_timers()
    {
        std::optional<store::Range> range = whole(Space::timer);
        while (range) {
            const auto rows = co_await next_page(range);
            for (const auto& row : rows) {
                ++counts_.timers;
                const auto timer = read<store::Timer>(row.value, "timer", "row " + std::to_string(counts_.timers));
                if (!timer) continue;
                const std::string due = store::timer_key(timer->due, timer->desk, timer->conversation, timer->name);
                const std::string name = store::timer_name_key(timer->desk, timer->conversation, timer->name);
                if (row.key != due && row.key != name) tell("a timer lies at another place than its own", timer->conversation.text);
                std::string twin = row.key == due ? name : due;
                const auto other = co_await store_.get(Space::timer, std::move(twin));
                if (!other || other->bytes != row.value.bytes) tell("the two rows of a timer disagree", timer->conversation.text);
                std::string key = store::conversation_key(timer->desk, timer->conversation);
                const auto conversation = co_await store_.get(Space::conversation, std::move(key));
                if (!conversation) tell("a timer is set for a conversation that is not there", timer->conversation.text);
            }
        }
    }

    net::awaitable<void> check_staff()
    {
        std::optional<store::Range> range = whole(Space::staff);
        while (range) {
            const auto rows = co_await next_page(range);
            for (const auto& row : rows) {
                const auto owner = store::decode<store::LoginOwner>(row.value.bytes);
                if (!owner.ok()) {
                    if (owner.error() == store::DecodeError::wrong_kind) (void)read<store::StaffAccount>(row.value, "staff account", "an account");
                    else tell("a record cannot be read: login", "a login");
                    continue;
                }
                std::string key = store::staff_key(DeskId{desk_of(row.key)}, owner->counselor);
                const auto account = co_await store_.get(Space::staff, std::move(key));
                if (!account) tell("a login belongs to no account", owner->counselor.text);
            }
        }
    }

    net::awaitable<void> check_events()
    {
        std::optional<store::Range> range = whole(Space::event);
        while (range) {
            const auto rows = co_await next_page(range);
            for (const auto& row : rows) {
                ++counts_.events;
                const auto event = store::decode<store::EventTaken>(row.value.bytes);
                if (event.ok()) continue;
                const auto command = store::decode<store::CommandResult>(row.value.bytes);
                const bool readable = command.ok() || (event.error() == store::DecodeError::wrong_kind &&
                                                       command.error() == store::DecodeError::wrong_kind);
                if (!readable) tell("a record cannot be read: event", "row " + std::to_string(counts_.events));
            }
        }
    }

    net::awaitable<std::uint64_t> count(Space space)
    {
        std::uint64_t rows_found = 0;
        std::optional<store::Range> range = whole(space);
        while (range) {
            const auto rows = co_await next_page(range);
            rows_found += rows.size();
        }
        co_return rows_found;
    }

    /// What is still to be fetched belongs to a log entry. Gives the number of the other rows: what was fetched.
    net::awaitable<std::uint64_t> check_media_work()
    {
        std::uint64_t blobs = 0;
        std::optional<store::Range> range = whole(Space::media);
        range->limit = 16;  // blobs are large
        while (range) {
            const auto rows = co_await next_page(range);
            for (const auto& row : rows) {
                const auto work = store::decode<store::MediaWork>(row.value.bytes);
                if (!work.ok()) {
                    ++blobs;
                    continue;
                }
                std::string key = store::entry_key(work->desk, work->conversation, work->entry_at, work->entry_seq);
                const auto entry = co_await store_.get(Space::entry, std::move(key));
                if (!entry) tell("media are to be fetched for a log entry that is not there", work->conversation.text);
            }
        }
        co_return blobs;
    }

    /// What belongs to no conversation: all there is, less what was found at one.
    net::awaitable<void> check_leftovers()
    {
        const auto listed = co_await count(Space::queue);
        const auto media = co_await check_media_work();
        const auto leftover = [this](const char* what, std::uint64_t all, std::uint64_t owned) {
            if (all > owned) tell(what, std::to_string(all - owned));
        };
        leftover("rows in the lists of the console that belong to no holder", listed, listed_);
        leftover("media that belong to no conversation", media, media_of_conversations_);
        leftover("requests that belong to no conversation", counts_.outbox_rows, outbox_of_conversations_);
        leftover("log entries that belong to no conversation", entries_everywhere_, counts_.entries);
    }

    store::Store& store_;
    Verified counts_;
    std::map<std::string, Broken> broken_;
    std::uint64_t listed_ = 0;
    std::uint64_t outbox_of_conversations_ = 0;
    std::uint64_t media_of_conversations_ = 0;
    std::uint64_t entries_everywhere_ = 0;
};

}  // namespace

net::awaitable<Verified> verify_store(store::Store& store)
{
    Verifier verifier(store);
    co_return co_await verifier.run();
}

}  // namespace tsunagi::ops
