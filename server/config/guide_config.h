#pragma once
#include "bot/guide/programme.h"
#include "server/config/config.h"
#include "server/config/yaml.h"

#include <chrono>
#include <filesystem>
#include <set>

namespace tsunagi::config {

class ForbiddenPhrases;  // server/config/forbidden.h

/// config/guide, or what is wrong with it. Files that are broken are left out.
struct LoadedGuide {
    bot::GuideBook guide;  ///< programmes sorted by id
    std::vector<Problem> problems;
    bool ok() const;
};

/// Reads config_dir/guide/*.yaml with its situation.yaml and words/*.yaml; needs nothing else of config, no secrets. An entry whose review_by lies
/// before `today` is a warning. `hotline_ids`: references outside are errors; null: not checked. Never throws for what a file says.
/// `forbidden`: a forbidden phrase in any text is an error; null: not checked.
LoadedGuide load_guide(const std::filesystem::path& config_dir, std::chrono::sys_days today,
                       const std::set<std::string>* hotline_ids = nullptr, const ForbiddenPhrases* forbidden = nullptr);

/// What a desk knows better than the catalogue: desks/ID/guide/*.yaml laid over `base`, entry by entry; window, papers, days,
/// amounts, page, lines and owner may differ, never what a programme is. `ids`: the lines that may be named. No folder: `base`.
LoadedGuide load_desk_guide(const std::filesystem::path& desk_dir, const bot::GuideBook& base, std::chrono::sys_days today,
                            const std::set<std::string>& hotline_ids, const ForbiddenPhrases* forbidden = nullptr);

/// Reads `amounts` of a programme or of a desk's override.
std::vector<bot::Amount> read_amounts(const Value& list);
/// Reads a map language -> text.
bot::GuideText read_text(const Value& value);
/// review_by must be a day, and warns when it lies before `today`; an amount's verified_at must be one.
void check_dates(const Value& root, std::chrono::sys_days today, Problems& problems);
/// A promise that only an authority can make is an error, wherever it stands below `value`, but for `words`.
void check_promises(const Value& value, Problems& problems);
/// Every text of `list` must be one of `known`.
void check_references(const Value& list, const std::vector<std::string>& known, const std::string& thing, Problems& problems);

/// `2027-02-20`; nothing when it is no day of the calendar.
std::optional<std::chrono::sys_days> day_of(const std::string& text);

/// All *.yaml directly in `folder`, sorted, parsed; a file that cannot be read or parsed is a problem.
std::vector<Value> read_yaml_folder(const std::filesystem::path& folder, Problems& problems);

}  // namespace tsunagi::config
