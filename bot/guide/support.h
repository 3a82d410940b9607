#pragma once
#include "bot/base/time.h"
#include "bot/guide/hotline.h"
#include "bot/guide/search.h"

#include <utility>
#include <vector>

namespace tsunagi::bot {

/// Whether a Japanese day is a public holiday. The calendar itself lies outside bot/ (handoff/roster/holidays.h): whoever
/// builds `Support` hands it in. Pure.
using HolidayCalendar = bool (*)(std::chrono::year_month_day day);

/// What help there is for the people of a desk: programmes with their index, and telephone lines. Read once, never changes,
/// shared by all threads.
class Support {
public:
    /// `holidays` null: no day is known to be a holiday (tests). `regions`: the desk's id and where it is, as lines name them.
    Support(GuideBook guide, std::vector<Hotline> hotlines, HolidayCalendar holidays = nullptr, std::vector<std::string> regions = {})
        : guide_(std::move(guide)), hotlines_(std::move(hotlines)), regions_(std::move(regions)), index_(guide_), holidays_(holidays)
    {
    }
    Support(const Support&) = delete;  // the index points into the guide
    Support& operator=(const Support&) = delete;

    const GuideBook& guide() const { return guide_; }
    const GuideIndex& index() const { return index_; }
    const std::vector<Hotline>& hotlines() const { return hotlines_; }
    const std::vector<std::string>& regions() const { return regions_; }

    /// The fact that `open_at` and `choose` ask for: whether the Japanese day of `now` is a public holiday.
    bool public_holiday(TimePoint now) const
    {
        const auto day = std::chrono::floor<std::chrono::days>(now + japan_offset);
        return holidays_ && holidays_(std::chrono::year_month_day(day));
    }

private:
    const GuideBook guide_;
    const std::vector<Hotline> hotlines_;
    const std::vector<std::string> regions_;
    const GuideIndex index_;
    const HolidayCalendar holidays_;
};

}  // namespace tsunagi::bot
