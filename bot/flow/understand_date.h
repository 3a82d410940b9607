#pragma once
#include "bot/base/time.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tsunagi::bot {

/// A day, a month of a year, or a year: as exact as the person was. 「4月ごろ」 is an answer, too.
struct DateRead {
    std::chrono::year year{};
    std::optional<std::chrono::month> month;
    std::optional<std::chrono::day> day;  ///< only with a month
    bool year_guessed = false;            ///< she gave none: the one that lies nearest to now
};

/// The date that `text` says, seen from `now` in Japan: ISO and slashes, 2026年5月3日 in any digits, 令和・平成・昭和
/// (also 元年, R8.5.3), 5月3日 without its year, きのう・来月・3日前, May 3. Nothing when there is no date, an
/// impossible one (2月30日) or several.
std::optional<DateRead> read_date(std::string_view text, TimePoint now);

/// ISO 8601: 2026-05-03, 2026-05 or 2026.
std::string date_text(const DateRead& date);

/// Whole years since `born` at `now` in Japan; about right when only a year or a month is known. Nothing for the future
/// and for a guessed year.
std::optional<int> age_at(const DateRead& born, TimePoint now);

}  // namespace tsunagi::bot
