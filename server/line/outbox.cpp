#include "server/line/outbox.h"

#include "handoff/queue/wake.h"
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
/// How soon LINE is asked again whether somebody can be reached, when it does not say.
constexpr std::chrono::minutes reach_asked_again{1};

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
        line->second.she_wrote |= row.reply.has_value();
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
            line->second.she_wrote = false;
        }
        const bool settled = co_await bring_out(key, row);
        if (settled) --waiting_;
    }
}

/// Tries until the row is settled; false when stop() came first.
net::awaitable<bool> Outbox::bring_out(const std::string& key, store::OutboxRow& row)
{
    while (!stopping_) {
        if (row.next_attempt_at > clock_.now()) {
            co_await pause_until_she_writes(key, row.next_attempt_at);
            row.next_attempt_at = clock_.now();
            continue;
        }
        const auto now = clock_.now();
        const auto found = co_await look_again(row);
        if (found.what == Found::What::unreadable) {
            co_await pause(now + store_retry_interval);
            continue;
        }
        if (found.what == Found::What::gone) {  // nothing of it is to be sent any more
            const bool may_be_out = row.attempts > 0 && !row.refused_so_far;
            if (!may_be_out) co_return true;
            co_return co_await give_up(row, bot::SendState::unknown, "send.failed.unknown");
        }
        const Attempt how = next_attempt(row, now);
        if (how == Attempt::push && retry_key_is_forgotten(row, now))
            co_return co_await give_up(row, bot::SendState::unknown, "send.failed.unknown");
        const bool only_bots = !row.by_human && !row.must_deliver;
        if (how == Attempt::push && row.attempts == 0 && only_bots && may_push_ && !may_push_(row))
            co_return co_await give_up(row, bot::SendState::failed, "send.failed.reserve");
        if (row.to_blocker) {
            const bool is_settled = co_await ask_whether_reachable(row);
            if (is_settled) co_return true;
            continue;
        }
        // From here on under the retry key: what is kept must say so, or a restart would try the token once more. What must be
        // delivered says so itself, and may need the token yet.
        if (how == Attempt::push && !row.must_deliver) row.reply.reset();
        if (row.attempts > 0) metrics_.send_retried();
        ++row.attempts;
        const bool is_first = !row.first_attempt_at;
        if (is_first) row.first_attempt_at = now;
        auto version = found.version;
        if (how == Attempt::reply || row.attempts == 1 || row.refused_so_far) {
            // Durable before the attempt: a reply because its outcome may stay unknown, a push because its retry key
            // ages from the first attempt on, and both because from here on nobody can say that LINE does not have it.
            store::OutboxRow under_way = row;
            under_way.refused_so_far = false;
            const auto kept = co_await keep(std::move(under_way), version);
            if (!kept) {
                --row.attempts;
                if (is_first) row.first_attempt_at.reset();
                co_await pause(now + store_retry_interval);
                continue;
            }
            version = *kept;
        }
        auto result = co_await attempt(row, how);
        const double jitter = static_cast<double>(random_.bits().front()) / 256.0;
        const std::string told = row.last_failure;
        Step step = after(row, how, result.outcome, clock_.now(), jitter);
        if (auto* settlement = std::get_if<Settlement>(&step))
            co_return co_await end(row, std::move(*settlement), std::move(result.message_ids));
        const auto at = std::get<TryAgain>(step).at;
        const bool waits = at > clock_.now();
        if (waits && row.last_failure != told) co_await tell_why_it_waits(row, version);
        else if (waits) co_await keep(row, version);  // only a hint for a restart: if it is not kept, we try sooner
        row.next_attempt_at = at;
    }
    co_return false;
}

/// Settled and counted; false when stop() came first.
net::awaitable<bool> Outbox::end(const store::OutboxRow& row, Settlement settlement, std::vector<std::string> message_ids)
{
    const auto state = settlement.state;
    const bool done = co_await settle_surely(row, std::move(settlement), std::move(message_ids));
    if (done) metrics_.send_settled(word_of(state));
    co_return done;
}

net::awaitable<bool> Outbox::give_up(const store::OutboxRow& row, bot::SendState state, const char* why)
{
    Settlement settlement{state, why};
    std::vector<std::string> no_ids;
    co_return co_await end(row, std::move(settlement), std::move(no_ids));
}

/// LINE says 200 to a push that somebody who blocked us never sees (facts.md 60), so it is asked for her profile first (facts.md
/// 92): her coming back may have been told to nobody. True when the row is settled; else it is to be looked at again.
net::awaitable<bool> Outbox::ask_whether_reachable(store::OutboxRow& row)
{
    std::string channel = channel_key(row.desk, row.to.channel);
    std::string user = row.to.user;
    const auto reach = co_await api_.reach(std::move(channel), std::move(user));
    if (reach == Reach::no) co_return co_await give_up(row, bot::SendState::failed, "send.failed.blocked");
    if (reach == Reach::yes) row.to_blocker = false;
    const auto now = clock_.now();
    if (reach == Reach::yes) co_return false;
    if (now - row.created_at >= retry_key_budget) co_return co_await give_up(row, bot::SendState::failed, "send.failed.gave_up");
    row.next_attempt_at = now + reach_asked_again;
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

/// A human's words that did not go out are somebody's task, also when she who wrote them has gone home (handoff/queue/wake.h).
net::awaitable<void> Outbox::call_for_somebody(const store::OutboxRow& row, store::Batch& batch)
{
    const store::Timer timer{row.desk, row.conversation, handoff::timer_not_sent, clock_.now()};
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
    const bool by_counselor = co_await show(row, std::move(settlement), std::move(message_ids), batch);
    if (is_lost && by_counselor) co_await call_for_somebody(row, batch);
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

/// pause, but no longer than until she writes: what waits for LINE to come back must not keep her answer waiting when it has.
net::awaitable<void> Outbox::pause_until_she_writes(const std::string& key, TimePoint until)
{
    while (!stopping_ && clock_.now() < until && !takes_note_that_she_wrote(key)) {
        const auto nap = std::min<Milliseconds>(until - clock_.now(), nap_longest);
        co_await clock_.sleep_until(clock_.now() + nap);
    }
}

/// Says yes once.
bool Outbox::takes_note_that_she_wrote(const std::string& key)
{
    const std::lock_guard lock(mutex_);
    const auto line = lines_.find(key);
    return line != lines_.end() && std::exchange(line->second.she_wrote, false);
}

}  // namespace tsunagi::line
