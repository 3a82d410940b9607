#pragma once
#include "server/line/api.h"
#include "server/store/records.h"

#include <chrono>
#include <string>
#include <variant>

namespace tsunagi::line {

// The rules of sending, without the sending: values in, values out (facts.md 57-60, 80-84; pitfalls.md 1-3, 9).

/// Our own budget for a reply token; LINE's is a minute from receipt (pitfalls.md 1).
constexpr std::chrono::seconds reply_token_budget{30};
/// How long LINE itself knows a reply token (facts.md 57).
constexpr std::chrono::seconds reply_token_life{60};
/// A retry key lives 24 hours; after that the same key would be a second message (facts.md 82). One hour of margin.
constexpr std::chrono::hours retry_key_budget{23};
/// How often a reply of unknown outcome is tried again with the same token: 200 then means "sent now" (pitfalls.md 2).
constexpr std::uint32_t reply_attempts_max = 2;
constexpr std::chrono::milliseconds backoff_first{1'000};
constexpr std::chrono::milliseconds backoff_longest{15 * 60'000};

/// How a row is tried next.
enum class Attempt {
    reply,  ///< with the reply token; its outcome may stay unknown, so the attempt is kept durably before it is made
    push,   ///< under the row's retry key: the same request again is the same message
};

/// The next attempt for `row`. Reply only while the token is fresh and nothing else was tried; never for a human's words.
/// What must be delivered goes by push, and by reply only once LINE refused that push because the month's are used up.
Attempt next_attempt(const store::OutboxRow& row, TimePoint now);

/// The row is done: its entries get `state`; `failure` is a key of the catalogue (`send.failed.*`), empty when accepted.
struct Settlement {
    bot::SendState state = bot::SendState::accepted;
    std::string failure;
};
/// Try again at `at`, as next_attempt then says.
struct TryAgain {
    TimePoint at;
};
using Step = std::variant<Settlement, TryAgain>;

/// What follows from `outcome` of `attempt`. Updates `row`: attempts counted, the reply token dropped once it is of no
/// more use, `last_failure` set. `jitter` is in [0, 1).
Step after(store::OutboxRow& row, Attempt attempt, SendOutcome outcome, TimePoint now, double jitter);

/// How long `row` waits for its next attempt. What was never tried waits for nothing but the question whether she can be reached, and
/// what seems to wait longer than our longest pause waits no more: the clock was set back since.
Milliseconds wait_of(const store::OutboxRow& row, TimePoint now);

/// Whether LINE may have forgotten the key of an earlier attempt, as after a day without power: another attempt could be
/// a second message, so its outcome stays unknown (facts.md 82).
bool retry_key_is_forgotten(const store::OutboxRow& row, TimePoint now);

/// Whether LINE may have `row` already.
bool may_be_out(const store::OutboxRow& row);

/// How a ring ends that is asked about anew. Shown to nobody, for no entry shows a ring.
inline constexpr const char* send_failed_ring_late = "send.failed.ring_late";

/// What a row means after a restart: an attempt by reply token that was begun and whose end nobody knows.
bool reply_may_be_out(const store::OutboxRow& row);

}  // namespace tsunagi::line
