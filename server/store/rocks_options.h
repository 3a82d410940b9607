#pragma once
// Only included by rocks_*.cpp.
#include "server/store/rocks_store.h"
#include "server/store/store.h"

#include <array>
#include <memory>

namespace rocksdb {
class Cache;
struct ColumnFamilyOptions;
struct DBOptions;
}

namespace tsunagi::store {

/// The one registry of column families, in the order of `Space`. On disk, so append only.
constexpr std::array<const char*, space_count> family_names = {
    "default",  // meta: RocksDB insists on this name
    "identity", "conversation", "entry",    "event", "outbox", "timer",
    "queue",    "staff",        "session",  "playbook", "media", "audit", "person",
};

/// Options of the whole and of each family. `cache` is shared by all.
rocksdb::DBOptions database_options(const RocksOptions& options, std::shared_ptr<rocksdb::Cache> cache);
rocksdb::ColumnFamilyOptions family_options(Space space, std::shared_ptr<rocksdb::Cache> cache);

}  // namespace tsunagi::store
