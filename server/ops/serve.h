#pragma once
#include "server/config/config.h"

#include <filesystem>
#include <optional>
#include <string>

namespace tsunagi::ops {

struct ServeOptions {
    std::filesystem::path config_dir;
    std::optional<std::filesystem::path> data_dir;  ///< wins over config
    /// `2026-11-22T02:00`, Japanese time: begin as if it were then. For practice and tests, so only on loopback addresses.
    std::string pretend_now = {};
};

/// `tsunagi serve`: runs until SIGTERM or SIGINT, then finishes what it began. A second signal ends at once.
/// Returns the process's exit code; 1 with a sentence on stderr when it cannot start.
int serve(const ServeOptions& options);

}  // namespace tsunagi::ops
