#pragma once
#include "server/http/server.h"

#include <filesystem>
#include <string>
#include <vector>

namespace tsunagi::http {

/// A built web app is a few megabytes; more than this is the wrong directory.
inline constexpr std::size_t static_bytes_max = 64 * 1024 * 1024;

/// Routes that answer GET below `prefix` ("/console") with the files of `directory` and with `headers` (such as a
/// CSP).
///
/// The files are read once, here, and served from memory: no request ever becomes a path of the file system. Hidden
/// files and symbolic links are left out. A path without an extension that is no file gets `index.html`, so that the
/// app's own addresses can be reloaded. Assets whose name carries a hash (`assets/index-B7tQ0x3e.js`) may be kept for
/// good; everything else is asked for again with its ETag.
///
/// Throws std::runtime_error naming the directory when it is missing, unreadable or larger than static_bytes_max.
std::vector<Route> static_routes(std::string prefix, const std::filesystem::path& directory, Fields headers = {});

}  // namespace tsunagi::http
