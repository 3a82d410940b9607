#pragma once
#include "server/config/problems.h"
#include "server/config/yaml.h"

#include <string_view>

namespace tsunagi::config {

/// Checks `root` against config/schema/NAME.schema.json (`tsunagi`, `desk`, `flow`, `messages` or `story`; built into
/// the program, so that a config folder always meets the schemas of the program that reads it). Every deviation becomes
/// a problem with its line. Returns whether the shape is right; what a shape cannot say is checked elsewhere.
bool fits_schema(const Value& root, std::string_view name, Problems& problems);

} // namespace tsunagi::config
