#pragma once
#include "bot/base/result.h"
#include "bot/base/time.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tsunagi::store {

/// Where copies of a store go.
struct BackupPlan {
    std::filesystem::path folder;  ///< made when missing; best on another disk. Holds what the store holds, so it is to be guarded like it
    std::size_t keep = 7;          ///< so many copies; older ones go, and with them what was erased or unsent since
    std::uint64_t bytes_per_second_max = 32u << 20;  ///< so that who writes meanwhile waits no longer; 0: as fast as the disk
};

/// One copy: everything that was committed when it was made.
struct Backup {
    std::uint32_t number = 0;  ///< grows; names the copy
    TimePoint made;            ///< by the machine's clock
    std::uint64_t bytes = 0;   ///< what restoring it writes; on the disk of copies much is shared with the others
};

/// The copies in `folder`, the oldest first; empty when there are none or it cannot be read. A copy of which a file is missing or has
/// another size is left out. Blocks; any thread.
std::vector<Backup> list_backups(const std::filesystem::path& folder);

/// Writes the copy with this number, or the newest, as the store `store_folder`, which must not be there: nothing is ever written over.
/// Every file's checksum is compared. What was written before it failed is gone again. Blocks; the error says in words why not.
Result<Backup, std::string> restore_backup(const std::filesystem::path& folder, std::optional<std::uint32_t> number,
                                           const std::filesystem::path& store_folder);

}  // namespace tsunagi::store
