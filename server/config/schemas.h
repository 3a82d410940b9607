#pragma once
#include <functional>
#include <map>
#include <string>

namespace tsunagi::config {

/// The files of config/schema as they were when this was built: name without `.schema.json` -> JSON.
const std::map<std::string, std::string, std::less<>>& schema_texts();

} // namespace tsunagi::config
