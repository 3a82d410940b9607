#pragma once
#include "bot/flow/decide.h"
#include "handoff/queue/receive.h"

#include <chrono>
#include <string>

namespace tsunagi::handoff {

// What happens when nothing happens: the timers of a conversation. A timer is set when its state begins and looks, when it
// is due, at what is true then; so a message costs no timer, and one that is no longer wanted ends without a trace.

inline constexpr const char* timer_bot_idle = "bot.idle";              ///< the bot's question waits for an answer
inline constexpr const char* timer_counselor_idle = "counselor.idle";  ///< a counselor's conversation stands still
inline constexpr const char* timer_queue_notice = "queue.notice";      ///< she waits in line
inline constexpr const char* timer_door_ring = "door.ring";            ///< a ring on LINE waits, for her hours or for LINE (webchat/doorway.h)
inline constexpr const char* timer_ring_late = "door.ring_late";       ///< a ring came too late: it is asked about anew
inline constexpr const char* timer_ring_lost = "door.ring_lost";       ///< LINE did not take a ring: the next answer may ring
inline constexpr const char* timer_danger = "danger.unanswered";       ///< R3 or R4 was heard and no human has answered
inline constexpr const char* timer_not_sent = "send.failed";           ///< what a counselor wrote did not reach LINE for good
inline constexpr const char* timer_not_told = "danger.not_told";       ///< who is on call could not be told of danger
/// Whether `name` is one of these; other timers belong to others (desk/on_call.h).
bool is_conversation_timer(const std::string& name);

/// How long the desk lets things rest. A desk's own: desk.yaml `timers`; 0 switches one off.
struct WakeRules {
    std::chrono::minutes bot_idle{24 * 60};
    std::chrono::minutes counselor_idle{30};
    std::chrono::minutes queue_notice{60};
};

/// One reminder for a question left open, two notices for who waits: more would be nagging, and each costs the desk a push.
constexpr std::uint32_t idle_reminders_max = 1;
constexpr std::uint32_t queue_notices_max = 2;
/// So long her words wait, while the desk is open, for a counselor who is not on duty; then colleagues find her in the queue.
constexpr std::chrono::hours left_unanswered_max{1};
/// How often it is looked whether somebody is still there for danger that waits: its target is five minutes (target.h).
constexpr std::chrono::minutes danger_look_interval{5};
/// Longer than this a reminder does not wait for her hours: it would fall out of nowhere.
constexpr std::chrono::hours reminder_waits_max{24};

/// Adds the timers that begin with `decision`, which changed `before`; what a person wrote begins the count of reminders
/// anew. Called once for every decision, whoever made it.
void set_timers(const bot::Conversation& before, bot::Decision& decision, const WakeRules& rules, TimePoint now);

/// What happens to `conversation` when its timer `name` is due. Pure. The timer is gone with the commit of this decision,
/// which may set it anew.
///
/// `bot.idle`: one gentle reminder, then the flow ends without a word. `counselor.idle`: an entry for the counselor, never
/// a word to the person; what she left unanswered and is not there to answer goes back to the queue. `queue.notice`: the truth about her place. She is written to only when she can be reached, by
/// day and in the hours she agreed, and never in a private conversation (bot/safety/hearing.h); what her hours keep from
/// going out is said to staff. `door.ring` and the two of a ring that did not go out: nothing here, the doorway finds the words, for her and for staff. `danger.unanswered`: what a counselor took and left
/// unanswered when she went home goes back to the queue, where every console rings; once nobody is there any more
/// (closing time, the last one went home) staff are called, once; no word to the person, and no rule switches it off.
/// `danger.not_told`: an entry for staff, who find out why. `send.failed`: what nobody holds any more goes to the queue, so that somebody reaches her another way; who holds it sees it.
bot::Decision wake(const bot::Conversation& conversation, const std::string& name, const bot::Playbook& playbook,
                   const DeskView& desk, const WakeRules& rules, TimePoint now);

}  // namespace tsunagi::handoff
