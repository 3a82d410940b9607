#pragma once
#include "server/config/flow_source.h"
#include "server/config/placeholders.h"

#include <map>
#include <memory>
#include <string>

namespace tsunagi::config {

/// The texts a playbook is made from: name below config/ -> bytes. `desk_part_name` holds what playbook_part() took
/// from desk.yaml, and `${env:NAME}` what stood behind that placeholder, so that a playbook is built again without
/// config/.
using Sources = std::map<std::string, std::string>;

inline constexpr const char* desk_part_name = "desk.json";

struct SourceRules {
    std::string prefix;   ///< file names in problems begin with it
    Resolver resolver;    ///< what stands behind placeholders
    bool trusted = false; ///< checked before they were stored: a newer schema must not refuse an older playbook
};

/// Reads `sources`. What cannot be read is told and left out; a flow whose shape is wrong is kept by name only.
DeskSource read_desk_source(const DeskId& desk, const Sources& sources, const SourceRules& rules, Problems& problems);

/// Reads the catalogue: messages/*.yaml, then what desks/ID/messages/*.yaml overrides, text by text.
void read_messages(DeskSource& desk, const std::vector<Value>& common, const std::vector<Value>& overrides,
                   Problems& problems);

/// The playbook as the engine takes it, at the version of its sources.
std::shared_ptr<bot::Playbook> make_playbook(const DeskSource& source, const PlaybookVersion& version);

/// First 32 hex characters of the SHA-256 over all names and bytes in order.
PlaybookVersion version_of(const Sources& sources);

} // namespace tsunagi::config
