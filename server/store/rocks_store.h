#pragma once
#include "server/store/store.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace tsunagi::store {

/// What only a test passes; its content is in fault_hook.h so that no RocksDB type is seen here.
struct FaultHook;

struct RocksOptions {
    std::filesystem::path path;            ///< made when missing; locked against a second process
    std::size_t pool_threads = 2;          ///< for reads that must touch the disk
    std::size_t block_cache_bytes = 32u << 20;
    std::size_t write_buffer_bytes = 16u << 20;  ///< of one space, before it is flushed
    std::size_t write_buffers_total_bytes = 48u << 20;  ///< of all spaces together
    std::chrono::milliseconds resume_interval{1'000};  ///< how often writing is tried again after trouble
    const FaultHook* faults = nullptr;
};

/// The store cannot be opened, or what it holds cannot be read: infrastructure is broken. No key and no value in the text.
struct StoreError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The embedded engine. Throws StoreError when the folder cannot be opened (in use, damaged, from a newer program).
///
/// Destroy it only after every coroutine that awaits one of its operations has ended; batches not yet answered are then
/// committed or answered `unavailable` first. Closing syncs the log.
std::unique_ptr<Store> open_rocks_store(RocksOptions options);

}  // namespace tsunagi::store
