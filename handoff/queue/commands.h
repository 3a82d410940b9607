#pragma once
#include "bot/base/result.h"
#include "bot/flow/decide.h"
#include "handoff/queue/receive.h"
#include "handoff/roster/counselor.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace tsunagi::handoff {

/// Why a counselor's command was refused. Each is shown in words (catalogue `api.problem.*`).
enum class Refusal {
    already_held,     ///< 409: somebody else was first; the conversation names the winner
    not_waiting,      ///< 409: it is with the bot or closed
    not_holder,       ///< 403: only who holds it may do that
    off_duty,         ///< 403
    at_capacity,      ///< 409
    skill_missing,    ///< 403
    no_such_counselor,///< 404: transfer to nobody
    text_empty,       ///< 422
    text_too_long,    ///< 422: over LINE's 5,000 UTF-16 units
    reason_missing,   ///< 422
    no_such_mark,     ///< 404: this entry has no mark that stands
    safe_word_empty,  ///< 422: nothing but signs or pictures, which are no part of any word that is compared
    hours_too_many,   ///< 422: over bot::contact_hours_max rows
    hours_without_day,     ///< 422: a row that holds on no weekday
    hours_without_length,  ///< 422: a row that ends when it begins, or is no time of a day
    before_safe_word, ///< 409: written by somebody who had not seen that her safe word came
    colleague_off_duty,    ///< 409: handed to somebody who is not there
    written_since,    ///< 409: decided by somebody who had not seen what she wrote, or that danger rose
};

/// The longest text LINE takes (facts.md 86), in UTF-16 units. Notes keep to it too: what does not fit is casework.
constexpr std::size_t text_units_max = 5000;

using Outcome = Result<bot::Decision, Refusal>;

/// As `seen_seq`: of who decides with no screen that could be behind.
constexpr std::uint64_t all_seen = std::numeric_limits<std::uint64_t>::max();

/// Whether she said something, or danger rose, after what was on the screen of who decides. Whatever takes somebody's attention from
/// her (closing, giving back, lowering, ending a disguise) is refused then: her last words may be of danger.
inline bool said_since(const bot::Conversation& conversation, std::uint64_t seen_seq) { return seen_seq < conversation.heard_seq; }

// Each is pure; the caller commits the Decision with the conversation's version expected, and on conflict loads again
// and asks again. `counselor` is who commands. A supervisor or desk manager may claim from the bot, and in
// an emergency anybody (handoff/roster/capacity.h). Texts are valid UTF-8. Who unfollowed is told nothing.

/// Takes a waiting conversation (or one the bot holds: takeover). Tells the person who she is talking with now.
Outcome claim(const bot::Conversation& conversation, const Counselor& counselor, const bot::Playbook& playbook,
              TimePoint now);

/// Sends `text` to the person. Only by the holder, and not when her safe word came after what the writer has seen: a console that
/// had no network carries words of before it. `seen_seq` is the newest entry on the writer's screen; nothing: not known, and while
/// somebody else may hold her screen that is not enough.
Outcome send_text(const bot::Conversation& conversation, const Counselor& counselor, const std::string& text,
                  TimePoint now, std::optional<std::uint64_t> seen_seq = std::nullopt);

/// Keeps an internal note, never shown to the person. By anyone of the desk who may read it.
Outcome add_note(const bot::Conversation& conversation, const Counselor& counselor, const std::string& text,
                 TimePoint now);

/// Hands the conversation to `to` (on duty, with room), or back to the queue when `to` is nothing: there her waiting
/// counts from her first request, and her next message is answered with her place. A reason is required. By the holder,
/// or by a supervisor or desk manager, so that a conversation never hangs on a colleague who has gone home.
Outcome transfer(const bot::Conversation& conversation, const Counselor& counselor, const std::optional<Counselor>& to,
                 const std::string& reason, const bot::Playbook& playbook, TimePoint now);

/// Gives it back to the bot, which says so and asks nothing: it listens, and begins its `again` flow when she writes.
Outcome return_to_bot(const bot::Conversation& conversation, const Counselor& counselor, const bot::Playbook& playbook,
                      TimePoint now, std::uint64_t seen_seq);

/// How a human judges the danger. The reason is required where it changes the level.
struct Judged {
    std::uint8_t level = 0;
    std::string reason;
};

/// Closes it with an outcome (practice.md section 11: listened, informed, referred, accompanied, reported, booked...).
/// `say_goodbye` sends the catalogue's closing words. `judged`: with which level it is closed, for she begins with it when she comes
/// back, perhaps after months; without it the level stays as it is.
Outcome close(const bot::Conversation& conversation, const Counselor& counselor, const std::string& outcome,
              bool say_goodbye, const bot::Playbook& playbook, TimePoint now, std::uint64_t seen_seq,
              const std::optional<Judged>& judged = std::nullopt);

}  // namespace tsunagi::handoff
