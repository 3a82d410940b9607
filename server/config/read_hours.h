#pragma once
#include "handoff/roster/hours.h"
#include "server/config/yaml.h"

namespace tsunagi::config {

/// Reads opening hours (`weekly`, `public_holidays`, `exceptions`). What is malformed, reversed or overlapping becomes
/// a problem and is left out: a desk is rather closed than open by mistake.
handoff::OpeningHours read_hours(const Value& hours, Problems& problems);

} // namespace tsunagi::config
