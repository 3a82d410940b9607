#pragma once
#include "server/config/problems.h"
#include "server/config/yaml.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace tsunagi::config {

/// One deviation as valijson tells it: the way from the root to the value, and an English sentence.
struct Deviation {
    std::vector<std::string> path; ///< keys and indexes
    std::string description;
};

/// Turns `deviation` of `root` from `schema` into problems with line and mend, in our words. Sentences that only repeat
/// that something deeper is wrong become nothing.
void report(const Deviation& deviation, const Value& root, const nlohmann::json& schema, Problems& problems);

} // namespace tsunagi::config
