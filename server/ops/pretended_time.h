#pragma once
#include "bot/base/result.h"
#include "bot/base/time.h"
#include "server/config/config.h"

#include <string>

namespace tsunagi::ops {

/// How far ahead of `now` the server's clock is to be so that it shows `wanted` (`2026-11-22T02:00`, Japanese time; empty:
/// not at all). An error in words when it is no such time, or when the server would listen to more than this machine:
/// a real desk never lives at another hour than the people who write to it.
Result<Milliseconds, std::string> clock_ahead(const std::string& wanted, const config::ServerConfig& server, TimePoint now);

}  // namespace tsunagi::ops
