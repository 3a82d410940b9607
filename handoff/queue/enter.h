#pragma once
#include "bot/flow/decide.h"
#include "handoff/queue/receive.h"

namespace tsunagi::handoff {

// Reasons to wait that do not come from a flow (catalogue `handoff.reason.*`).
inline constexpr const char* reason_came_back = "came_back";
inline constexpr const char* reason_transfer = "transfer";
inline constexpr const char* reason_not_sent = "not_sent";
inline constexpr const char* reason_left = "left";

/// Gives the conversation of `decision` a place in line that counts from `now`, logs why, and tells the person how she
/// stands. That is the bot's last word: what it said before in the same turn stays before it (asks.md 17), and the flow
/// does not go on afterwards. A risk seen so far raises the priority that was asked for, it never lowers it.
bot::Decision enter_queue(bot::Decision decision, const bot::NeedHuman& need, const bot::Playbook& playbook,
                          const DeskView& desk, TimePoint now);

/// The same without a word to the person: who calls it says how she stands.
void enter_queue_silently(bot::Decision& decision, const bot::NeedHuman& need, TimePoint now);

/// Back in line from a counselor, for `reason`, where she stood: her waiting counts from her first request, and she is told her
/// place when she writes. Logs nothing.
void enter_queue_again(bot::Conversation& conversation, const std::string& reason, TimePoint now);

/// Turns what a flow asked for into a place in line. Without a NeedHuman the decision is as it was.
bot::Decision enter_queue_if_asked(bot::Decision decision, const bot::Playbook& playbook, const DeskView& desk,
                                   TimePoint now);

/// Stops the flow that ran, so that the bot, should it get the conversation back, begins anew with its `again` flow.
void stop_flow(bot::Conversation& conversation);

}  // namespace tsunagi::handoff
