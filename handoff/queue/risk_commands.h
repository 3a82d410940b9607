#pragma once
#include "handoff/queue/commands.h"

namespace tsunagi::handoff {

// What staff do about danger and about reaching her safely. As the commands of commands.h: pure, and refused in words.
// By whom: the holder, a supervisor or desk manager; while nobody holds it (bot, queue, closed), anybody of the desk.

constexpr std::size_t reason_units_max = 500;          ///< UTF-16; openapi.yaml, `RiskBody`
constexpr std::size_t contact_field_units_max = 500;   ///< UTF-16; openapi.yaml, `SafeContact`
constexpr std::uint8_t risk_level_max = 4;

/// Sets the conversation's level by a human's judgement: the only way down. A reason is required. Lowered to 0 the kinds of
/// danger go, too; her place in line follows the new level where the danger had given it. Who sees more danger need not have seen
/// her last words.
Outcome set_risk(const bot::Conversation& conversation, const Counselor& counselor, std::uint8_t level,
                 const std::string& reason, TimePoint now, std::uint64_t seen_seq);

/// The same as part of a decision that was allowed.
void judge(bot::Decision& decision, const Counselor& counselor, const Judged& judged, TimePoint now);

/// Says that the mark on `entry` is none; it stays in the record, with the reason, for evaluation. The conversation's level
/// is another question (set_risk). `entry` is an inbound entry with a mark that stands. The changed mark is in `mark`.
struct Dismissed {
    bot::Decision decision;
    bot::RiskMark mark;
};
Result<Dismissed, Refusal> dismiss_mark(const bot::Conversation& conversation, const bot::Entry& entry,
                                        const Counselor& counselor, const std::string& reason, TimePoint now);

/// Ends the disguise after her safe word: from here on notices and the bot may speak again. A reason is required.
Outcome end_disguise(const bot::Conversation& conversation, const Counselor& counselor, const std::string& reason,
                     TimePoint now, std::uint64_t seen_seq);

/// Keeps how she may be reached. A safe word must have letters: signs and pictures are no part of what is compared. Each
/// row of hours must come at some time: one that never does would silence us without a word.
Outcome set_safe_contact(const bot::Conversation& conversation, const Counselor& counselor, const bot::SafeContact& contact,
                         TimePoint now);

}  // namespace tsunagi::handoff
