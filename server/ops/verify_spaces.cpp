#include "server/ops/verifier.h"

#include "server/store/keys.h"

#include <algorithm>

// The spaces row by row: can it be read, and does what it names exist?

namespace tsunagi::ops {

using store::Space;

net::awaitable<void> Verifier::check_identities()
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
            known_by_identity_.push_back(std::hash<ConversationId>{}(identity->conversation));
            std::string known_key = store::conversation_key(DeskId{desk_of(row.key)}, identity->conversation);
            const bool is_known = co_await is_there(Space::conversation, std::move(known_key));
            if (!is_known) tell("an identity names a conversation that is not there", identity->conversation.text);
        }
    }
    std::ranges::sort(known_by_identity_);
}

net::awaitable<void> Verifier::check_places()
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
            std::string logged_key = store::entry_key(DeskId{desk_of(row.key)}, place->conversation, place->at, place->seq);
            const bool is_logged = co_await is_there(Space::entry, std::move(logged_key));
            if (!is_logged) tell("a message's place points at no entry", place->conversation.text);
        }
    }
}

net::awaitable<void> Verifier::check_outbox()
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

net::awaitable<void> Verifier::check_timers()
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

net::awaitable<void> Verifier::check_staff()
{
    std::optional<store::Range> range = whole(Space::staff);
    while (range) {
        const auto rows = co_await next_page(range);
        for (const auto& row : rows) {
            const auto owner = store::decode<store::LoginOwner>(row.value.bytes);
            if (!owner.ok()) {
                if (owner.error() == store::DecodeError::wrong_kind) co_await check_account(row);
                else tell("a record cannot be read: login", "a login");
                continue;
            }
            std::string known_key = store::staff_key(DeskId{desk_of(row.key)}, owner->counselor);
            const bool is_known = co_await is_there(Space::staff, std::move(known_key));
            if (!is_known) tell("a login belongs to no account", owner->counselor.text);
        }
    }
}

net::awaitable<void> Verifier::check_account(const store::Row& row)
{
    const auto account = read<store::StaffAccount>(row.value, "staff account", "an account");
    if (!account) co_return;
    if (row.key != store::staff_key(account->desk, account->id)) tell("a staff account lies at another place than its own", account->id.text);
    std::string login_key = store::login_key(account->desk, account->login);
    const auto login = co_await store_.get(Space::staff, std::move(login_key));
    const auto owner = login ? store::decode<store::LoginOwner>(login->bytes) : store::DecodeError::truncated;
    if (!owner.ok() || owner->counselor != account->id) tell("nobody can sign in to an account: its login leads elsewhere", account->id.text);
}

net::awaitable<void> Verifier::check_events()
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

/// Sign-ins, playbooks and the audit: beside each other only in that nothing else leads to their rows.
net::awaitable<void> Verifier::check_kept_for_staff()
{
    for (const auto space : {Space::session, Space::playbook, Space::audit}) {
        std::optional<store::Range> range = whole(space);
        while (range) {
            const auto rows = co_await next_page(range);
            for (const auto& row : rows) {
                if (space == Space::playbook) (void)read<store::PlaybookSources>(row.value, "playbook", desk_of(row.key));
                if (space == Space::audit) (void)read<store::AuditEntry>(row.value, "audit", desk_of(row.key));
                if (space != Space::session) continue;
                const auto session = store::decode<store::ConsoleSession>(row.value.bytes);
                const bool is_other = !session.ok() && session.error() == store::DecodeError::wrong_kind;  // the web chat's lie here, too
                if (!session.ok() && !is_other) tell("a record cannot be read: session", "a session");
            }
        }
    }
}

net::awaitable<std::uint64_t> Verifier::count(Space space)
{
    std::uint64_t rows_found = 0;
    std::optional<store::Range> range = whole(space);
    while (range) {
        const auto rows = co_await next_page(range);
        rows_found += rows.size();
    }
    co_return rows_found;
}

/// What is still to be fetched belongs to a log entry. Gives the number of the other rows: what was fetched or sent.
net::awaitable<std::uint64_t> Verifier::check_media()
{
    std::uint64_t blobs = 0;
    std::optional<store::Range> range = whole(Space::media);
    range->limit = blobs_a_page;
    while (range) {
        const auto rows = co_await next_page(range);
        for (const auto& row : rows) {
            const auto work = store::decode<store::MediaWork>(row.value.bytes);
            if (!work.ok()) {
                ++blobs;
                (void)read<store::MediaBlob>(row.value, "picture or file", desk_of(row.key));
                continue;
            }
            std::string logged_key = store::entry_key(work->desk, work->conversation, work->entry_at, work->entry_seq);
            const bool is_logged = co_await is_there(Space::entry, std::move(logged_key));
            if (!is_logged) tell("media are to be fetched for a log entry that is not there", work->conversation.text);
        }
    }
    co_return blobs;
}

/// What belongs to no conversation: all there is, less what was found at one.
net::awaitable<void> Verifier::check_leftovers()
{
    const auto listed = co_await count(Space::queue);
    const auto media = co_await check_media();
    const auto leftover = [this](const char* what, std::uint64_t all, std::uint64_t owned) {
        if (all > owned) tell(what, std::to_string(all - owned));
    };
    leftover("rows in the lists of the console that belong to no holder", listed, listed_);
    leftover("media that belong to no conversation", media, media_of_conversations_);
    leftover("requests that belong to no conversation", counts_.outbox_rows, outbox_of_conversations_);
    leftover("log entries that belong to no conversation", entries_everywhere_, counts_.entries);
}

}  // namespace tsunagi::ops
