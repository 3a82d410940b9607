#pragma once
#include <filesystem>
#include <system_error>

namespace tsunagi::store {

/// Makes `folder` where it is missing, for this user only: RocksDB leaves its files to the umask, and what people said is for no other
/// user of the machine. Where the folder is somebody else's, who set it up decides. The error is why there is none.
inline std::error_code make_private_folder(const std::filesystem::path& folder)
{
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) return failed;
    using std::filesystem::perms;
    std::error_code not_ours;
    std::filesystem::permissions(folder, perms::group_all | perms::others_all, std::filesystem::perm_options::remove, not_ours);
    return {};
}

}  // namespace tsunagi::store
