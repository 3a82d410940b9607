#pragma once
#include <chrono>
#include <cstdint>

namespace tsunagi {

/// An instant in UTC, whole milliseconds: what LINE's timestamps carry. bot/ and handoff/ get it as an argument.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;
using Milliseconds = std::chrono::milliseconds;

inline std::int64_t to_unix_ms(TimePoint time) { return time.time_since_epoch().count(); }
inline TimePoint from_unix_ms(std::int64_t ms) { return TimePoint{Milliseconds{ms}}; }

/// Japan keeps UTC+9 all year since 1951, so local time needs no time zone database.
constexpr std::chrono::hours japan_offset{9};

}  // namespace tsunagi
