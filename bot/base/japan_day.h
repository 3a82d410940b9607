#pragma once

#include "bot/base/time.h"

#include <chrono>

namespace tsunagi {

/// The calendar day in Japan at an instant. Greenwich's is a day behind until nine in the morning there.
inline std::chrono::sys_days japan_day(std::chrono::system_clock::time_point instant)
{
    return std::chrono::floor<std::chrono::days>(instant + japan_offset);
}

}  // namespace tsunagi
