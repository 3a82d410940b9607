#pragma once
#include <chrono>
#include <filesystem>
#include <ostream>

namespace tsunagi::ops {

/// `tsunagi check`: validates everything in `config_dir`, plays the transcripts that its flows carry, and prints what
/// is wrong, by file and line, then what is missing per language, then a line of totals. The documents beside the folder
/// (README.md, deploy/*.md) are checked for telephone numbers and for false words about a line. Returns the exit code: 1 on any error, 0 when there are warnings
/// alone. `today`: closed days that run out are told of 60 days before. Secrets that are not there are warnings: whoever writes texts has none.
int check(const std::filesystem::path& config_dir, std::chrono::sys_days today, std::ostream& out);

} // namespace tsunagi::ops
