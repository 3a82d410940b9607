#pragma once
#include "server/config/problems.h"
#include "server/config/yaml.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace tsunagi::config {

/// What stands behind `${...}`, for example `env:NAME` or `file:PATH`; nothing when there is no such thing.
using Resolver = std::function<std::optional<std::string>(const std::string& inside)>;

constexpr std::size_t placeholder_bytes_max = 1 << 16; ///< a file named by `${file:PATH}`: a secret, not a document

/// Reads the environment, and files relative to `dir` (one trailing line break cut off).
Resolver outside_world(std::filesystem::path dir);

/// Resolves from what was `recorded` before, and from nothing else: for playbooks built again from stored sources.
Resolver from_record(std::map<std::string, std::string> recorded);

/// Like `resolver`, and writes down into `record` what was asked and found. `record` must outlive the result.
Resolver recording(Resolver resolver, std::map<std::string, std::string>& record);

/// Whether a file may hold secrets, and what their absence means.
enum class Secrets {
    none,          ///< texts: a node may well be called `password`
    may_be_absent, ///< a warning
    needed,        ///< an error
};

/// Replaces `${env:NAME}`, `${env:NAME:-default}` and `${file:PATH}` in every string below `root`. `$${` writes `${`.
/// Where there are secrets, the text written under their keys (see `is_secret_key`) must be one placeholder without a
/// default, else that is a problem; one that is not there stays empty.
void replace_placeholders(Value& root, const Resolver& resolver, Secrets secrets, Problems& problems);

/// Keys whose values are secrets: they come from outside of config, never written in plain.
bool is_secret_key(const std::string& key);

} // namespace tsunagi::config
