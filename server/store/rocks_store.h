#pragma once
#include "server/store/backup.h"
#include "server/store/store.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

namespace tsunagi::store {

/// What only a test passes; its content is in fault_hook.h so that no RocksDB type is seen here.
struct FaultHook;

struct RocksOptions {
    std::filesystem::path path;            ///< made when missing; locked against a second process
    std::size_t pool_threads = 2;          ///< for reads that must touch the disk
    std::size_t cache_bytes = 48u << 20;   ///< blocks, indexes, filters and write buffers of all spaces together
    std::size_t write_buffers_bytes = 28u << 20;  ///< of these at most so much for what is not yet flushed
    std::chrono::milliseconds resume_interval{1'000};   ///< how often writing is tried again after trouble
    std::chrono::milliseconds commit_deadline{10'000};  ///< a batch that waited so long is answered `unavailable`
    std::size_t waiting_batches_max = 16'384;           ///< more than connections_max: each may wait with one batch
    const FaultHook* faults = nullptr;
    /// Called each time the files were closed and opened again in place and writing works: on the committer's thread, so it
    /// must neither block nor wait for the store. Those who watch have then been told to look again at what was refused.
    std::function<void()> on_reopened = {};
};

/// The store cannot be opened, or what it holds cannot be read: infrastructure is broken. No key and no value in the text.
struct StoreError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A scan for more rows than this is a mistake of the caller (std::invalid_argument): page with keys.h resume_after.
constexpr std::size_t scan_limit_max = 10'000;

/// A store that makes copies of itself while it serves.
class StoreOnDisk : public Store {
public:
    /// A copy of everything that was committed when it began, by a thread of its own; those that are asked for meanwhile follow. The
    /// error says in words why there is none. Ends early when the store is closed, and when it must open its files again in place.
    virtual net::awaitable<Result<Backup, std::string>> back_up(BackupPlan plan) = 0;
};

/// The embedded engine. Throws StoreError when the folder cannot be opened (in use, damaged, from a newer program).
///
/// `unavailable` and `full` say that the batch is not promised: it may still be found afterwards (its bytes may have
/// reached the disk), so the same event delivered again may be a repetition. While `trouble()` is not empty every commit is
/// refused at once; the engine closes and opens its files by itself until writing works. Reads wait for that moment; they
/// throw StoreError when it lasts longer than half a minute.
///
/// Destroy it before the io_contexts whose coroutines use it: until then its threads may still be posting to them. Batches
/// still waiting are committed (or refused) and answered. Closing syncs the log.
std::unique_ptr<StoreOnDisk> open_rocks_store(RocksOptions options);

}  // namespace tsunagi::store
