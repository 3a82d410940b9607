#pragma once
#include "server/store/records.h"
#include "tests/simulation/checker.h"

#include <string>
#include <utility>

// What the files of Checker share: checker.cpp (every commit and every request), checker_at_rest.cpp (nothing is under way).

namespace tsunagi::simulation {

template <class Record>
Record decoded(const std::string& bytes)
{
    auto record = store::decode<Record>(bytes);
    if (!record.ok()) throw Violation("readable", "a record cannot be read: " + std::string(store::to_text(record.error())));
    return std::move(record).value();
}

inline std::string effect_name(const store::OutboxRow& row) { return row.conversation.text + "/" + std::to_string(row.seq); }

}  // namespace tsunagi::simulation
