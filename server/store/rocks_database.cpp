#include "server/store/rocks_database.h"

#include "server/store/fault_hook.h"
#include "server/store/keys.h"
#include "server/store/private_folder.h"
#include "server/store/reopen_gate.h"
#include "server/store/rocks_backup.h"
#include "server/store/rocks_options.h"
#include "server/store/rocks_trouble.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/iterator.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <utility>

namespace tsunagi::store {
namespace {

constexpr std::size_t version_bytes = 8;
constexpr std::string_view format_row = "format";
constexpr std::string_view sequence_row = "sequence";
constexpr std::string_view format_now = "1";
/// Rows deleted but not yet compacted away that a scan on an I/O thread may walk over before it goes to the pool.
constexpr std::uint64_t deleted_rows_in_memory_max = 1'000;
/// What opening again needs beyond what it writes to tables; with less it would only fail, and readers would have to wait.
constexpr std::uint64_t room_to_reopen_bytes = 8u << 20;

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

std::array<char, version_bytes> to_bytes(Version version)
{
    std::array<char, version_bytes> bytes{};
    for (auto& byte : bytes) {
        byte = static_cast<char>(version & 0xFFU);
        version >>= 8U;
    }
    return bytes;
}

/// Opening again is quick or hopeless; who reads meanwhile waits so long, then learns that it is broken.
constexpr std::chrono::seconds closed_max{30};

/// RocksDB tells a folder that another process holds, or that is another user's, like any trouble of the disk.
std::string words_of_opening(const rocksdb::Status& status)
{
    if (!status.IsIOError() || status.IsNoSpace()) return words(status);
    const auto told = status.ToString();
    if (told.find("Permission denied") != std::string::npos) return "this user may not read and write it; run as the user whose it is";
    if (told.find("While lock file") != std::string::npos || told.find("lock hold by") != std::string::npos) return "another process has it open; stop that one first";
    return "the disk reports an error";
}

/// The folder could not be opened: as StoreError, with the reason for whoever tries again.
struct OpenFailed : StoreError {
    OpenFailed(const std::string& path, const rocksdb::Status& why)
        : StoreError("cannot open " + path + ": " + words_of_opening(why)), status(why)
    {
    }
    rocksdb::Status status;
};

}  // namespace

struct RocksDatabase::Engine {
    // In order of construction; destroyed in reverse: handles before the DB, the DB before its environment.
    RocksOptions given;
    std::string path;
    std::shared_ptr<rocksdb::FileSystem> files;
    std::shared_ptr<Trouble> trouble = std::make_shared<Trouble>();
    std::unique_ptr<rocksdb::Env> env;  // only with a test's file system
    BackupMaker backups;
    ReopenGate gate;  // who reads `db` or `families` on another thread than the committer's holds a pass
    std::unique_ptr<rocksdb::DB> db;  // null after a reopening that failed
    std::vector<std::unique_ptr<rocksdb::ColumnFamilyHandle>> families;
    rocksdb::WriteBatch group;
    Version last_version = absent;
    std::atomic<bool> found_damage{false};
    std::atomic<const char*> reopening_failed{nullptr};

    rocksdb::ColumnFamilyHandle* family(Space space) const { return families.at(static_cast<std::size_t>(space)).get(); }

    Value value(std::string_view stored)
    {
        Value value;
        value.version = version(stored);
        value.bytes.assign(stored.substr(version_bytes));
        return value;
    }
    Version version(std::string_view stored)
    {
        if (stored.size() < version_bytes) fail(rocksdb::Status::Corruption());
        Version version = 0;
        for (std::size_t i = version_bytes; i-- > 0;) version = version << 8U | static_cast<std::uint8_t>(stored[i]);
        return version;
    }
    [[noreturn]] void fail(const rocksdb::Status& status)
    {
        if (status.IsCorruption()) found_damage = true;
        throw StoreError(std::string("reading failed: ") + words(status));
    }

    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors(const rocksdb::DBOptions& options,
                                                             const std::shared_ptr<rocksdb::Cache>& cache) const;
    void open();
    void close();
    void check_format();
    void cannot_reopen(const rocksdb::Status& why);
    ReopenGate::Pass enter();
    std::optional<std::optional<Value>> look_up(Space space, const std::string& key, rocksdb::ReadTier tier);
    std::optional<std::vector<Row>> walk(const Range& range, rocksdb::ReadTier tier);
};

// ---------------------------------------------------------------------------- open and close

std::vector<rocksdb::ColumnFamilyDescriptor>
RocksDatabase::Engine::descriptors(const rocksdb::DBOptions& options, const std::shared_ptr<rocksdb::Cache>& cache) const
{
    std::vector<std::string> present;
    if (options.env->FileExists(path + "/CURRENT").ok()) {
        const auto listed = rocksdb::DB::ListColumnFamilies(options, path, &present);
        if (!listed.ok()) throw OpenFailed(path, listed);
    }
    for (const auto& name : present)
        if (std::find(family_names.begin(), family_names.end(), name) == family_names.end())
            throw StoreError("cannot open " + path + ": it was written by a newer program (" + name + ")");

    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    for (std::size_t i = 0; i < space_count; ++i)
        descriptors.emplace_back(family_names[i], family_options(static_cast<Space>(i), cache));
    return descriptors;
}

void RocksDatabase::Engine::open()
{
    if (const auto error = make_private_folder(given.path)) throw StoreError("cannot open " + path + ": " + error.message());

    auto cache = rocksdb::NewLRUCache(given.cache_bytes);
    auto db_options = database_options(given, cache);
    db_options.listeners.push_back(trouble);
    if (env) db_options.env = env.get();

    const auto descriptors = this->descriptors(db_options, cache);
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    const auto status = rocksdb::DB::Open(db_options, path, descriptors, &handles, &opened);
    if (!status.ok()) throw OpenFailed(path, status);
    db.reset(opened);
    for (auto* handle : handles) families.emplace_back(handle);
    check_format();
}

void RocksDatabase::Engine::check_format()
{
    const auto format = look_up(Space::meta, meta_key(format_row), rocksdb::kReadAllTier);
    if (*format && (*format)->bytes != format_now)
        throw StoreError("cannot open " + path + ": it was written by a newer program (format " + (*format)->bytes + ")");

    const auto sequence = look_up(Space::meta, meta_key(sequence_row), rocksdb::kReadAllTier);
    // Never back: numbers spent on writes that failed may have been used in the log all the same.
    if (*sequence) last_version = std::max(last_version, (*sequence)->version);
}

void RocksDatabase::Engine::close()
{
    families.clear();
    if (db) db->Close().PermitUncheckedError();
    db.reset();
}

void RocksDatabase::Engine::cannot_reopen(const rocksdb::Status& why)
{
    close();
    reopening_failed = words(why);
    trouble->set(why);
}

RocksDatabase::RocksDatabase(const RocksOptions& options) : engine_(std::make_unique<Engine>())
{
    engine_->given = options;
    engine_->path = options.path.string();
    engine_->files = options.faults ? options.faults->file_system : rocksdb::FileSystem::Default();
    if (options.faults) engine_->env = rocksdb::NewCompositeEnv(engine_->files);
    engine_->open();
    const auto key = meta_key(format_row);
    if (get(Space::meta, key)) return;
    add_to_group({Space::meta, key, std::string(format_now)}, last_version() + 1);
    if (write_group(last_version() + 1)) throw StoreError("cannot write to " + engine_->path);
}

RocksDatabase::~RocksDatabase()
{
    on_failure({});
    // Every answered batch is synced already; this only makes sure. Not after a failed write: RocksDB 7.8 asserts that
    // nobody syncs a file that has failed before (writable_file_writer.h), and Debian's library has assertions on.
    if (engine_->db && !failure()) engine_->db->SyncWAL().PermitUncheckedError();
    engine_->close();
}

// ---------------------------------------------------------------------------- reads

ReopenGate::Pass RocksDatabase::Engine::enter()
{
    auto pass = gate.enter(closed_max);
    if (!pass.owns_lock()) throw StoreError("reading failed: the store is closed");
    return pass;
}

std::optional<std::optional<Value>> RocksDatabase::Engine::look_up(Space space, const std::string& key,
                                                                   rocksdb::ReadTier tier)
{
    rocksdb::ReadOptions options;
    options.read_tier = tier;
    rocksdb::PinnableSlice stored;
    const auto status = db->Get(options, family(space), slice(key), &stored);
    // Limited to memory, RocksDB 7.8 also says ok, with an empty value, for "a file that is not open yet may have it"
    // (TableCache::Get, MarkKeyMayExist). Our values are never empty: they begin with their version.
    if (status.ok() && stored.empty() && tier == rocksdb::kBlockCacheTier) return std::nullopt;
    if (status.ok()) return std::optional(value(view(stored)));
    if (status.IsNotFound()) return std::optional<Value>{};
    if (status.IsIncomplete()) return std::nullopt;
    fail(status);
}

std::optional<std::optional<Value>> RocksDatabase::get_from_memory(Space space, const std::string& key) const
{
    const auto pass = engine_->gate.try_enter();
    if (!pass.owns_lock()) return std::nullopt;
    return engine_->look_up(space, key, rocksdb::kBlockCacheTier);
}

std::optional<Value> RocksDatabase::get(Space space, const std::string& key) const
{
    const auto pass = engine_->enter();
    return *engine_->look_up(space, key, rocksdb::kReadAllTier);
}

Version RocksDatabase::version(Space space, std::string_view key) const
{
    const auto pass = engine_->enter();
    rocksdb::PinnableSlice stored;
    const auto status = engine_->db->Get({}, engine_->family(space), slice(key), &stored);
    if (status.IsNotFound()) return absent;
    if (!status.ok()) engine_->fail(status);
    return engine_->version(view(stored));
}

std::optional<std::vector<Row>> RocksDatabase::Engine::walk(const Range& range, rocksdb::ReadTier tier)
{
    std::vector<Row> rows;
    if (range.from >= range.to) return rows;
    const rocksdb::Slice from = slice(range.from);
    const rocksdb::Slice to = slice(range.to);
    rocksdb::ReadOptions options;
    options.read_tier = tier;
    options.iterate_lower_bound = &from;
    options.iterate_upper_bound = &to;
    if (tier == rocksdb::kBlockCacheTier) options.max_skippable_internal_keys = deleted_rows_in_memory_max;

    const std::unique_ptr<rocksdb::Iterator> at(db->NewIterator(options, family(range.space)));
    if (range.backwards) at->SeekToLast();
    else at->SeekToFirst();
    while (at->Valid() && rows.size() < range.limit) {
        rows.push_back({at->key().ToString(), value(view(at->value()))});
        if (range.backwards) at->Prev();
        else at->Next();
    }
    if (at->status().ok()) return rows;
    if (at->status().IsIncomplete()) return std::nullopt;
    fail(at->status());
}

std::optional<std::vector<Row>> RocksDatabase::scan_memory(const Range& range) const
{
    const auto pass = engine_->gate.try_enter();
    if (!pass.owns_lock()) return std::nullopt;
    return engine_->walk(range, rocksdb::kBlockCacheTier);
}

std::vector<Row> RocksDatabase::scan(const Range& range) const
{
    const auto pass = engine_->enter();
    return *engine_->walk(range, rocksdb::kReadAllTier);
}

void RocksDatabase::stop_waiting() { engine_->gate.give_up(); }

Result<Backup, std::string> RocksDatabase::back_up(const BackupPlan& plan)
{
    const auto pass = engine_->enter();
    return engine_->backups.make(*engine_->db, plan);
}

void RocksDatabase::stop_backing_up() { engine_->backups.hold_off(); }

bool RocksDatabase::found_damage() const { return engine_->found_damage; }

// ---------------------------------------------------------------------------- writes

Version RocksDatabase::last_version() const { return engine_->last_version; }

void RocksDatabase::add_to_group(const Write& write, Version version)
{
    auto* const family = engine_->family(write.space);
    if (!write.bytes) {
        engine_->group.Delete(family, slice(write.key));
        return;
    }
    const auto stamp = to_bytes(version);
    const rocksdb::Slice key = slice(write.key);
    const std::array<rocksdb::Slice, 2> value = {rocksdb::Slice(stamp.data(), stamp.size()), slice(*write.bytes)};
    engine_->group.Put(family, rocksdb::SliceParts(&key, 1), rocksdb::SliceParts(value.data(), value.size()));
}

std::optional<CommitFailure> RocksDatabase::write_group(Version last)
{
    // The sequence goes with the group. Its number is spent even if the write fails: the bytes may come back after a crash.
    add_to_group({Space::meta, meta_key(sequence_row), std::string()}, last);
    engine_->last_version = last;

    rocksdb::WriteOptions durable;
    durable.sync = true;
    const auto status = engine_->db->Write(durable, &engine_->group);
    engine_->group.Clear();
    if (status.ok()) return std::nullopt;
    engine_->trouble->set(status);
    return engine_->trouble->failure();
}

// ---------------------------------------------------------------------------- trouble

std::optional<CommitFailure> RocksDatabase::failure() const { return engine_->trouble->failure(); }
bool RocksDatabase::needs_restart() const { return engine_->trouble->needs_restart(); }
void RocksDatabase::on_failure(std::function<void()> wake) { engine_->trouble->on_failure(std::move(wake)); }

bool RocksDatabase::has_room() const
{
    std::uint64_t needed = room_to_reopen_bytes;
    std::error_code error;
    for (std::filesystem::directory_iterator file(engine_->path, error), end; !error && file != end; file.increment(error)) {
        std::error_code gone;
        const auto bytes = file->path().extension() == ".log" ? file->file_size(gone) : 0;
        if (!gone) needed += bytes;
    }
    std::uint64_t free_bytes = 0;
    const auto known = engine_->files->GetFreeSpace(engine_->path, {}, &free_bytes, nullptr);
    return !known.ok() || free_bytes >= needed;
}

/// That the files could be opened says little: only a write tells.
bool RocksDatabase::writing_works()
{
    return !failure() && !write_group(last_version()) && engine_->trouble->over();
}

bool RocksDatabase::is_open() const { return engine_->db != nullptr; }
const char* RocksDatabase::reopening_failed() const { return engine_->reopening_failed; }

// Why not DB::Resume(): in RocksDB 7.8 it may wait for ever. When the first append to a new log finds no room, the flush of the
// memtable just closed is taken from its queue, refused, and not put back; Resume() then waits for that flush. And when it
// flushes some families and finds no room for the others, a log torn in its middle is still needed, which recovery refuses.
// Opening again is what happens after every crash.
bool RocksDatabase::reopen()
{
    const BackupMaker::Pause no_copying(engine_->backups);
    engine_->gate.close();
    {
        const auto alone = engine_->gate.alone();
        engine_->close();
        // After closing: RocksDB's own threads are gone and have nothing more to say. Before opening: what comes then stays.
        engine_->trouble->clear();
        try {
            engine_->open();  // a group that failed may have reached the log, and is read back now
        } catch (const OpenFailed& failure) {
            engine_->cannot_reopen(failure.status);
        } catch (const StoreError&) {
            engine_->cannot_reopen(rocksdb::Status::Corruption());
        }
        if (!is_open()) return false;  // the gate stays closed
        engine_->reopening_failed = nullptr;
    }
    engine_->gate.open();
    return writing_works();
}

}  // namespace tsunagi::store
