#pragma once
#include "server/desk/desk_service.h"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

// What the files of DeskService share: desk_service.cpp (start, reading, duty), desk_receive.cpp (an event from a person),
// desk_command.cpp (a counselor's command), desk_wake.cpp (a timer).

namespace tsunagi::desk {

/// A commit that loses to another process is decided again this often; a person's own events never compete here.
constexpr int decide_attempts_max = 8;
constexpr std::size_t page_rows = 500;

/// The record in `bytes`. Throws when it cannot be read: the store is damaged, or written by a newer program.
template <class Record>
Record decoded(const std::string& bytes, const char* what)
{
    auto record = store::decode<Record>(bytes);
    if (!record.ok()) throw std::runtime_error(std::string(what) + ": " + std::string(to_text(record.error())));
    return std::move(record).value();
}

/// The turn of one counselor: two changes at once must not both see room under her capacity.
inline std::string staff_turn(const DeskId& desk, const CounselorId& counselor) { return "staff/" + desk.text + "/" + counselor.text; }

inline void append(store::Batch& batch, std::vector<store::Expect> expects, std::vector<store::Write> writes)
{
    for (auto& expect : expects) batch.expects.push_back(std::move(expect));
    for (auto& write : writes) batch.writes.push_back(std::move(write));
}

}  // namespace tsunagi::desk
