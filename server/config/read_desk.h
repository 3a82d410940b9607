#pragma once
#include "server/config/config.h"
#include "server/config/yaml.h"

#include <filesystem>
#include <string>

namespace tsunagi::config {

/// Reads tsunagi.yaml. `root` has its placeholders replaced and fits the schema. Paths that it names count from `dir`,
/// but for console_dir, which counts from the working directory.
ServerConfig read_server(const Value& root, const std::filesystem::path& dir, Purpose purpose, Problems& problems);

/// Reads desk.yaml. `root` has its placeholders replaced and fits the schema.
DeskConfig read_desk(const DeskId& id, const Value& root, Problems& problems);

/// The parts of desk.yaml that belong to a playbook, as a source to be stored: JSON, which is YAML, too. Hours and
/// secrets are not among them: changing those makes no new version.
std::string playbook_part(const Value& root);

} // namespace tsunagi::config
