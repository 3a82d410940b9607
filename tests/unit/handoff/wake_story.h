#pragma once
#include "handoff/queue/wake.h"
#include "tests/unit/handoff/story.h"

#include <optional>
#include <string>

// Timers of a conversation, as the stories of waking tell them.

namespace tsunagi::story {

inline const handoff::WakeRules rules;

inline bot::Decision wake(const bot::Conversation& conversation, const char* name, TimePoint now)
{
    auto view = desk();
    return handoff::wake(conversation, name, playbook(), view, rules, now);
}

/// When the decision sets the timer `name` anew, if it does.
inline std::optional<TimePoint> set_again(const bot::Decision& decision, const std::string& name)
{
    for (const auto& effect : decision.effects)
        if (const auto* timer = std::get_if<bot::SetTimer>(&effect))
            if (timer->name == name) return timer->due;
    return std::nullopt;
}

inline bot::Decision with_timers(const bot::Conversation& before, bot::Decision decision, TimePoint now)
{
    handoff::set_timers(before, decision, rules, now);
    return decision;
}

}  // namespace tsunagi::story
