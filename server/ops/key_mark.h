#pragma once
#include <filesystem>
#include <string>

namespace tsunagi::ops {

/// Why what is kept in `data` must not be served under `master_key`, in words; empty when it may be.
///
/// People are found by their ids hashed under the key (desk_service.cpp). Under another key everybody who comes back is a stranger,
/// asked everything again, and the talk her counselor has open stays silent: nothing fails, so somebody must say it.
std::string key_trouble(const std::filesystem::path& data, const std::string& master_key);

/// Leaves beside the store, once, by which `key_trouble` knows the key again; it tells nothing of the key. False when it cannot be written.
bool mark_key(const std::filesystem::path& data, const std::string& master_key);

}  // namespace tsunagi::ops
