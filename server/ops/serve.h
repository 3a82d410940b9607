#pragma once
#include "server/config/config.h"

#include <filesystem>
#include <optional>

namespace tsunagi::ops {

struct ServeOptions {
    std::filesystem::path config_dir;
    std::optional<std::filesystem::path> data_dir;  ///< wins over config
};

/// `tsunagi serve`: runs until SIGTERM or SIGINT, then finishes what it began. A second signal ends at once.
/// Returns the process's exit code; 1 with a sentence on stderr when it cannot start.
int serve(const ServeOptions& options);

}  // namespace tsunagi::ops
