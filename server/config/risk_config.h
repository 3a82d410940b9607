#pragma once
#include "bot/risk/detector.h"
#include "server/config/config.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace tsunagi::config {

/// Reads every *.yaml of `config_dir`/risk (schema: config/schema/risk.schema.json). Needs nothing else of the folder,
/// no secret above all. Null when there is any error, and then `problems` says where; never throws for what a file says.
std::shared_ptr<const bot::RiskRules> load_risk(const std::filesystem::path& config_dir, std::vector<Problem>& problems);

/// The same, not yet compiled: for tests that take a rule away. Problems of the shape only.
bot::RiskSource read_risk(const std::filesystem::path& config_dir, std::vector<Problem>& problems);

}  // namespace tsunagi::config
