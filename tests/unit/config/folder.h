#pragma once
#include "server/config/config.h"

#include <filesystem>
#include <string>
#include <vector>

namespace tsunagi::config {

/// A copy of tests/unit/config/minimal in a folder of its own, to be broken in one place. The destructor removes it.
class ConfigFolder {
public:
    ConfigFolder();
    ~ConfigFolder();
    ConfigFolder(const ConfigFolder&) = delete;
    ConfigFolder& operator=(const ConfigFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

    void write(const std::string& file, const std::string& text) const;
    std::string read(const std::string& file) const;

    /// Replaces the first `from`, which must be there.
    void replace(const std::string& file, const std::string& from, const std::string& to) const;

    /// The number of the first line that holds `words` (its line break counts); 0 when `words` are empty.
    int line_of(const std::string& file, const std::string& words) const;

    std::string shown(const std::string& file) const { return (path_ / file).string(); }
    Loaded load() const { return config::load(path_, Purpose::check); }

private:
    std::filesystem::path path_;
};

/// `file:line: what; mend` of each, for a failed test's message.
std::string told(const std::vector<Problem>& problems);

} // namespace tsunagi::config
