#pragma once
#include "server/desk/key_trial.h"

#include <filesystem>
#include <functional>
#include <string>

namespace tsunagi::ops {

/// Tries the key on what is kept; nothing when the store cannot be opened.
using TryKey = std::function<std::optional<desk::KeyTrial>()>;

/// Why what is kept in `data` must not be served under `master_key`, in words; empty when it may be.
///
/// People are found by their ids hashed under the key (desk_service.cpp). Under another key everybody who comes back is a stranger,
/// asked everything again, and the talk her counselor has open stays silent: nothing fails, so somebody must say it.
/// A key that its mark knows is not tried: whoever began anew after the former key was lost may go on.
std::string key_trouble(const std::filesystem::path& data, const std::string& master_key, const TryKey& try_key);

/// Leaves beside the store, once, by which `key_trouble` knows the key again; it tells nothing of the key. False when it cannot be written.
bool mark_key(const std::filesystem::path& data, const std::string& master_key);

/// The `TryKey` of a server that does not run yet: opens the store in `data`, if there is one, and closes it again.
TryKey trial_of(const config::Loaded& config, const std::filesystem::path& data);

}  // namespace tsunagi::ops
