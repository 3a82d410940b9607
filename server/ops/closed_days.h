#pragma once
#include "server/config/config.h"

#include <chrono>
#include <filesystem>
#include <vector>

namespace tsunagi::ops {

/// Warnings about desks that would open around New Year only because nobody has written yet when they are closed: people would be told
/// that somebody reads. Told 60 days before, with the last day that is written.
std::vector<config::Problem> closed_days_that_run_out(const std::filesystem::path& config_dir, const config::Loaded& loaded, std::chrono::sys_days today);

}  // namespace tsunagi::ops
