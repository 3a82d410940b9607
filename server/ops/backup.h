#pragma once
#include "server/store/backup.h"

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>

namespace tsunagi::ops {

/// `tsunagi backup`: a copy of what is kept in `data_dir` now; 0 when there is one. Stop the server first; while it runs it makes them
/// itself (`store: backup`, nightly_backup.h).
int backup(const std::filesystem::path& data_dir, const store::BackupPlan& plan, std::ostream& out, std::ostream& err);

struct RestoreOptions {
    std::filesystem::path from;            ///< the folder with the copies
    std::filesystem::path data_dir;        ///< must have no store
    std::optional<std::uint32_t> number;   ///< of the copy; the newest when there is none
};

/// `tsunagi restore`: puts a copy in the place of a store and verifies it. 0 when everything in it holds.
int restore(const RestoreOptions& options, std::ostream& out, std::ostream& err);

/// `tsunagi restore --list`: the copies, a line each, the oldest first; 1 when there are none.
int list_backups(const std::filesystem::path& folder, std::ostream& out, std::ostream& err);

}  // namespace tsunagi::ops
