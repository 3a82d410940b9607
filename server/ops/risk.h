#pragma once
#include <filesystem>
#include <iosfwd>

namespace tsunagi::ops {

/// `tsunagi risk --config DIR`: one text a line on `in`, one JSON line each on `out`, flushed at once:
/// {"level":0..4,"categories":[...],"spans":[{"from","to","rule"}]}, offsets in code points of the line.
/// Reads only DIR/risk, so that no secret is needed.
/// Returns the exit status: 1 when the rules do not load, and then `out` says file:line for each problem.
int risk(const std::filesystem::path& config_dir, std::istream& in, std::ostream& out);

}  // namespace tsunagi::ops
