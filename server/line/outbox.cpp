#include "server/line/outbox.h"

#include "server/store/keys.h"

#include <boost/asio/co_spawn.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
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
/// How soon it is looked again whether somebody may be written to, when a push came too late for her hours.
constexpr std::chrono::minutes hours_asked_again{1};

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
        line->second.is_pressed |= row.must_deliver || row.by_human || !row.begun_by_us;
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
            line->second.she_wrote = line->second.is_pressed = false;
        }
        const bool settled = co_await bring_out(row);
        if (settled) --waiting_;
    }
}

/// Tries until the row is settled; false when stop() came first.
net::awaitable<bool> Outbox::bring_out(store::OutboxRow& row)
{
    while (!stopping_) {
        const auto wait = wait_of(row, clock_.now());
        if (wait > Milliseconds{0}) {
            co_await pause_before(row, wait);
            row.next_attempt_at = clock_.now();
            continue;
        }
        const auto now = clock_.now();
        const auto found = co_await look_again(row);
        bool is_settled = false;
        if (found.what == Found::What::unreadable) co_await pause(store_retry_interval);
        else if (found.what == Found::What::gone) is_settled = co_await end_gone(row);
        else is_settled = co_await go_on(row, found.version, now);
        if (is_settled) co_return true;
    }
    co_return false;
}

/// Nothing of it is to be sent any more.
net::awaitable<bool> Outbox::end_gone(const store::OutboxRow& row)
{
    if (!may_be_out(row)) co_return true;
    co_return co_await give_up(row, bot::SendState::unknown, "send.failed.unknown");
}

/// What is still to be sent: given up, asked about or tried. True when it is settled; else it is to be looked at again.
net::awaitable<bool> Outbox::go_on(store::OutboxRow& row, store::Version version, TimePoint now)
{
    const Attempt how = next_attempt(row, now);
    if (how == Attempt::push && retry_key_is_forgotten(row, now))
        co_return co_await give_up(row, bot::SendState::unknown, "send.failed.unknown");
    if (how == Attempt::push && !row.must_deliver && now - row.created_at >= handoff::just_decided) {
        const auto late = co_await may_still_go(row, now);
        if (!late) {
            co_await pause(store_retry_interval);
            co_return false;
        }
        if (late->what == handoff::LatePush::What::ends) co_return co_await end_late(row, late->why);
        if (late->what == handoff::LatePush::What::anew) co_return co_await give_up(row, bot::SendState::failed, send_failed_ring_late);
        if (late->what == handoff::LatePush::What::waits) co_return co_await hold(row, version, late->until, now);
    }
    const bool only_bots = !row.by_human && !row.must_deliver;
    if (how == Attempt::push && row.attempts == 0 && only_bots && may_push_ && !may_push_(row))
        co_return co_await give_up(row, bot::SendState::failed, "send.failed.reserve");
    if (row.to_blocker) co_return co_await ask_whether_reachable(row);

    // From here on under the retry key: what is kept must say so, or a restart would try the token once more. What must be
    // delivered says so itself, and may need the token yet.
    if (how == Attempt::push && !row.must_deliver) row.reply.reset();
    const auto kept = co_await note_attempt(row, how, version, now);
    if (kept) co_return co_await try_once(row, how, *kept);
    co_await pause(store_retry_interval);
    co_return false;
}

/// Staff decide anew whether it is to be said. What LINE may have already is not said to have been stopped.
net::awaitable<bool> Outbox::end_late(const store::OutboxRow& row, const char* why)
{
    if (may_be_out(row)) co_return co_await give_up(row, bot::SendState::unknown, "send.failed.unknown");
    co_return co_await give_up(row, bot::SendState::failed, why);
}

/// Her hours are looked at again before they come: she may write, or agree others. What LINE refused so far begins anew then: it knows nothing
/// of the retry key, which so does not age while the request waits.
net::awaitable<bool> Outbox::hold(store::OutboxRow& row, store::Version version, TimePoint until, TimePoint now)
{
    if (row.refused_so_far) {
        row.attempts = 0;
        row.first_attempt_at.reset();
    }
    row.next_attempt_at = std::min<TimePoint>(until, now + hours_asked_again);
    const bool is_told = std::exchange(row.last_failure, handoff::waits_for_her_hours) == handoff::waits_for_her_hours;
    if (!is_told) co_await tell_why_it_waits(row, version);
    co_return false;
}

/// Durable before the attempt: a reply because its outcome may stay unknown, a push because its retry key ages from the first
/// attempt on, and both because from here on nobody can say that LINE does not have it. Gives the row's version since; nothing
/// when it could not be kept, so that nothing may be sent.
net::awaitable<std::optional<store::Version>> Outbox::note_attempt(store::OutboxRow& row, Attempt how, store::Version version, TimePoint now)
{
    if (row.attempts > 0) metrics_.send_retried();
    ++row.attempts;
    const bool is_first = !row.first_attempt_at;
    if (is_first) row.first_attempt_at = now;
    const bool is_known = how == Attempt::push && row.attempts > 1 && !row.refused_so_far;
    if (is_known) co_return version;
    store::OutboxRow under_way = row;
    under_way.refused_so_far = false;
    const auto kept = co_await keep(std::move(under_way), version);
    if (!kept) {
        --row.attempts;
        if (is_first) row.first_attempt_at.reset();
    }
    co_return kept;
}

/// True when it is settled; else its next attempt has its time.
net::awaitable<bool> Outbox::try_once(store::OutboxRow& row, Attempt how, store::Version version)
{
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
    if (reach == Reach::yes) {
        row.to_blocker = false;
        co_return false;
    }
    const auto now = clock_.now();
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

/// settle, until the store takes it; false when stop() came first.
net::awaitable<bool> Outbox::settle_surely(store::OutboxRow row, Settlement settlement, std::vector<std::string> message_ids)
{
    for (;;) {
        const bool done = co_await try_to_settle(row, settlement, message_ids);
        if (done) co_return true;
        if (stopping_) co_return false;
        co_await pause(store_retry_interval);
    }
}

/// What waits behind `row` in its line, and goes out after it.
std::vector<store::OutboxRow> Outbox::behind(const store::OutboxRow& row) const
{
    const std::lock_guard lock(mutex_);
    const auto line = lines_.find(line_key(row));
    if (line == lines_.end()) return {};
    return {line->second.rows.begin(), line->second.rows.end()};
}

/// Counts what was slept, not the hour: that may be set back meanwhile.
net::awaitable<void> Outbox::pause(Milliseconds left)
{
    while (!stopping_ && left > Milliseconds{0}) {
        const auto nap = std::min<Milliseconds>(left, nap_longest);
        left -= nap;
        co_await clock_.sleep_until(clock_.now() + nap);
    }
}

/// pause, but no longer than until she writes: what waits for LINE to come back must not keep her answer waiting when it has. Nor does what
/// waits for her hours keep waiting what need not.
net::awaitable<void> Outbox::pause_before(const store::OutboxRow& row, Milliseconds left)
{
    while (!stopping_ && left > Milliseconds{0} && !need_not_pause(row)) {
        const auto nap = std::min<Milliseconds>(left, nap_longest);
        left -= nap;
        co_await pause(nap);
    }
}

/// Says yes once to each.
bool Outbox::need_not_pause(const store::OutboxRow& row)
{
    const std::lock_guard lock(mutex_);
    const auto line = lines_.find(line_key(row));
    if (line == lines_.end()) return false;
    const bool waits_for_hours = row.last_failure == handoff::waits_for_her_hours;
    const bool is_pressed = waits_for_hours && std::exchange(line->second.is_pressed, false);
    return std::exchange(line->second.she_wrote, false) || is_pressed;
}

}  // namespace tsunagi::line
