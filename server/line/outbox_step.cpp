#include "server/line/outbox_step.h"

#include "handoff/queue/may_begin.h"

#include <algorithm>
#include <cmath>

namespace tsunagi::line {
namespace {

Milliseconds backoff(std::uint32_t attempts, double jitter)
{
    // Full jitter: after an outage of the platform thousands of lines must not come back in step.
    const double ceiling = std::min<double>(static_cast<double>(backoff_longest.count()),
                                            static_cast<double>(backoff_first.count()) * std::exp2(std::min(attempts, 20U)));
    return Milliseconds{static_cast<std::int64_t>(ceiling * (0.5 + 0.5 * jitter))};
}

Step failed(std::string why) { return Settlement{bot::SendState::failed, std::move(why)}; }

/// Nothing was accepted for certain: from here on under the retry key.
Step push_instead(store::OutboxRow& row, TimePoint now)
{
    row.reply.reset();
    row.attempts = 0;
    row.first_attempt_at.reset();
    return TryAgain{now};
}

/// The month's pushes are used up, but an answer by token is free. Only when this request was the only one: an earlier push may
/// have arrived. From here on the row is as any answer.
std::optional<Step> reply_instead(store::OutboxRow& row, TimePoint now)
{
    const bool may = row.must_deliver && row.reply && row.attempts == 1 && now - row.reply->received_at < reply_token_budget;
    if (!may) return std::nullopt;
    row.must_deliver = false;
    row.attempts = 0;
    row.first_attempt_at.reset();
    return TryAgain{now};
}

Step after_reply(store::OutboxRow& row, SendOutcome outcome, TimePoint now)
{
    const bool tried_before = row.attempts > 1;
    switch (outcome) {
    case SendOutcome::accepted: return Settlement{bot::SendState::accepted, {}};
    case SendOutcome::rejected: return failed("send.failed.rejected");
    case SendOutcome::ambiguous:
        row.last_failure = "send.failed.no_answer";
        if (row.attempts < reply_attempts_max) return TryAgain{now};
        return Settlement{bot::SendState::unknown, "send.failed.unknown"};
    case SendOutcome::reply_token_refused:
        // Refused at the first attempt the token is merely stale; at a later one the first has most likely been accepted.
        if (tried_before) return Settlement{bot::SendState::unknown, "send.failed.unknown"};
        return push_instead(row, now);
    case SendOutcome::not_sent:
    case SendOutcome::rate_limited:
    case SendOutcome::too_many_to_person:
    case SendOutcome::quota_used_up:
    case SendOutcome::unauthorized:
        if (!tried_before) return push_instead(row, now);
        // This attempt says nothing of the earlier one: ask again as long as LINE still knows the token.
        if (row.reply && now - row.reply->received_at < reply_token_life) return TryAgain{now + backoff_first};
        return Settlement{bot::SendState::unknown, "send.failed.unknown"};
    }
    return failed("send.failed.rejected");
}

Step after_push(store::OutboxRow& row, SendOutcome outcome, TimePoint now, double jitter)
{
    switch (outcome) {
    case SendOutcome::accepted: return Settlement{bot::SendState::accepted, {}};
    case SendOutcome::rejected:
    case SendOutcome::reply_token_refused: return failed("send.failed.rejected");
    case SendOutcome::quota_used_up: return reply_instead(row, now).value_or(failed("send.failed.quota"));
    case SendOutcome::unauthorized: row.last_failure = "send.failed.unauthorized"; break;
    case SendOutcome::too_many_to_person: row.last_failure = "send.failed.too_many"; break;
    case SendOutcome::rate_limited: row.last_failure = "send.failed.too_fast"; break;
    case SendOutcome::not_sent:
    case SendOutcome::ambiguous: row.last_failure = "send.failed.no_answer"; break;
    }
    const TimePoint at = now + backoff(row.attempts, jitter);
    if (at - row.first_attempt_at.value_or(now) >= retry_key_budget) return failed("send.failed.gave_up");
    row.next_attempt_at = at;
    return TryAgain{at};
}

}  // namespace

Attempt next_attempt(const store::OutboxRow& row, TimePoint now)
{
    if (row.by_human || row.must_deliver || !row.reply) return Attempt::push;
    // Once a reply was begun only a reply can tell what became of it (pitfalls.md 2).
    if (reply_may_be_out(row)) return Attempt::reply;
    return now - row.reply->received_at < reply_token_budget ? Attempt::reply : Attempt::push;
}

Step after(store::OutboxRow& row, Attempt attempt, SendOutcome outcome, TimePoint now, double jitter)
{
    const bool is_refused = outcome != SendOutcome::accepted && outcome != SendOutcome::ambiguous;
    row.refused_so_far = is_refused && (row.attempts <= 1 || row.refused_so_far);
    if (attempt == Attempt::reply) return after_reply(row, outcome, now);
    return after_push(row, outcome, now, jitter);
}

Milliseconds wait_of(const store::OutboxRow& row, TimePoint now)
{
    const bool may_wait = row.attempts > 0 || row.to_blocker || row.last_failure == handoff::waits_for_her_hours;
    const auto left = row.next_attempt_at - now;
    return may_wait && left <= backoff_longest ? std::max<Milliseconds>(left, Milliseconds{0}) : Milliseconds{0};
}

bool retry_key_is_forgotten(const store::OutboxRow& row, TimePoint now)
{
    return row.attempts > 0 && row.first_attempt_at && now - *row.first_attempt_at >= retry_key_budget;
}

bool may_be_out(const store::OutboxRow& row) { return row.attempts > 0 && !row.refused_so_far; }

bool reply_may_be_out(const store::OutboxRow& row) { return row.reply.has_value() && !row.must_deliver && row.attempts > 0; }

}  // namespace tsunagi::line
