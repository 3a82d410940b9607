#include "server/store/rocks_database.h"

#include "server/store/fault_hook.h"
#include "server/store/keys.h"
#include "server/store/rocks_options.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/iterator.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

namespace tsunagi::store {
namespace {

constexpr std::size_t version_bytes = 8;
constexpr std::string_view format_row = "format";
constexpr std::string_view sequence_row = "sequence";
constexpr std::string_view format_now = "1";
/// Rows deleted but not yet compacted away that a scan on an I/O thread may walk over before it goes to the pool.
constexpr std::uint64_t deleted_rows_in_memory_max = 1'000;
/// What a flush of everything in memory may need; below that trying to resume would only fail again.
constexpr std::uint64_t room_to_resume_bytes = 8u << 20;

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

/// What went wrong without a word of what was stored (a status' own text may quote keys).
const char* words(const rocksdb::Status& status)
{
    if (status.IsCorruption()) return "the store is damaged";
    if (status.IsNoSpace()) return "no space left on the device";
    if (status.IsIOError()) return "the disk reports an error";
    if (status.IsShutdownInProgress()) return "the store is shutting down";
    return "the engine failed";
}

/// Remembers that RocksDB stopped to write, and wakes who has to know.
class Trouble : public rocksdb::EventListener {
public:
    void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status* error) override { set(*error); }

    /// RocksDB would poll for room every five seconds and refuse Resume() meanwhile; the committer does it sooner.
    void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status /*error*/, bool* by_itself) override
    {
        *by_itself = false;
    }

    void set(const rocksdb::Status& error)
    {
        if (error.severity() >= rocksdb::Status::Severity::kFatalError) needs_restart_ = true;
        state_ = error.IsNoSpace() ? State::full : State::unavailable;
        // Nobody asks failure() with this lock held, so the waker may take its own.
        const std::lock_guard lock(wake_mutex_);
        if (wake_) wake_();
    }
    void clear() { state_ = State::well; }
    void on_failure(std::function<void()> wake)
    {
        const std::lock_guard lock(wake_mutex_);
        wake_ = std::move(wake);
    }
    std::optional<CommitFailure> failure() const
    {
        const State state = state_;
        if (state == State::well) return std::nullopt;
        return state == State::full ? CommitFailure::full : CommitFailure::unavailable;
    }
    bool needs_restart() const { return needs_restart_; }

private:
    enum class State { well, full, unavailable };
    std::atomic<State> state_{State::well};
    std::atomic<bool> needs_restart_{false};
    std::mutex wake_mutex_;
    std::function<void()> wake_;
};

}  // namespace

struct RocksDatabase::Engine {
    // In order of construction; destroyed in reverse: handles before the DB, the DB before its environment.
    std::string path;
    std::shared_ptr<Trouble> trouble = std::make_shared<Trouble>();
    std::unique_ptr<rocksdb::Env> env;  // only with a test's file system
    std::unique_ptr<rocksdb::DB> db;
    std::vector<std::unique_ptr<rocksdb::ColumnFamilyHandle>> families;
    rocksdb::WriteBatch group;
    Version last_version = absent;
    std::atomic<bool> found_damage{false};

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
    void open(const RocksOptions& options);
    void check_format();
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
        if (!listed.ok()) throw StoreError("cannot open " + path + ": " + listed.ToString());
    }
    for (const auto& name : present)
        if (std::find(family_names.begin(), family_names.end(), name) == family_names.end())
            throw StoreError("cannot open " + path + ": it was written by a newer program (" + name + ")");

    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    for (std::size_t i = 0; i < space_count; ++i)
        descriptors.emplace_back(family_names[i], family_options(static_cast<Space>(i), cache));
    return descriptors;
}

void RocksDatabase::Engine::open(const RocksOptions& options)
{
    path = options.path.string();
    std::error_code error;
    std::filesystem::create_directories(options.path, error);
    if (error) throw StoreError("cannot open " + path + ": " + error.message());

    auto cache = rocksdb::NewLRUCache(options.cache_bytes);
    auto db_options = database_options(options, cache);
    db_options.listeners.push_back(trouble);
    if (options.faults) {
        env = rocksdb::NewCompositeEnv(options.faults->file_system);
        db_options.env = env.get();
    }

    const auto descriptors = this->descriptors(db_options, cache);
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    const auto status = rocksdb::DB::Open(db_options, path, descriptors, &handles, &opened);
    if (!status.ok()) throw StoreError("cannot open " + path + ": " + status.ToString());
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
    if (*sequence) last_version = (*sequence)->version;
}

RocksDatabase::RocksDatabase(const RocksOptions& options) : engine_(std::make_unique<Engine>())
{
    engine_->open(options);
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
    if (!failure()) engine_->db->SyncWAL().PermitUncheckedError();
    engine_->families.clear();
    engine_->db->Close().PermitUncheckedError();
}

// ---------------------------------------------------------------------------- reads

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
    return engine_->look_up(space, key, rocksdb::kBlockCacheTier);
}

std::optional<Value> RocksDatabase::get(Space space, const std::string& key) const
{
    return *engine_->look_up(space, key, rocksdb::kReadAllTier);
}

Version RocksDatabase::version(Space space, std::string_view key) const
{
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
    return engine_->walk(range, rocksdb::kBlockCacheTier);
}

std::vector<Row> RocksDatabase::scan(const Range& range) const { return *engine_->walk(range, rocksdb::kReadAllTier); }

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

bool RocksDatabase::try_resume()
{
    std::uint64_t free_bytes = 0;
    auto* const files = engine_->db->GetFileSystem();
    const auto known = files->GetFreeSpace(engine_->path, {}, &free_bytes, nullptr);
    if (known.ok() && free_bytes < room_to_resume_bytes) return false;

    // Cleared first: an error that comes while resuming must stay.
    engine_->trouble->clear();
    const auto status = engine_->db->Resume();
    if (!status.ok()) engine_->trouble->set(status);
    return !engine_->trouble->failure();
}

}  // namespace tsunagi::store
