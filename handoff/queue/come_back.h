#pragma once
#include "bot/flow/decide.h"
#include "handoff/queue/receive.h"

namespace tsunagi::handoff {

/// Opens a closed conversation again because the person wrote `inbound`. The same conversation goes on: its log,
/// answers and risk stay, only its outcome is open again.
///
/// Within `back_to_same_counselor` of its last activity it goes to the counselor she talked with, if she is on duty (at night not
/// by oversight: danger.h, staff_went_home) and has room; else to the queue. Later, or when no counselor ever talked with her, the bot begins its `again` flow.
/// `hearing` is what was heard in `inbound`: R3 and R4 never come here (danger.h).
bot::Decision come_back(const bot::Conversation& closed, const bot::Inbound& inbound, const bot::Hearing& hearing,
                        const bot::Playbook& playbook, const DeskView& desk, TimePoint now);

}  // namespace tsunagi::handoff
