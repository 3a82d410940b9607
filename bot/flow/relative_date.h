#pragma once
#include "bot/flow/understand_date.h"

namespace tsunagi::bot {

/// The day it is in Japan at `now`.
std::chrono::local_days today_in_japan(TimePoint now);

/// A date told from today: きのう, 来月, 去年の4月, 3日前, 二週間後, 2 months ago. Nothing when the key (words.h) tells
/// none.
std::optional<DateRead> read_relative_date(std::string_view key, std::chrono::local_days today);

}  // namespace tsunagi::bot
