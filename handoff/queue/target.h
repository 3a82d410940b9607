#pragma once
#include "bot/conversation/conversation.h"
#include "handoff/roster/hours.h"

#include <chrono>
#include <optional>

namespace tsunagi::handoff {

/// How soon a human's first words should come after danger was heard, in opening hours (practice.md section 9). A desk's
/// own: desk.yaml `targets`.
struct Targets {
    std::chrono::minutes r4{2};
    std::chrono::minutes r3{5};
    std::chrono::minutes r2{30};
};

/// When a human should have answered at the latest; nothing below R2, once a human has answered, or when the desk never
/// opens. What is heard while the desk is closed counts from its next opening.
std::optional<TimePoint> answer_due(const bot::Conversation& conversation, const Targets& targets, const OpeningHours& hours);

}  // namespace tsunagi::handoff
