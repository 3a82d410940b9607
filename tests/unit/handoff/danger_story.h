#pragma once
#include "bot/flow/buttons.h"
#include "handoff/queue/commands.h"
#include "handoff/queue/danger.h"
#include "tests/unit/handoff/story.h"

#include <doctest/doctest.h>

#include <algorithm>

// What the tests of danger and of what may be seen over her shoulder say.

namespace tsunagi::story {

using namespace std::chrono;
using namespace tsunagi::handoff;

inline bot::Decision hears(const bot::Conversation& conversation, bot::Inbound inbound, const DeskView& view = desk(),
                           TimePoint now = friday)
{
    inbound.sent_at = inbound.received_at = now;
    return receive(conversation, inbound, watchful(), view, now);
}

inline bot::Conversation talking() { return hears(unknown_person(), follow()).next; }

inline bool says(const bot::Decision& decision, const std::string& part)
{
    return std::ranges::any_of(said(decision), [&](const auto& text) { return text.find(part) != text.npos; });
}

template <class Effect>
inline bool has(const bot::Decision& decision)
{
    return std::ranges::any_of(decision.effects, [](const auto& each) { return std::holds_alternative<Effect>(each); });
}

inline bot::Inbound safety_tap(std::string_view choice) { return tap("a=01234567&f=&n=&c=" + std::string(choice)); }

inline const bot::RiskMark* mark(const bot::Decision& decision)
{
    for (const auto& entry : decision.log)
        if (entry.kind == bot::EntryKind::inbound && entry.risk) return &*entry.risk;
    return nullptr;
}

/// The desk when `counselor`, who talked with her last, is on duty or not, and one colleague is.
inline DeskView desk_beside(Counselor counselor, bool on_duty)
{
    auto view = desk(on_duty ? 2 : 1);
    counselor.on_duty = on_duty;
    view.last_counselor = std::move(counselor);
    return view;
}

inline bot::Conversation answered_by(const Counselor& counselor, const bot::Conversation& waits, TimePoint now)
{
    const auto taken = claim(waits, counselor, watchful(), now);
    REQUIRE(taken.ok());
    const auto replied = send_text(taken.value().next, counselor, "ここにいます", now);
    REQUIRE(replied.ok());
    return replied.value().next;
}

inline bot::Conversation closed_after(const bot::Conversation& waits, TimePoint now)
{
    const auto left = close(answered_by(sato(), waits, now), sato(), "listened", true, watchful(), now, handoff::all_seen);
    REQUIRE(left.ok());
    return left.value().next;
}

}  // namespace tsunagi::story
