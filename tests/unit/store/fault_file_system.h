#pragma once
#include <rocksdb/file_system.h>

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace tsunagi::store::testing {

/// The real disk, with an off switch: remembers what was synced, so that a power loss can be played, and fails or stalls on
/// demand. Thread-safe. Only what a log and table files need is modelled: a rename counts as durable at once (RocksDB syncs the
/// directory after it), a new file only after its directory was synced.
class FaultFileSystem : public rocksdb::FileSystemWrapper {
public:
    FaultFileSystem() : rocksdb::FileSystemWrapper(rocksdb::FileSystem::Default()) {}
    const char* Name() const override { return "FaultFileSystem"; }

    // ------------------------------------------------ what goes wrong

    void full(bool on, std::string suffix = "");  ///< writing to files that end so finds no space
    void holds(std::optional<std::uint64_t> bytes);  ///< all files together; what does not fit is written as far as it fits
    void only_reopening_helps();                  ///< as a full disk, with room, until the folder is locked anew
    void full_at_sync();                          ///< the same, but found only when a log is synced: its bytes are there
    void refuse_opening(bool on);                 ///< the folder cannot be locked
    int openings() const;                         ///< how often it was
    void fail_sync(bool on);                      ///< every sync of a log reports an I/O error
    void hold_syncs(bool on);                     ///< syncs of a log wait until this is off again
    void await_held_sync();                       ///< returns when one waits
    void die();                                   ///< the power fails: nothing reaches the disk from here on

    /// After the store is gone: only its process died. What was not synced can be read, and is still not on the disk.
    void process_returns();

    /// After the store is gone: the disk as it is when power returns. Of unsynced bytes at most `torn_bytes` a file survive.
    /// Then the file system lives again.
    void power_returns(std::uint64_t torn_bytes = 0);

    std::uint64_t log_syncs() const;

    // ------------------------------------------------ rocksdb::FileSystem

    rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file, rocksdb::IODebugContext* debug) override;
    rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                   std::unique_ptr<rocksdb::FSDirectory>* directory, rocksdb::IODebugContext* debug) override;
    rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override;
    rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override;
    rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options, std::uint64_t* free_bytes,
                                   rocksdb::IODebugContext* debug) override;

    rocksdb::IOStatus LockFile(const std::string& path, const rocksdb::IOOptions& options, rocksdb::FileLock** lock,
                               rocksdb::IODebugContext* debug) override;

    // ------------------------------------------------ for the files it hands out

    rocksdb::IOStatus before_append(const std::string& path);
    std::uint64_t room() const;  ///< in bytes, as far as `holds` says
    void after_append(const std::string& path, std::uint64_t bytes);
    rocksdb::IOStatus before_sync(const std::string& path);
    void after_sync(const std::string& path);
    rocksdb::IOStatus directory_synced(const std::string& directory);

private:
    std::uint64_t room_now() const;

    struct File {
        std::uint64_t size = 0;
        std::uint64_t synced = 0;
        bool entry_synced = false;  ///< its name is in its directory for good
    };

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, File> files_;
    std::optional<std::string> full_suffix_;
    std::optional<std::uint64_t> holds_;
    bool only_reopening_helps_ = false;
    bool full_at_sync_ = false;
    bool refuse_opening_ = false;
    int openings_ = 0;
    bool fail_sync_ = false;
    bool hold_syncs_ = false;
    bool sync_is_held_ = false;
    bool dead_ = false;
    std::uint64_t log_syncs_ = 0;
};

}  // namespace tsunagi::store::testing
