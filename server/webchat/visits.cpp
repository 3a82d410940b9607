#include "server/webchat/visits.h"

#include "server/store/keys.h"
#include "server/store/retention.h"

namespace tsunagi::webchat {
namespace {

using store::Space;

constexpr std::chrono::minutes seen_every{10};  ///< how stale last_seen_at may grow, to spare writes
constexpr std::size_t token_bytes_max = 128;
constexpr int attempts_max = 3;  ///< two requests for a code at once

}  // namespace

/// The token of a new visit; its row goes into `batch`.
std::string Visits::add_visit(store::Batch& batch, const DeskId& desk, const std::string& user)
{
    const auto now = desks_.clock().now();
    std::string token = secrets_.new_token();
    const Visit visit{.desk = desk, .user = user, .opened_at = now, .last_seen_at = now};
    batch.writes.push_back({Space::session, secrets_.visit_key(token), encode(visit)});
    return token;
}

net::awaitable<std::optional<std::string>> Visits::open(DeskId desk)
{
    store::Batch batch;
    std::string token = add_visit(batch, desk, secrets_.new_user());
    const auto committed = co_await desks_.store().commit(std::move(batch));
    if (!committed.ok()) co_return std::nullopt;
    co_return token;
}

net::awaitable<Visits::Entry> Visits::open_by_code(DeskId desk, std::string typed)
{
    using Outcome = Entry::Outcome;
    const std::string code = plain_code(typed);
    if (code.empty()) co_return Entry{Outcome::unknown, {}};
    const std::string key = secrets_.code_key(desk.text, code);
    const auto row = co_await desks_.store().get(Space::session, key);
    auto known = row ? decode<ReturnCode>(row->bytes) : std::nullopt;
    const auto now = desks_.clock().now();
    if (!known || known->desk != desk || now - known->used_at > code_idle_max) co_return Entry{Outcome::unknown, {}};
    store::Batch batch;
    known->used_at = now;
    batch.expects.push_back({Space::session, key, row->version});
    batch.writes.push_back({Space::session, key, encode(*known)});
    batch.writes.push_back({Space::session, secrets_.guest_key(desk.text, known->user), encode(Guest{key, now})});
    std::string token = add_visit(batch, desk, known->user);
    const auto committed = co_await desks_.store().commit(std::move(batch));
    if (!committed.ok()) co_return Entry{};
    co_return Entry{Outcome::opened, std::move(token)};
}

net::awaitable<Visits::Entry> Visits::open_by_door(DeskId desk, std::string door)
{
    using Outcome = Entry::Outcome;
    if (door.empty() || door.size() > token_bytes_max) co_return Entry{Outcome::unknown, {}};
    const std::string key = secrets_.door_key(door);
    const auto row = co_await desks_.store().get(Space::session, key);
    const auto known = row ? decode<Door>(row->bytes) : std::nullopt;
    if (!known || known->desk != desk || desks_.clock().now() > known->expires_at) co_return Entry{Outcome::unknown, {}};
    const auto whose = co_await desks_.load(desk, known->conversation);
    // Her safe word came after this link: somebody else may hold the phone it lies in.
    if (!whose || whose->conversation.risk.disguised) co_return Entry{Outcome::unknown, {}};

    store::Batch batch;
    batch.expects.push_back({Space::session, key, row->version});
    batch.writes.push_back({Space::session, key, std::nullopt});
    const std::string user = secrets_.new_user();
    const bot::ChannelAddress address{bot::ChannelKind::web, desk::web_channel, user};
    const std::string identity = desks_.identity_key(desk, address);
    batch.expects.push_back({Space::identity, identity, store::absent});
    batch.writes.push_back({Space::identity, identity, store::encode(store::Identity{known->person, known->conversation})});

    std::string token = add_visit(batch, desk, user);
    const auto committed = co_await desks_.store().commit(std::move(batch));
    if (committed.ok()) co_return Entry{Outcome::opened, std::move(token)};
    // Somebody used the same link in the same instant.
    if (committed.error() == store::CommitFailure::conflict) co_return Entry{Outcome::unknown, {}};
    co_return Entry{};
}

net::awaitable<std::optional<Visit>> Visits::find(DeskId desk, std::string token)
{
    if (token.empty() || token.size() > token_bytes_max) co_return std::nullopt;
    const std::string key = secrets_.visit_key(token);
    const auto row = co_await desks_.store().get(Space::session, key);
    auto visit = row ? decode<Visit>(row->bytes) : std::nullopt;
    const auto now = desks_.clock().now();
    if (!visit || visit->desk != desk || is_over(row->bytes, now)) co_return std::nullopt;
    if (now - visit->last_seen_at > seen_every) {
        visit->last_seen_at = now;
        store::Batch batch;
        batch.expects.push_back({Space::session, key, row->version});  // never revives one that was closed
        batch.writes.push_back({Space::session, key, encode(*visit)});
        co_await desks_.store().commit(std::move(batch));  // if it fails it merely looks idle for longer
    }
    co_return visit;
}

net::awaitable<bool> Visits::close(std::string token)
{
    if (token.empty() || token.size() > token_bytes_max) co_return true;
    store::Batch batch;
    batch.writes.push_back({Space::session, secrets_.visit_key(token), std::nullopt});
    const auto committed = co_await desks_.store().commit(std::move(batch));
    co_return committed.ok();
}

net::awaitable<std::optional<std::string>> Visits::new_code(Visit visit)
{
    const auto now = desks_.clock().now();
    const std::string guest_key = secrets_.guest_key(visit.desk.text, visit.user);
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto row = co_await desks_.store().get(Space::session, guest_key);
        const auto guest = row ? decode<Guest>(row->bytes) : std::nullopt;
        const std::string code = secrets_.new_code();
        const std::string key = secrets_.code_key(visit.desk.text, plain_code(code));
        store::Batch batch;
        batch.expects.push_back({Space::session, guest_key, row ? row->version : store::absent});
        if (guest && !guest->code_key.empty()) batch.writes.push_back({Space::session, guest->code_key, std::nullopt});
        batch.expects.push_back({Space::session, key, store::absent});
        batch.writes.push_back({Space::session, key, encode(ReturnCode{visit.desk, visit.user, now})});
        batch.writes.push_back({Space::session, guest_key, encode(Guest{key, now})});
        const auto committed = co_await desks_.store().commit(std::move(batch));
        if (committed.ok()) co_return code;
        if (committed.error() != store::CommitFailure::conflict) co_return std::nullopt;
    }
    co_return std::nullopt;
}

net::awaitable<void> Visits::sweep()
{
    std::function<bool(const store::Row&)> over = [now = desks_.clock().now()](const store::Row& row) {
        return is_over(row.value.bytes, now);
    };
    auto range = store::sessions_all();
    co_await store::forget_where(desks_.store(), std::move(range), std::move(over));
}

}  // namespace tsunagi::webchat
