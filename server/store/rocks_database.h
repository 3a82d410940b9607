#pragma once
#include "server/store/rocks_store.h"
#include "server/store/store.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::store {

/// RocksDB behind the words of store.h: one column family a space, a version before each value. Internal to the engine.
///
/// Reads from any thread. What is marked *committer* only from the committer's thread. Reads throw StoreError when files
/// are damaged, or when the database has been closed for long (see reopen).
///
/// Every value begins with 8 bytes, little-endian: its version, the number of the commit that wrote it. Numbers grow by one
/// and are kept in Space::meta with each write, so that a restart never uses one again that somebody was told.
class RocksDatabase {
public:
    explicit RocksDatabase(const RocksOptions& options);
    ~RocksDatabase();  ///< syncs the log and closes
    RocksDatabase(const RocksDatabase&) = delete;
    RocksDatabase& operator=(const RocksDatabase&) = delete;

    /// What memory alone can say: the outer nothing is "ask the disk".
    std::optional<std::optional<Value>> get_from_memory(Space space, const std::string& key) const;
    std::optional<std::vector<Row>> scan_memory(const Range& range) const;
    /// The whole truth; may block on the disk, and waits while the database is being opened again.
    std::optional<Value> get(Space space, const std::string& key) const;
    std::vector<Row> scan(const Range& range) const;
    Version version(Space space, std::string_view key) const;

    Version last_version() const;  ///< *committer* of the last batch that was written
    /// *committer* Adds to the group that `write_group` will write.
    void add_to_group(const Write& write, Version version);
    /// *committer* Writes the group in one synced step and begins a new one; `last` is its highest version. On failure
    /// nothing of it is visible and `failure()` is set.
    std::optional<CommitFailure> write_group(Version last);

    /// A copy of what is committed (backup.h). Blocks; from any thread but the committer's. One that is under way when the database is
    /// to be opened again is given up: writing comes first.
    Result<Backup, std::string> back_up(const BackupPlan& plan);
    /// The copy that is under way ends soon and no other begins: before the end.
    void stop_backing_up();

    /// Why writing does not work now: set by a failed write or by RocksDB's own background work, cleared by reopen.
    std::optional<CommitFailure> failure() const;
    /// `wake` is called when `failure` becomes set, from any thread; it must not call back.
    void on_failure(std::function<void()> wake);
    /// Whether there is so much room on the disk that opening again has a chance.
    bool has_room() const;
    /// *committer* Closes and opens again: true when writing works, as a write has shown. Blocks; readers wait outside, and go
    /// on waiting when the files cannot be opened (try again). A write that failed may be found afterwards, so whatever is
    /// known of versions is void. `last_version` never goes back.
    bool reopen();
    /// Why the last reopening failed, in words; null when it did not. From any thread.
    const char* reopening_failed() const;
    /// Readers that wait for a reopening get a StoreError from now on: before the end, so that nobody waits for it.
    void stop_waiting();
    /// Whether writing will not work before a restart.
    bool needs_restart() const;
    /// Whether a read found damaged data since the start.
    bool found_damage() const;

private:
    bool is_open() const;
    bool writing_works();

    struct Engine;  // all that knows RocksDB
    std::unique_ptr<Engine> engine_;
};

}  // namespace tsunagi::store
