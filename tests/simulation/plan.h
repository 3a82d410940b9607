#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tsunagi::simulation {

/// What can go wrong. A history switches some of them on (swarm testing: another mixture finds other mistakes).
enum class Fault : std::uint8_t {
    commit_fails,            ///< nothing written, answered "unavailable"
    commit_answer_lost,      ///< written, answered "unavailable" all the same
    store_stalls,            ///< commits take long, some longer than their deadline
    store_full,              ///< no room for a while
    crash,                   ///< the process dies at any instant and starts again
    long_down,               ///< and stays down for a day and more
    send_answer_lost,        ///< LINE accepts and its answer never comes
    send_refused_5xx,        ///< LINE answers 500 and has not accepted
    send_accepted_5xx,       ///< LINE answers 500 and has accepted
    send_late,               ///< the request reaches LINE after we gave up waiting
    send_unreachable,        ///< no connection
    send_too_fast,           ///< 429
    send_quota,              ///< the month's messages are used up for a while
    send_unauthorized,       ///< the token is wrong until an operator mends it
    outage,                  ///< LINE is gone for minutes to an hour
    event_twice,             ///< delivered again after our 200
    event_out_of_order,      ///< late by up to a minute
    event_other_id,          ///< the same message under another event id
    event_answer_lost,       ///< our 200 does not arrive: redelivered
    event_given_up,          ///< LINE stops redelivering what we never answered
    command_answer_lost,     ///< a counselor's browser asks again under the same key
    unsend,                  ///< she takes messages back
    blocks,                  ///< she blocks the account and comes back
};
constexpr std::size_t fault_count = 23;
constexpr std::array<std::string_view, fault_count> fault_names{
    "commit-fails", "commit-answer-lost", "store-stalls", "store-full", "crash", "long-down", "send-answer-lost",
    "send-refused-5xx", "send-accepted-5xx", "send-late", "send-unreachable", "send-too-fast", "send-quota",
    "send-unauthorized", "outage", "event-twice", "event-out-of-order", "event-other-id", "event-answer-lost",
    "event-given-up", "command-answer-lost", "unsend", "blocks"};
constexpr std::uint32_t all_faults = (1U << fault_count) - 1;
constexpr std::uint32_t bit(Fault fault) { return 1U << static_cast<unsigned>(fault); }

/// A mistake made on purpose, in a wrapper around store, API or clock: the simulation must see it.
enum class Mutant : std::uint8_t {
    none,
    event_barrier_off,       ///< an event's id is no longer expected to be new
    event_barrier_leaky,     ///< ... for one event in eight
    message_barrier_off,     ///< one message, two entries
    fresh_retry_key,         ///< a new X-Line-Retry-Key for each attempt
    sync_off,                ///< answered before it is on disk
    torn_commit,             ///< the outbox rows of a commit are lost now and then
    lying_store,             ///< "committed", and nothing written
    holder_check_off,        ///< a conversation that a counselor holds looks as if it waited
    bot_talks_over,          ///< the bot goes on talking in a conversation that a counselor holds
    outbox_row_kept,         ///< a settled request stays in the outbox
    unsend_keeps_text,       ///< the tombstone is written beside the text
    arrival_order,           ///< the log sorts by arrival instead of LINE's timestamp
    queue_backwards,         ///< the last in line is served first
    old_place_kept,          ///< a conversation stays in the list of its former holder
    recovery_skipped,        ///< what a crash left in the outbox is forgotten
    reply_then_push,         ///< no answer to a reply is taken for "not sent"
    accepted_unasked,        ///< "accepted", and nothing sent
    command_key_off,         ///< a command sent again is a second command
    slow_clock,              ///< a clock at half speed outlives the retry keys
    timer_kept,              ///< a timer that fired stays set
    timer_lost,              ///< a timer that is set is not kept
    unsend_keeps_request,    ///< what waits to be sent still reads her words back to her
    other_words,             ///< a retry under the same key says something else
    danger_as_any_answer,    ///< what must arrive goes out by reply token, as any answer
    danger_timer_lost,       ///< nobody looks any more whether somebody is there for danger that waits
};
constexpr std::size_t mutant_count = 26;
constexpr std::array<std::string_view, mutant_count> mutant_names{
    "none", "event-barrier-off", "event-barrier-leaky", "message-barrier-off", "fresh-retry-key", "sync-off", "torn-commit",
    "lying-store", "holder-check-off", "bot-talks-over", "outbox-row-kept", "unsend-keeps-text", "arrival-order",
    "queue-backwards", "old-place-kept", "recovery-skipped", "reply-then-push", "accepted-unasked", "command-key-off",
    "slow-clock", "timer-kept", "timer-lost", "unsend-keeps-request", "other-words",
    "danger-as-any-answer", "danger-timer-lost"};
/// What each of them breaks, as the checker calls it: a mutant that dies of something else has not been shown to be seen.
constexpr std::array<std::string_view, mutant_count> broken_invariants{
    "", "log once", "log once", "log once", "effects once", "nothing lost", "effects delivered",
    "nothing lost", "one holder", "bot silent after takeover", "effects delivered", "nothing of an unsent message", "log order",
    "queue order", "one place", "effects delivered", "effects once", "effects delivered", "commands once",
    "effects once", "timers once", "timers fire", "nothing of an unsent message", "same key, same bytes",
    "must arrive", "timers fire"};

/// What a person in danger writes.
constexpr std::string_view danger_words = "薬を飲んだ";

/// A history: everything that happens follows from these numbers.
struct Plan {
    std::uint64_t seed = 1;
    std::uint32_t people = 3;
    std::uint32_t steps = 40;            ///< acts of people, staff and fate
    std::uint32_t faults = all_faults;   ///< bits of Fault
    Mutant mutant = Mutant::none;
    bool hour_outage = false;            ///< LINE is gone for the first hour
    bool keep_trace = false;
};

}  // namespace tsunagi::simulation
