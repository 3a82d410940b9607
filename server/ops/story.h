#pragma once
#include "server/config/config.h"
#include "server/config/yaml.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tsunagi::ops {

/// A transcript of a flow (`tests:`), or a story of tests/scenario: what happens to people, step by step, and what must
/// be true in between. config/schema/story.schema.json says what it can hold.
struct Story {
    DeskId desk;
    FlowId flow; ///< the flow that a first contact runs; empty: the desk's entry
    std::string name;
    config::Value root; ///< `now`, `hours`, `on_duty`, `counselors`, `language`, `answers`, and the steps under `say`
};

/// The transcripts that the flows of `desk` carry, by file and line. Names of files begin with `prefix`.
std::vector<Story> transcripts(const config::Loaded& loaded, const DeskId& desk, const std::string& prefix);

/// Reads a story's file. Nothing, and what is wrong, when it is none. `loaded` gives the desk when the story names
/// none.
std::optional<Story> read_story(const std::filesystem::path& file, const config::Loaded& loaded,
                                std::vector<config::Problem>& problems);

/// A moment like 2026-11-20T11:00+09:00; nothing when it is none.
std::optional<TimePoint> read_instant(const std::string& text);

/// A time like `10m`, `2d` or `1d 2h`; nothing when it is none.
std::optional<Milliseconds> read_duration(const std::string& text);

} // namespace tsunagi::ops
