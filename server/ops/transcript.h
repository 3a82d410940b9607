#pragma once
#include "server/ops/story.h"

#include <optional>
#include <string>

namespace tsunagi::ops {

/// Where a story went another way than it should: a problem's place, what was expected and what was said instead, and
/// the story so far as people lived it, a line each.
struct StoryFailure {
    std::string file;
    int line = 0;
    std::string what; ///< "STORY": step 4, expected …; …
    std::vector<std::string> so_far;
};

/// Plays `story` in a world of its own (server/ops/world.h) up to its first failure. Nothing when all of it held.
std::optional<StoryFailure> play(const Story& story, const config::Loaded& loaded);

/// `file:line: what`, and the story so far below it.
std::string to_text(const StoryFailure& failure);

} // namespace tsunagi::ops
