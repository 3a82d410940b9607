#pragma once
#include "bot/conversation/decision.h"

#include <chrono>
#include <cstdint>
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

/// Nobody is written to unasked at night, in Japanese time: a phone that lights up beside somebody is a danger. Unless
/// all the hours she agreed are at night.
constexpr int night_begins_minute = 21 * 60;
constexpr int night_ends_minute = 8 * 60;

/// The earliest moment from `now` on at which she may be written to unasked: by day and in her hours; in those alone where
/// all of them are at night. Nothing when they never come.
std::optional<TimePoint> unasked_at(const bot::Conversation& conversation, TimePoint now);

/// Whether she may be written to unasked at all.
bool may_be_written_to(const bot::Conversation& conversation);

/// A push that was decided a while ago and has not gone out: LINE asked for a pause, or was away, or the power was.
struct Delayed {
    TimePoint decided_at;
    std::uint64_t seq = 0;  ///< of its first entry
    bool by_human = false;
    bool begun_by_us = false;
    bool is_ring = false;   ///< the doorway's neutral words
    bool may_be_out = false;  ///< LINE may have it already
};

/// What becomes of it now. `why` is a key of the catalogue (`send.failed.*`). `anew`: a ring ends, and whether, when and with which
/// link she is to be rung is asked again (webchat/doorway.h).
struct LatePush {
    enum class What { goes, waits, ends, anew } what = What::goes;
    TimePoint until = {};
    const char* why = "";
};

/// A push takes moments on its way; so long it is as it was decided.
constexpr std::chrono::minutes just_decided{1};
/// Longer than this nothing waits for her hours: staff decide anew. LINE would know an earlier attempt no more, either.
constexpr std::chrono::hours late_push_waits_max{23};
/// So long the link in a ring opens the web chat.
constexpr std::chrono::minutes ring_link_life{30};

/// Asked again before `delayed` is pushed at `now`: what was decided in her hours, or while her telephone was in her hand, must not light it up
/// later beside somebody. It waits for her hours, or ends, so that staff decide anew. What was written outside her hours goes out, for who wrote it
/// was told so, unless it is late for that, too. What was said before she told that her screen is read ends. A ring goes only in her hours and while
/// its link opens; else it is asked about anew, unless LINE may have it. Words of safety that must be delivered are not asked about
/// (bot::Send::must_deliver).
LatePush late_push(const bot::Conversation& conversation, const Delayed& delayed, TimePoint now);

inline constexpr const char* waits_for_her_hours = "send.failed.waits_hours";

}  // namespace tsunagi::handoff
