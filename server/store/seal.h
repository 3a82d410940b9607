#pragma once
#include "bot/base/result.h"
#include "server/store/records.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tsunagi::store {

// The one door between a record's bytes and what lies on disk.
//
// As it stands NOTHING IS ENCRYPTED here: sealing is `open`, and a value on disk is readable by whoever can read the
// disk. Every record already goes through these functions with the scope it belongs to, and every value already says in
// its third byte how it is sealed. So sealing per person (architecture.md, Store) changes this file, adds a second
// sealing, and goes on reading the open values written before.

/// How a value is sealed: its third byte. On disk, so append only.
enum class Sealing : std::uint8_t { open = 0 };

/// The first bytes of a record: kind, format version, sealing.
std::string record_header(std::uint8_t kind, std::uint8_t version);

/// What is stored for `record` (which begins with its header). An empty scope: not about a person.
std::string seal(const PersonScope& scope, std::string record);

/// The fields of a stored record of `kind` in a format up to `version`. The view is into `stored` or into `room`.
Result<std::string_view, DecodeError> unseal(std::string_view stored, std::uint8_t kind, std::uint8_t version,
                                             std::string& room);

}  // namespace tsunagi::store
