#pragma once
#include "bot/conversation/message.h"
#include "bot/flow/walk.h"

namespace tsunagi::bot {

// A question to the guide while no flow asks anything: after a flow has ended, whoever writes
// 「市営住宅の申し込みはいつ」 is answered, and not led through the flow for coming back.

/// Answers by the guide when what she wrote plainly is a question that it knows, or when she tapped one of the buttons
/// below such an answer. False: nothing was said, the flow for coming back begins. Never answers where danger was heard
/// (R2 and above): then she is not to be sent to an office.
bool answer_by_guide(Walk& walk, const Inbound& inbound);

}  // namespace tsunagi::bot
