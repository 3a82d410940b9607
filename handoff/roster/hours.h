#pragma once
#include "bot/base/time.h"
#include "handoff/roster/holidays.h"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace tsunagi::handoff {

/// Minutes since local midnight, 0..1440; `to` is exclusive. A slot past midnight is written as two.
struct Slot {
    int from_minute = 0;
    int to_minute = 0;
};

/// When a desk answers on one channel, in Japanese local time (MHLW-10, KAN-09).
struct OpeningHours {
    std::array<std::vector<Slot>, 7> weekly;  ///< [0] is Sunday, as std::chrono::weekday counts
    bool closed_on_public_holidays = true;
    /// One-off changes that win over everything, holidays too: no slots means closed that day. Of two for the same day
    /// the first counts.
    struct Exception {
        std::chrono::year_month_day day;
        std::vector<Slot> slots;
    };
    std::vector<Exception> exceptions;
};

/// How far ahead an opening or a closing is looked for: a date further away helps nobody who waits.
constexpr std::chrono::days opening_horizon{60};

bool is_open(const OpeningHours& hours, TimePoint now);

/// The next instant at which the desk opens; `now` itself when it is open. Nothing when it never opens within 60 days.
std::optional<TimePoint> next_opening(const OpeningHours& hours, TimePoint now);

/// When the opening that contains `now` ends. Slots that touch or overlap, also over midnight, are one opening. Nothing
/// when closed, or when it does not end within 60 days.
std::optional<TimePoint> closes_at(const OpeningHours& hours, TimePoint now);

}  // namespace tsunagi::handoff
