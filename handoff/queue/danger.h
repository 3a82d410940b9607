#pragma once
#include "bot/flow/decide.h"
#include "bot/safety/hearing.h"
#include "handoff/queue/receive.h"

namespace tsunagi::handoff {

// What happens when danger is heard (practice.md 9 and 12, crisis-language.md 8): one kind sentence, help that is open at
// this very hour, a place at the head of the queue, and the truth about who reads. Where violence by somebody near is
// heard, nothing tells of it before she said that nobody else sees her screen.

/// The reason to wait when danger was heard (catalogue `handoff.reason.risk`).
inline constexpr const char* reason_risk = "risk";

/// Lets the bot hear `inbound`, then says what comes before its flow, or turns the flow's wish for a human into a place in
/// line. `conversation` is held by the bot.
bot::Decision receive_by_bot(const bot::Conversation& conversation, const bot::Inbound& inbound, const bot::Hearing& hearing,
                             const bot::Playbook& playbook, const DeskView& desk, TimePoint now);

/// Answers danger heard while the bot, the queue, nobody (closed) or somebody who has gone home holds the conversation. `decision` has the inbound
/// logged and marked and nothing said; `before` is how it was. Afterwards the queue holds it, unless only her screen was
/// asked about or lines were shown. Says the words of one level once, however often she writes.
bot::Decision answer_danger(bot::Decision decision, const bot::Conversation& before, const bot::Hearing& hearing,
                            const bot::Playbook& playbook, const DeskView& desk, TimePoint now);

/// Asks about her screen once more, in the language that she has just chosen instead of an answer. `decision` has said nothing.
void ask_about_screen_again(bot::Decision& decision, const bot::Playbook& playbook, TimePoint now);

/// Danger of R2 or more, or her safe word, was heard while another tool holds the chat (standby): nothing is said to her there,
/// neither now nor later, but staff see it as any other: the queue has it, unless a counselor does, and they are called when
/// nobody is at the desk.
void call_staff_silently(bot::Decision& decision, const bot::Hearing& hearing, const DeskView& desk, TimePoint now);

/// Whether what was heard opens a closed conversation at once, with no question about what she wants.
bool opens_at_once(const bot::Conversation& closed, const bot::Hearing& hearing);

/// Out of hours a counselor on duty is believed to be there for so long after she last did something in the conversation: who
/// was called at night, took her and writes to her.
constexpr std::chrono::minutes at_work_after_acting{10};

/// Whether nobody sees on a console what is written now. Somebody else's talk is seen by its counselor: on duty, and the desk
/// open or she at work in it. What nobody holds is seen while the desk is open and anybody who sees the queue is on duty.
bool nobody_is_there(const bot::Conversation& conversation, const DeskView& desk, TimePoint now);

/// So long a counselor may go on talking after the desk has closed, or after she last did something there.
constexpr std::chrono::hours stays_after_closing{1};

/// Whether who is on duty now is so by oversight: long after the desk closed, and long after any of them did anything in `conversation`.
bool staff_went_home(const bot::Conversation& conversation, const DeskView& desk, TimePoint now);

/// So long what she was told of it holds: once a night.
constexpr std::chrono::hours told_nobody_reads_for{12};

/// Whether she was told lately that nobody reads, and it was this time of nobody: the opening that was named then is still to come or,
/// while the desk is open, it was open then, too. What was true when she began to wait is not when the desk has closed.
bool knows_that_nobody_reads(const bot::Conversation& conversation, const DeskView& desk, TimePoint now);

/// Whether whoever holds `held` has gone home: off duty, or on duty by oversight. What is written now is read by nobody before the next opening.
bool holder_is_away(const bot::Conversation& held, const DeskView& desk, TimePoint now);

/// Puts what such a holder left in line again, her request as old as it is, for whoever is there. Says nothing to the person.
void take_from_absent_holder(bot::Decision& decision, TimePoint now);

/// R3 or R4 was heard, or her safe word, and nobody is there: staff are told beyond the console (AlarmStaff). server/ tells them once for
/// several messages in a row.
void alarm_if_nobody_there(bot::Decision& decision, const bot::Hearing& hearing, const DeskView& desk, TimePoint now);

}  // namespace tsunagi::handoff
