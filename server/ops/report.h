#pragma once
#include "bot/base/time.h"
#include "server/config/config.h"
#include "server/ops/transcript.h"

#include <cstddef>
#include <chrono>
#include <ostream>
#include <string>
#include <vector>

namespace tsunagi::ops {

/// `file:line: what; mend`, as editors and build tools jump to it. A problem without a line has only its file.
std::string to_text(const config::Problem& problem);

/// Prints each problem on its line. Returns how many are errors.
std::size_t print_problems(const std::vector<config::Problem>& problems, std::ostream& out);

/// Plays `stories` and prints each failure. Returns how many failed.
std::size_t play_and_print(const std::vector<Story>& stories, const config::Loaded& loaded, std::ostream& out);

/// `1 problem`, `2 problems`.
std::string counted(std::size_t count, const std::string& thing);

/// 2026-11-22. Of an instant: as it is in Greenwich; certificates count so.
std::string day_text(std::chrono::year_month_day day);

/// 2026-11-22 03:00, as a clock in Japan shows it.
std::string japan_time_text(TimePoint instant);

} // namespace tsunagi::ops
