#pragma once
#include "bot/conversation/decision.h"
#include "bot/flow/flow.h"
#include "bot/risk/detector.h"

#include <cstdint>
#include <optional>
#include <string>

// Danger in what a person sends: read before anything else, whoever holds the conversation (crisis-language.md).

namespace tsunagi::bot {

constexpr std::uint8_t soft_level = 2;       ///< R2: ahead of the ordinary queue; help is offered, not pressed on her
constexpr std::uint8_t emergency_level = 3;  ///< R3 and R4: a human at once

/// How long her 「大丈夫」 holds: who is beside her changes. Lines are shown within it without asking again.
constexpr std::chrono::minutes screen_safe_span{60};
/// How long a typed word is taken as the answer to our question about the screen.
constexpr std::chrono::minutes screen_answer_span{15};

/// What she tapped or typed of our own words of safety.
enum class SafetyTap : std::uint8_t { screen_safe, screen_watched, screen_later, show_lines };

/// What one event says about danger.
struct Hearing {
    RiskFinding finding;
    bool safe_word = false;        ///< her agreed word: nothing but harmless words from here on
    bool other_hand = false;       ///< these very words are signs of another reader or writer, and tell of no violence
    std::optional<SafetyTap> tap;  ///< an answer to our question about the screen, or the wish to see lines
    std::string heard_text;        ///< what was read, for the texts kept for context; empty: nothing to keep
};

/// Reads `inbound` with what she wrote lately. Pure. A tap on a button of a flow names a topic and is never read as more
/// than R1, nor are LINE's own keywords of a sticker as more than R2: they are not her words.
Hearing hear(const Conversation& conversation, const Inbound& inbound, const Playbook& playbook);

/// From her newest words on it is known that somebody else may read her screen.
void note_watched(Conversation& next);

/// Writes what was heard into `decision`, whose last inbound entry is the one of `inbound`: the mark on the entry, the
/// running maximum and its event, the texts kept for context, the safe word. Says nothing. A machine only ever raises.
void take_note(Decision& decision, const Hearing& hearing, const Inbound& inbound, TimePoint now);

/// Whether what was heard comes before the flow: the bot's flow keeps silent then, and handoff/queue/danger.h answers.
/// `before` is the conversation as it was. R2 alone does not: its words go along with the flow's.
bool comes_before_the_flow(const Conversation& before, const Hearing& hearing, TimePoint now);

/// How long she is silent before what she writes is another talk, and danger in it another danger: the lines that were open
/// then, and who was there, are another matter by evening.
constexpr std::chrono::hours danger_episode_span{6};

/// An episode of danger is over (a human took her, it was closed, or she was silent for `danger_episode_span`): what is heard
/// from now on is answered anew, and whether her screen is safe is asked anew. What else is known of it stays: the level, the
/// categories, that somebody may watch, and a question whose answer her held words wait for.
void end_danger_episode(Conversation& next);

/// Whether this conversation is about violence by somebody near, being followed or being watched, or is disguised: what
/// reaches her screen unasked (a push, a notice) says nothing of why she writes.
bool is_private(const Conversation& conversation);

/// Whether the log's entry `seq` lies behind her safe word: while that hides the talk nobody is shown it who holds her phone.
bool is_hidden(const Conversation& conversation, std::uint64_t seq);

/// Whether she said lately that nobody looks at her screen: it may show words of violence.
bool is_alone(const Conversation& conversation, TimePoint now);

/// Whether her screen may show why she writes at `now`: not private, or she said lately that nobody looks.
bool may_show(const Conversation& conversation, TimePoint now);

// Her words are held back while she is asked about the screen, so that the flow's question is not lost: they go to the
// flow with her next answer (FlowPosition::held under this name).
inline constexpr const char* held_for_screen = "_screen";
bool waits_for_screen(const Conversation& conversation);

// What she asked the guide for names violence, so that she was asked about the screen: the ids of those programmes. Her
// 「大丈夫」 shows them; whatever else comes from her first, but another language, is answered instead, and they are dropped.
inline constexpr const char* held_cards = "_cards";

}  // namespace tsunagi::bot
