#pragma once
#include "bot/conversation/decision.h"

#include <chrono>
#include <optional>

namespace tsunagi::handoff {

// The hours she agreed for words that answer none of hers (practice.md section 12): a telephone that lights up beside
// somebody at the wrong hour is a danger. What answers her is never held back, the words of safety least of all.

/// The earliest moment from `now` on at which we may begin: `now` itself in her hours, or where none were agreed. Nothing
/// when her hours never come. Whether we may begin at all is another question (SafeContact::may_push).
std::optional<TimePoint> may_begin_at(const bot::SafeContact& contact, TimePoint now);

/// So long after her last words ours still answer them: her telephone is in her hand.
constexpr std::chrono::minutes answers_within{30};

/// Whether `send` must not be pushed to her at `now`: we begin it, she has not written just now, and it is outside her hours.
/// server/desk asks for every Send that would be pushed, whoever made the Decision (as may_send.h).
bool is_outside_her_hours(const bot::Conversation& conversation, const bot::Send& send, TimePoint now);

}  // namespace tsunagi::handoff
