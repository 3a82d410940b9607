#pragma once
#include <string>

namespace tsunagi::api {

// Argon2id by libsodium at its interactive limits: about 64 MiB and a tenth of a second each. Both block: call them on
// the pool. Thread-safe.

/// What is stored of a password. Throws std::bad_alloc when memory is short.
std::string hash_password(const std::string& password);

/// Whether `password` is the one `hash` was made of. An empty hash takes as long as a real one and is never right, so that
/// unknown logins cannot be told from known ones by time.
bool password_fits(const std::string& hash, const std::string& password) noexcept;

}  // namespace tsunagi::api
