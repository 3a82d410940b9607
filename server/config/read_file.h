#pragma once
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace tsunagi::config {

/// The bytes of a regular file, at most `bytes_max` + 1 of them: who gets more than `bytes_max` knows that it is too large.
/// Nothing when it is not there, is no file or may not be read. What is returned takes no more memory than it has bytes.
std::optional<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max);

}  // namespace tsunagi::config
