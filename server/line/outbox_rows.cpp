#include "server/line/outbox.h"

#include "handoff/queue/wake.h"
#include "server/store/keys.h"

#include <algorithm>
#include <utility>

// What the outbox reads and writes in the store; when it sends, outbox.cpp has.

namespace tsunagi::line {
namespace {

using store::Space;

handoff::Delayed delayed_of(const store::OutboxRow& row)
{
    return {.decided_at = row.created_at, .seq = row.seq, .by_human = row.by_human, .begun_by_us = row.begun_by_us, .is_ring = row.is_ring,
            .may_be_out = may_be_out(row)};
}

}  // namespace

/// As handoff::late_push, of what is known of her now. Behind it nothing waits that must be delivered, that answers her, or that a counselor
/// writes to her now, knowing the hour: it goes first then. Nothing when the store cannot be read for a while.
net::awaitable<std::optional<handoff::LatePush>> Outbox::may_still_go(const store::OutboxRow& row, TimePoint now)
{
    using What = handoff::LatePush::What;
    try {
        std::string key = store::conversation_key(row.desk, row.conversation);
        const auto found = co_await store_.get(Space::conversation, std::move(key));
        if (!found) co_return handoff::LatePush{};
        const auto conversation = store::decode<bot::Conversation>(found->bytes);
        if (!conversation.ok()) co_return handoff::LatePush{};
        auto late = handoff::late_push(*conversation, delayed_of(row), now);
        const auto hurries = [&](const store::OutboxRow& next) {
            return next.must_deliver || ((next.by_human || !next.begun_by_us) && handoff::late_push(*conversation, delayed_of(next), now).what == What::goes);
        };
        if (late.what == What::waits && std::ranges::any_of(behind(row), hurries)) late.what = What::goes;
        co_return late;
    } catch (const std::exception&) {
        metrics_.handler_failed("outbox_late");
        co_return std::nullopt;
    }
}

/// take_up_changes, where a store that cannot be read for a while (closed to be opened anew, say) ends nothing.
net::awaitable<Outbox::Found> Outbox::look_again(store::OutboxRow& row)
{
    try {
        const auto version = co_await take_up_changes(row);
        co_return version ? Found{Found::What::there, *version} : Found{Found::What::gone, store::absent};
    } catch (const std::exception&) {
        metrics_.handler_failed("outbox_look");
        co_return Found{Found::What::unreadable, store::absent};
    }
}

/// A request that waits may have been taken away, and one never tried yet may have been changed: she took back what it reads to
/// her, wrote her safe word or blocked us (DeskService). Gives its version, to be expected when it is kept; nothing when it is gone.
net::awaitable<std::optional<store::Version>> Outbox::take_up_changes(store::OutboxRow& row)
{
    std::string key = store::outbox_key(row.desk, row.conversation, row.seq);
    const auto found = co_await store_.get(Space::outbox, std::move(key));
    if (!found) co_return std::nullopt;
    auto waiting = store::decode<store::OutboxRow>(found->bytes);
    if (waiting.ok()) row.messages = std::move(waiting.value().messages);
    co_return found->version;
}

/// Its new version; nothing when it could not be kept, or is not what it was.
net::awaitable<std::optional<store::Version>> Outbox::keep(store::OutboxRow row, store::Version expected)
{
    store::Batch batch;
    const std::string key = store::outbox_key(row.desk, row.conversation, row.seq);
    batch.expects.push_back({Space::outbox, key, expected});
    batch.writes.push_back({Space::outbox, key, store::encode(row)});
    const auto committed = co_await store_.commit(std::move(batch));
    if (!committed.ok()) co_return std::nullopt;
    co_return committed->version;
}

/// Her counselor sees why it has not gone out, hours before it is given up. A courtesy: what is not kept is told by the next reason.
net::awaitable<void> Outbox::tell_why_it_waits(store::OutboxRow row, store::Version expected)
{
    try {
        store::Batch batch;
        const std::string key = store::outbox_key(row.desk, row.conversation, row.seq);
        batch.expects.push_back({Space::outbox, key, expected});
        batch.writes.push_back({Space::outbox, key, store::encode(row)});
        Settlement waiting{bot::SendState::queued, row.last_failure};
        std::vector<std::string> no_ids;
        co_await show(std::move(row), std::move(waiting), std::move(no_ids), batch);
        co_await store_.commit(std::move(batch));
    } catch (const std::exception&) {
        metrics_.handler_failed("outbox_tell");
    }
}

/// The desk looks at once at what became of `row` (handoff/queue/wake.h).
net::awaitable<void> Outbox::wake(const store::OutboxRow& row, const char* timer_name, store::Batch& batch)
{
    const store::Timer timer{row.desk, row.conversation, timer_name, clock_.now()};
    const std::string name_key = store::timer_name_key(timer.desk, timer.conversation, timer.name);
    const auto called = co_await store_.get(Space::timer, name_key);
    if (called) co_return;
    batch.expects.push_back({Space::timer, name_key, store::absent});
    batch.writes.push_back({Space::timer, name_key, store::encode(timer)});
    batch.writes.push_back({Space::timer, store::timer_key(timer.due, timer.desk, timer.conversation, timer.name), store::encode(timer)});
}

/// Writes the outcome into the log and removes the row, in one commit.
net::awaitable<bool> Outbox::settle(store::OutboxRow row, Settlement settlement, std::vector<std::string> message_ids)
{
    store::Batch batch;
    batch.writes.push_back({Space::outbox, store::outbox_key(row.desk, row.conversation, row.seq), std::nullopt});
    const bool is_lost = settlement.state != bot::SendState::accepted && settlement.failure != "send.failed.blocked";
    const char* ring_ended = settlement.state != bot::SendState::failed      ? nullptr
                             : settlement.failure == send_failed_ring_late ? handoff::timer_ring_late
                                                                           : handoff::timer_ring_lost;
    const bool by_counselor = co_await show(row, std::move(settlement), std::move(message_ids), batch);
    // A human's words that did not go out are somebody's task, also when she who wrote them has gone home.
    if (is_lost && by_counselor) co_await wake(row, handoff::timer_not_sent, batch);
    if (row.is_ring && ring_ended != nullptr) co_await wake(row, ring_ended, batch);
    const auto committed = co_await store_.commit(std::move(batch));
    co_return committed.ok();
}

/// The entries of `row` as they are to be shown from now on, and that consoles look again. Whether they are a counselor's own words.
net::awaitable<bool> Outbox::show(store::OutboxRow row, Settlement settlement, std::vector<std::string> message_ids, store::Batch& batch)
{
    const store::PersonScope scope{row.desk.text, row.person.text};
    bool by_counselor = false;
    for (std::size_t i = 0; i < row.messages.size(); ++i) {
        const auto& message = row.messages[i];
        const std::string key = store::entry_key(row.desk, row.conversation, message.entry_at, message.entry_seq);
        const auto found = co_await store_.get(Space::entry, key);
        if (!found) continue;  // not there: nothing to show the outcome in
        auto entry = store::decode<bot::Entry>(found->bytes);
        if (!entry.ok()) continue;
        by_counselor |= entry->author.kind == bot::AuthorKind::counselor;
        entry->state = settlement.state;
        entry->failure = settlement.failure;
        if (i < message_ids.size()) entry->message_id = message_ids[i];
        batch.expects.push_back({Space::entry, key, found->version});
        batch.writes.push_back({Space::entry, key, store::encode(*entry, scope)});
    }
    batch.notices.push_back({row.desk.text, "conversation", row.conversation.text, 0});
    co_return by_counselor;
}

/// False, too, when what is needed for it cannot be read.
net::awaitable<bool> Outbox::try_to_settle(store::OutboxRow row, Settlement settlement, std::vector<std::string> message_ids)
{
    try {
        const bool done = co_await settle(std::move(row), std::move(settlement), std::move(message_ids));
        co_return done;
    } catch (const std::exception&) {
        metrics_.handler_failed("outbox_settle");
        co_return false;
    }
}

}  // namespace tsunagi::line
