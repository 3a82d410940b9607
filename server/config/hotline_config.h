#pragma once
#include "bot/guide/hotline.h"
#include "server/config/config.h"

#include <chrono>
#include <filesystem>
#include <set>

namespace tsunagi::config {

/// config/hotlines, or what is wrong with it. A line that is broken is left out.
struct LoadedHotlines {
    std::vector<bot::Hotline> lines;  ///< as the files have them, files by name
    std::vector<Problem> problems;
    bool ok() const;
    std::set<std::string> ids() const;
};

/// Reads config_dir/hotlines/*.yaml; needs nothing else of config. Errors: a dial string that is not the number, an enabled line of
/// grade C, a forbidden phrase in a line's own texts, an id or number twice. Warnings: review_by before `today`; then a line of
/// grade C would be hidden, but it never shows anyway, and 110, 119 and 189 are never hidden (hotlines.md 8.6).
LoadedHotlines load_hotlines(const std::filesystem::path& config_dir, std::chrono::sys_days today);

}  // namespace tsunagi::config
