#include "tests/unit/store/fault_file_system.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <utility>

namespace tsunagi::store::testing {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

bool is_log(const std::string& path) { return path.ends_with(".log"); }
IOStatus no_power() { return IOStatus::IOError("no power"); }

class FaultFile : public rocksdb::FSWritableFileOwnerWrapper {
public:
    FaultFile(std::unique_ptr<rocksdb::FSWritableFile>&& file, std::string path, FaultFileSystem& disk)
        : FSWritableFileOwnerWrapper(std::move(file)), path_(std::move(path)), disk_(disk)
    {
    }
    using FSWritableFileOwnerWrapper::Append;

    IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* debug) override
    {
        if (auto refused = disk_.before_append(path_); !refused.ok()) return refused;
        const auto fitting = static_cast<std::size_t>(std::min<std::uint64_t>(data.size(), disk_.room()));
        auto status = target()->Append({data.data(), fitting}, options, debug);
        if (status.ok()) disk_.after_append(path_, fitting);
        return status.ok() && fitting < data.size() ? IOStatus::NoSpace("full in the middle of it") : status;
    }
    IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo& /*check*/,
                    IODebugContext* debug) override
    {
        return Append(data, options, debug);
    }
    IOStatus Sync(const IOOptions& options, IODebugContext* debug) override
    {
        if (auto refused = disk_.before_sync(path_); !refused.ok()) return refused;
        auto status = target()->Sync(options, debug);
        if (status.ok()) disk_.after_sync(path_);
        return status;
    }
    IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override { return Sync(options, debug); }

private:
    std::string path_;
    FaultFileSystem& disk_;
};

class FaultDirectory : public rocksdb::FSDirectoryWrapper {
public:
    FaultDirectory(std::unique_ptr<rocksdb::FSDirectory>&& directory, std::string path, FaultFileSystem& disk)
        : FSDirectoryWrapper(std::move(directory)), path_(std::move(path)), disk_(disk)
    {
    }
    IOStatus Fsync(const IOOptions& /*options*/, IODebugContext* /*debug*/) override { return disk_.directory_synced(path_); }
    IOStatus FsyncWithDirOptions(const IOOptions& /*options*/, IODebugContext* /*debug*/,
                                 const rocksdb::DirFsyncOptions& /*reason*/) override
    {
        return disk_.directory_synced(path_);
    }

private:
    std::string path_;
    FaultFileSystem& disk_;
};

}  // namespace

// ---------------------------------------------------------------------------- what goes wrong

void FaultFileSystem::full(bool on, std::string suffix)
{
    const std::lock_guard lock(mutex_);
    if (on) full_suffix_ = std::move(suffix);
    else full_suffix_.reset();
}

void FaultFileSystem::holds(std::optional<std::uint64_t> bytes)
{
    const std::lock_guard lock(mutex_);
    holds_ = bytes;
}

std::uint64_t FaultFileSystem::room() const
{
    const std::lock_guard lock(mutex_);
    return room_now();
}

std::uint64_t FaultFileSystem::room_now() const
{
    if (!holds_) return std::numeric_limits<std::uint64_t>::max();
    std::uint64_t used = 0;
    for (const auto& [path, file] : files_) used += file.size;
    return *holds_ > used ? *holds_ - used : 0;
}

void FaultFileSystem::only_reopening_helps()
{
    const std::lock_guard lock(mutex_);
    only_reopening_helps_ = true;
}

void FaultFileSystem::full_at_sync()
{
    const std::lock_guard lock(mutex_);
    full_at_sync_ = true;
}

void FaultFileSystem::refuse_opening(bool on)
{
    const std::lock_guard lock(mutex_);
    refuse_opening_ = on;
}

int FaultFileSystem::openings() const
{
    const std::lock_guard lock(mutex_);
    return openings_;
}

void FaultFileSystem::fail_sync(bool on)
{
    const std::lock_guard lock(mutex_);
    fail_sync_ = on;
}

void FaultFileSystem::hold_syncs(bool on)
{
    {
        const std::lock_guard lock(mutex_);
        hold_syncs_ = on;
    }
    changed_.notify_all();
}

void FaultFileSystem::await_held_sync()
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return sync_is_held_; });
}

void FaultFileSystem::die()
{
    {
        const std::lock_guard lock(mutex_);
        dead_ = true;
        hold_syncs_ = false;
    }
    changed_.notify_all();
}

void FaultFileSystem::process_returns()
{
    const std::lock_guard lock(mutex_);
    dead_ = false;
}

void FaultFileSystem::power_returns(std::uint64_t torn_bytes)
{
    const std::lock_guard lock(mutex_);
    for (const auto& [path, file] : files_) {
        if (!std::filesystem::exists(path)) continue;
        if (!file.entry_synced) std::filesystem::remove(path);
        else std::filesystem::resize_file(path, std::min(file.size, file.synced + torn_bytes));
    }
    files_.clear();
    full_suffix_.reset();
    fail_sync_ = hold_syncs_ = dead_ = false;
}

std::uint64_t FaultFileSystem::log_syncs() const
{
    const std::lock_guard lock(mutex_);
    return log_syncs_;
}

// ---------------------------------------------------------------------------- files

IOStatus FaultFileSystem::NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                          std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug)
{
    if (auto refused = before_append(path); !refused.ok()) return refused;
    auto status = target()->NewWritableFile(path, options, file, debug);
    if (!status.ok()) return status;
    *file = std::make_unique<FaultFile>(std::move(*file), path, *this);
    const std::lock_guard lock(mutex_);
    files_[path] = File{};
    return status;
}

IOStatus FaultFileSystem::NewDirectory(const std::string& path, const IOOptions& options,
                                       std::unique_ptr<rocksdb::FSDirectory>* directory, IODebugContext* debug)
{
    auto status = target()->NewDirectory(path, options, directory, debug);
    if (status.ok()) *directory = std::make_unique<FaultDirectory>(std::move(*directory), path, *this);
    return status;
}

IOStatus FaultFileSystem::RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                                     IODebugContext* debug)
{
    const std::lock_guard lock(mutex_);
    if (dead_) return no_power();
    auto status = target()->RenameFile(from, to, options, debug);
    if (!status.ok()) return status;
    if (auto moved = files_.extract(from); !moved.empty()) {
        files_.erase(to);
        moved.key() = to;
        moved.mapped().entry_synced = true;
        files_.insert(std::move(moved));
    }
    return status;
}

IOStatus FaultFileSystem::DeleteFile(const std::string& path, const IOOptions& options, IODebugContext* debug)
{
    const std::lock_guard lock(mutex_);
    if (dead_) return no_power();
    files_.erase(path);
    return target()->DeleteFile(path, options, debug);
}

IOStatus FaultFileSystem::GetFreeSpace(const std::string& path, const IOOptions& options, std::uint64_t* free_bytes,
                                       IODebugContext* debug)
{
    {
        const std::lock_guard lock(mutex_);
        if (full_suffix_ || holds_) {
            *free_bytes = full_suffix_ ? 0 : room_now();
            return IOStatus::OK();
        }
    }
    return target()->GetFreeSpace(path, options, free_bytes, debug);
}

IOStatus FaultFileSystem::LockFile(const std::string& path, const IOOptions& options, rocksdb::FileLock** lock,
                                   IODebugContext* debug)
{
    const std::lock_guard locked(mutex_);
    if (refuse_opening_) return IOStatus::IOError("the folder cannot be locked");
    only_reopening_helps_ = full_at_sync_ = false;
    ++openings_;
    return target()->LockFile(path, options, lock, debug);
}

IOStatus FaultFileSystem::before_append(const std::string& path)
{
    const std::lock_guard lock(mutex_);
    if (dead_) return no_power();
    if (only_reopening_helps_) return IOStatus::NoSpace("full, or so it seems");
    if (full_suffix_ && path.ends_with(*full_suffix_)) return IOStatus::NoSpace("full");
    return IOStatus::OK();
}

void FaultFileSystem::after_append(const std::string& path, std::uint64_t bytes)
{
    const std::lock_guard lock(mutex_);
    files_[path].size += bytes;
}

IOStatus FaultFileSystem::before_sync(const std::string& path)
{
    std::unique_lock lock(mutex_);
    if (is_log(path) && hold_syncs_) {
        sync_is_held_ = true;
        changed_.notify_all();
        changed_.wait(lock, [this] { return !hold_syncs_; });
        sync_is_held_ = false;
    }
    if (dead_) return no_power();
    if (full_at_sync_) {
        only_reopening_helps_ = true;  // from here on
        return IOStatus::NoSpace("found only now");
    }
    if (is_log(path) && fail_sync_) return IOStatus::IOError("the disk cannot sync");
    if (is_log(path)) ++log_syncs_;
    return IOStatus::OK();
}

void FaultFileSystem::after_sync(const std::string& path)
{
    const std::lock_guard lock(mutex_);
    auto& file = files_[path];
    file.synced = file.size;
}

IOStatus FaultFileSystem::directory_synced(const std::string& directory)
{
    const std::lock_guard lock(mutex_);
    if (dead_) return no_power();
    for (auto& [path, file] : files_)
        if (std::filesystem::path(path).parent_path() == std::filesystem::path(directory)) file.entry_synced = true;
    return IOStatus::OK();
}

}  // namespace tsunagi::store::testing
