#pragma once
#include "bot/guide/programme.h"
#include "server/config/config.h"
#include "server/config/yaml.h"

#include <chrono>
#include <filesystem>
#include <set>

namespace tsunagi::config {

/// config/guide, or what is wrong with it. Files that are broken are left out.
struct LoadedGuide {
    bot::GuideBook guide;  ///< programmes sorted by id
    std::vector<Problem> problems;
    bool ok() const;
};

/// Reads config_dir/guide/*.yaml with its synonyms.yaml and situation.yaml; needs nothing else of config, no secrets. An entry whose review_by lies
/// before `today` is a warning. `hotline_ids`: references outside are errors; null: not checked. Never throws for what a file says.
LoadedGuide load_guide(const std::filesystem::path& config_dir, std::chrono::sys_days today,
                       const std::set<std::string>* hotline_ids = nullptr);

/// `2027-02-20`; nothing when it is no day of the calendar.
std::optional<std::chrono::sys_days> day_of(const std::string& text);

/// All *.yaml directly in `folder`, sorted, parsed; a file that cannot be read or parsed is a problem.
std::vector<Value> read_yaml_folder(const std::filesystem::path& folder, Problems& problems);

}  // namespace tsunagi::config
