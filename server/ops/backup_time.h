#pragma once
#include "bot/base/time.h"

#include <optional>

namespace tsunagi::ops {

/// When the next copy is due: at this minute of the day in Japan, the first time after `newest`; ten minutes from `now` when there is
/// none or that time has passed while the server was down, so that a start is not slowed.
TimePoint next_backup(std::optional<TimePoint> newest, int minute_of_day, TimePoint now);

}  // namespace tsunagi::ops
