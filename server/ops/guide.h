#pragma once
#include <filesystem>
#include <ostream>
#include <string>

namespace tsunagi::ops {

/// `tsunagi guide`: prints the programmes that answer `question`, best first: `id<TAB>name` a line, or, with `json`, one line
/// [{"id","score","name"}]. Reads config_dir/guide alone; needs no secrets. Returns 0; 1 when the guide cannot be read.
int guide(const std::filesystem::path& config_dir, const std::string& question, bool json, std::ostream& out);

}  // namespace tsunagi::ops
