#pragma once
#include "tests/unit/store/store_fixture.h"

// A message as the desk keeps it: rows that are all there, or none of them.

namespace tsunagi::store::testing {

/// Five writes in four spaces that belong together.
inline Batch message(const std::string& name)
{
    Batch batch;
    for (const auto space : {Space::conversation, Space::entry, Space::event, Space::outbox})
        batch.writes.push_back({space, name, name + std::string(200, 'm')});
    batch.writes.push_back({Space::entry, name + "/place", name});
    return batch;
}

inline int parts_found(Bed& bed, const std::string& name)
{
    int found = 0;
    for (const auto space : {Space::conversation, Space::entry, Space::event, Space::outbox})
        if (bed.get(space, name)) ++found;
    if (bed.get(Space::entry, name + "/place")) ++found;
    return found;
}

}  // namespace tsunagi::store::testing
