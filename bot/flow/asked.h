#pragma once
#include "bot/conversation/message.h"
#include "bot/flow/walk.h"

#include <cstdint>

namespace tsunagi::bot {

// A question to the guide while no flow asks anything: after a flow has ended, whoever writes
// 「市営住宅の申し込みはいつ」 is answered, and not led through the flow for coming back.

/// From this level on words of safety and a human come first, and the guide is silent: she is not to be sent to an office.
constexpr std::uint8_t guide_silent_level = 2;

/// Answers by the guide when what she wrote plainly is a question that it knows, or when she tapped one of the buttons
/// below such an answer. False: nothing was said, the flow for coming back begins. Never answers from
/// guide_silent_level on.
bool answer_by_guide(Walk& walk, const Inbound& inbound);

/// What stands below the guide's answer: whether it was there, and what she can do next.
void say_asked(Walk& walk);

/// Asks what she would like to know. No flow runs: what she writes next, in the hour that follows, is her question, in whatever form.
void ask_for_question(Walk& walk);

}  // namespace tsunagi::bot
