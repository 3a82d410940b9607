#pragma once
#include <memory>

namespace rocksdb {
class FileSystem;
}

namespace tsunagi::store {

/// Lets a test put its own file system under the engine. For tests that include RocksDB themselves, and nobody else.
struct FaultHook {
    std::shared_ptr<rocksdb::FileSystem> file_system;
    bool forgive_torn_log = true;  ///< as in production; false: a log with a torn end refuses to open
};

}  // namespace tsunagi::store
