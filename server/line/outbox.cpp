#include "server/line/outbox.h"

#include "server/store/keys.h"

#include <boost/asio/co_spawn.hpp>
#include <spdlog/spdlog.h>

#include <utility>

namespace tsunagi::line {
namespace {

using store::Space;

constexpr std::size_t page_rows = 500;
/// While the store refuses to keep a step, nothing is sent: an attempt that is not on record could be made twice.
constexpr std::chrono::milliseconds store_retry_interval{500};
/// Longest sleep in one piece, so that stop() is seen soon.
constexpr std::chrono::milliseconds nap_longest{500};

std::string line_key(const store::OutboxRow& row) { return row.desk.text + "/" + row.conversation.text; }

std::string_view word_of(bot::SendState state)
{
    switch (state) {
    case bot::SendState::accepted: return "accepted";
    case bot::SendState::failed: return "failed";
    case bot::SendState::unknown: return "unknown";
    default: return "other";
    }
}

}  // namespace

Outbox::Outbox(std::vector<net::any_io_executor> executors, store::Store& store, Api& api, desk::Clock& clock,
               desk::Random& random, ops::Metrics& metrics)
    : executors_(std::move(executors)), store_(store), api_(api), clock_(clock), random_(random), metrics_(metrics)
{
}

net::awaitable<void> Outbox::recover()
{
    store::Range range{.space = Space::outbox, .from = {}, .to = std::string(1, '\xFF'), .limit = page_rows};
    for (;;) {
        const auto rows = co_await store_.scan(range);
        for (const auto& row : rows) {
            auto waiting = store::decode<store::OutboxRow>(row.value.bytes);
            if (waiting.ok()) add(std::move(waiting).value());
            else spdlog::error("an outbox row cannot be read: {}", to_text(waiting.error()));
        }
        if (rows.size() < page_rows) co_return;
        range = store::resume_after(range, rows.back().key);
    }
}

void Outbox::add(store::OutboxRow row)
{
    const std::string key = line_key(row);
    bool begins = false;
    {
        const std::lock_guard lock(mutex_);
        const auto [line, inserted] = lines_.try_emplace(key);
        line->second.rows.push_back(std::move(row));
        begins = inserted;
    }
    ++waiting_;
    if (begins) begin_line(key);
}

std::size_t Outbox::busy() const
{
    const std::lock_guard lock(mutex_);
    return lines_.size();
}

void Outbox::begin_line(const std::string& key)
{
    const auto& executor = executors_[std::hash<std::string>{}(key) % executors_.size()];
    auto ended = [this, key](std::exception_ptr failure) {
        if (failure) give_up_line(key);
    };
    net::co_spawn(executor, work_through(key), std::move(ended));
}

/// Something nobody foresaw: its rows stay in the store and are sent after the next start; all other lines go on.
void Outbox::give_up_line(const std::string& key)
{
    metrics_.handler_failed("outbox");
    spdlog::error("what waits to be sent in one conversation failed; it is taken up at the next start");
    const std::lock_guard lock(mutex_);
    lines_.erase(key);
}

net::awaitable<void> Outbox::work_through(std::string key)
{
    for (;;) {
        store::OutboxRow row;
        {
            const std::lock_guard lock(mutex_);
            const auto line = lines_.find(key);
            if (line->second.rows.empty() || stopping_) {
                lines_.erase(line);
                co_return;
            }
            row = std::move(line->second.rows.front());
            line->second.rows.pop_front();
        }
        const bool settled = co_await bring_out(row);
        if (settled) --waiting_;
    }
}

/// Tries until the row is settled; false when stop() came first.
net::awaitable<bool> Outbox::bring_out(store::OutboxRow& row)
{
    while (!stopping_) {
        const auto now = clock_.now();
        if (row.next_attempt_at > now) {
            co_await pause(row.next_attempt_at);
            continue;
        }
        std::optional<store::Version> untried;
        if (!row.first_attempt_at) {
            const auto found = co_await look_again(row);
            if (found.what == Found::What::gone) co_return true;  // nothing of it is to be sent any more
            if (found.what == Found::What::unreadable) {
                co_await pause(now + store_retry_interval);
                continue;
            }
            untried = found.version;
        }
        const Attempt how = next_attempt(row, now);
        if (how == Attempt::push && retry_key_is_forgotten(row, now)) {
            Settlement unknown{bot::SendState::unknown, "send.failed.unknown"};
            std::vector<std::string> no_ids;
            const bool done = co_await settle_surely(row, std::move(unknown), std::move(no_ids));
            if (done) metrics_.send_settled(word_of(bot::SendState::unknown));
            co_return done;
        }
        const bool only_bots = !row.by_human && !row.must_deliver;
        if (how == Attempt::push && row.attempts == 0 && only_bots && may_push_ && !may_push_(row)) {
            Settlement held_back{bot::SendState::failed, "send.failed.reserve"};
            std::vector<std::string> no_ids;
            const bool done = co_await settle_surely(row, std::move(held_back), std::move(no_ids));
            if (done) metrics_.send_settled(word_of(bot::SendState::failed));
            co_return done;
        }
        // From here on under the retry key: what is kept must say so, or a restart would try the token once more. What must be
        // delivered says so itself, and may need the token yet.
        if (how == Attempt::push && !row.must_deliver) row.reply.reset();
        if (row.attempts > 0) metrics_.send_retried();
        ++row.attempts;
        if (!row.first_attempt_at) row.first_attempt_at = now;
        if (how == Attempt::reply || row.attempts == 1) {
            // Durable before the attempt: a reply because its outcome may stay unknown, a push because its retry key
            // ages from the first attempt on.
            const bool kept = co_await keep(row, untried);
            if (!kept) {
                --row.attempts;
                if (untried) row.first_attempt_at.reset();
                co_await pause(now + store_retry_interval);
                continue;
            }
        }
        const auto result = co_await attempt(row, how);
        const double jitter = static_cast<double>(random_.bits().front()) / 256.0;
        const std::string told = row.last_failure;
        const Step step = after(row, how, result.outcome, clock_.now(), jitter);
        if (const auto* settlement = std::get_if<Settlement>(&step)) {
            const bool done = co_await settle_surely(row, *settlement, result.message_ids);
            if (!done) co_return false;
            metrics_.send_settled(word_of(settlement->state));
            co_return true;
        }
        const auto at = std::get<TryAgain>(step).at;
        const bool waits = at > clock_.now();
        if (waits && row.last_failure != told) co_await tell_why_it_waits(row);
        else if (waits) co_await keep(row);  // only a hint for a restart: if it is not kept, we try sooner
        row.next_attempt_at = at;
    }
    co_return false;
}

/// Whatever goes wrong on our own side says nothing of what LINE has.
net::awaitable<SendResult> Outbox::attempt(const store::OutboxRow& row, Attempt how)
{
    try {
        auto result = co_await ask(row, how);
        co_return result;
    } catch (const std::exception&) {
        metrics_.handler_failed("outbox_attempt");
        co_return SendResult{.outcome = SendOutcome::ambiguous, .message_ids = {}, .status = 0};
    }
}

net::awaitable<SendResult> Outbox::ask(const store::OutboxRow& row, Attempt how)
{
    std::vector<bot::OutboundMessage> messages;
    for (const auto& message : row.messages) messages.push_back(message.message);
    std::string channel = channel_key(row.desk, row.to.channel);
    if (how == Attempt::reply) {
        std::string token = row.reply->token;
        co_return co_await api_.reply(std::move(channel), std::move(token), std::move(messages));
    }
    std::string user = row.to.user;
    std::string retry_key = row.retry_key;
    co_return co_await api_.push(std::move(channel), std::move(user), std::move(messages), std::move(retry_key));
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

/// A request never tried yet may have been changed where it waits: she took back what it reads to her (DeskService). Gives its
/// version, to be expected when the attempt is kept; nothing when it is gone.
net::awaitable<std::optional<store::Version>> Outbox::take_up_changes(store::OutboxRow& row)
{
    std::string key = store::outbox_key(row.desk, row.conversation, row.seq);
    const auto found = co_await store_.get(Space::outbox, std::move(key));
    if (!found) co_return std::nullopt;
    auto waiting = store::decode<store::OutboxRow>(found->bytes);
    if (waiting.ok()) row.messages = std::move(waiting.value().messages);
    co_return found->version;
}

net::awaitable<bool> Outbox::keep(store::OutboxRow row, std::optional<store::Version> expected)
{
    store::Batch batch;
    const std::string key = store::outbox_key(row.desk, row.conversation, row.seq);
    if (expected) batch.expects.push_back({Space::outbox, key, *expected});
    batch.writes.push_back({Space::outbox, key, store::encode(row)});
    const auto committed = co_await store_.commit(std::move(batch));
    co_return committed.ok();
}

/// Her counselor sees why it has not gone out, hours before it is given up. A courtesy: what is not kept is told by the next reason.
net::awaitable<void> Outbox::tell_why_it_waits(store::OutboxRow row)
{
    try {
        store::Batch batch;
        batch.writes.push_back({Space::outbox, store::outbox_key(row.desk, row.conversation, row.seq), store::encode(row)});
        Settlement waiting{bot::SendState::queued, row.last_failure};
        std::vector<std::string> no_ids;
        co_await show(std::move(row), std::move(waiting), std::move(no_ids), batch);
        co_await store_.commit(std::move(batch));
    } catch (const std::exception&) {
        metrics_.handler_failed("outbox_tell");
    }
}

/// Writes the outcome into the log and removes the row, in one commit.
net::awaitable<bool> Outbox::settle(store::OutboxRow row, Settlement settlement, std::vector<std::string> message_ids)
{
    store::Batch batch;
    batch.writes.push_back({Space::outbox, store::outbox_key(row.desk, row.conversation, row.seq), std::nullopt});
    co_await show(std::move(row), std::move(settlement), std::move(message_ids), batch);
    const auto committed = co_await store_.commit(std::move(batch));
    co_return committed.ok();
}

/// The entries of `row` as they are to be shown from now on, and that consoles look again.
net::awaitable<void> Outbox::show(store::OutboxRow row, Settlement settlement, std::vector<std::string> message_ids, store::Batch& batch)
{
    const store::PersonScope scope{row.desk.text, row.person.text};
    for (std::size_t i = 0; i < row.messages.size(); ++i) {
        const auto& message = row.messages[i];
        const std::string key = store::entry_key(row.desk, row.conversation, message.entry_at, message.entry_seq);
        const auto found = co_await store_.get(Space::entry, key);
        if (!found) continue;  // not there: nothing to show the outcome in
        auto entry = store::decode<bot::Entry>(found->bytes);
        if (!entry.ok()) continue;
        entry->state = settlement.state;
        entry->failure = settlement.failure;
        if (i < message_ids.size()) entry->message_id = message_ids[i];
        batch.expects.push_back({Space::entry, key, found->version});
        batch.writes.push_back({Space::entry, key, store::encode(*entry, scope)});
    }
    batch.notices.push_back({row.desk.text, "conversation", row.conversation.text, 0});
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

/// settle, until the store takes it; false when stop() came first.
net::awaitable<bool> Outbox::settle_surely(store::OutboxRow row, Settlement settlement, std::vector<std::string> message_ids)
{
    for (;;) {
        const bool done = co_await try_to_settle(row, settlement, message_ids);
        if (done) co_return true;
        if (stopping_) co_return false;
        co_await pause(clock_.now() + store_retry_interval);
    }
}

net::awaitable<void> Outbox::pause(TimePoint until)
{
    while (!stopping_) {
        const auto now = clock_.now();
        if (now >= until) co_return;
        const auto nap = std::min<Milliseconds>(until - now, nap_longest);
        co_await clock_.sleep_until(now + nap);
    }
}

}  // namespace tsunagi::line
