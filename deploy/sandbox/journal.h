#pragma once
#include "deploy/sandbox/world.h"

#include <fstream>
#include <string>

namespace tsunagi::sandbox {

/// Keeps the people and their chats over a restart: one JSON record a line, appended as things happen.
///
/// Practice data on a practice machine: flushed, not synced. Media are not kept.
class Journal {
public:
    /// Reads `file` into the world when it is there, writes it anew without what was overwritten, and stays open for more.
    /// A torn last line is left out. Throws std::runtime_error when the file cannot be written.
    Journal(std::string file, World& world);

    void append(const json& record);

private:
    void read(World& world) const;
    void rewrite(const World& world);

    std::string file_;
    std::ofstream out_;
};

}  // namespace tsunagi::sandbox
