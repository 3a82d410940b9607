#include "server/store/rocks_backup.h"

#include "server/store/private_folder.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>
#include <memory>
#include <system_error>

namespace tsunagi::store {
namespace {

/// What went wrong, of the folder with the copies; a status' own text may quote more than anybody should read.
std::string words_of_copying(const rocksdb::Status& status)
{
    if (status.IsIncomplete()) return "it was stopped";
    if (status.IsNoSpace()) return "no space left for it";
    if (status.IsCorruption()) return "a file is missing or is not what was written";
    if (status.ToString().find("Permission denied") != std::string::npos) return "this user may not read and write there";
    return "the disk reports an error";
}

rocksdb::BackupEngineOptions options_of(const std::filesystem::path& folder)
{
    rocksdb::BackupEngineOptions options(folder.string());
    options.sync = true;
    return options;
}

Backup backup_of(const rocksdb::BackupInfo& info)
{
    return {info.backup_id, from_unix_ms(info.timestamp * 1'000), info.size};
}

std::unique_ptr<rocksdb::BackupEngineReadOnly> open_to_read(const std::filesystem::path& folder)
{
    std::error_code unreadable;
    if (!std::filesystem::is_directory(folder, unreadable)) return nullptr;
    rocksdb::BackupEngineReadOnly* opened = nullptr;
    const auto status = rocksdb::BackupEngineReadOnly::Open(options_of(folder), rocksdb::Env::Default(), &opened);
    return std::unique_ptr<rocksdb::BackupEngineReadOnly>(status.ok() ? opened : nullptr);
}

std::vector<Backup> backups_of(const rocksdb::BackupEngineReadOnlyBase& engine)
{
    std::vector<rocksdb::BackupInfo> infos;
    engine.GetBackupInfo(&infos);
    std::vector<Backup> backups;
    for (const auto& info : infos) backups.push_back(backup_of(info));
    std::sort(backups.begin(), backups.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    return backups;
}

}  // namespace

Result<Backup, std::string> BackupMaker::make(rocksdb::DB& db, const BackupPlan& plan)
{
    const auto not_made = [&](const std::string& why) { return "no copy was made in " + plan.folder.string() + ": " + why; };
    if (const auto failed = make_private_folder(plan.folder)) return not_made(failed.message());
    auto options = options_of(plan.folder);
    options.backup_rate_limit = plan.bytes_per_second_max;
    rocksdb::BackupEngine* opened = nullptr;
    if (const auto status = rocksdb::BackupEngine::Open(options, db.GetEnv(), &opened); !status.ok()) return not_made(words_of_copying(status));
    const std::unique_ptr<rocksdb::BackupEngine> engine(opened);

    rocksdb::BackupID number = 0;
    if (!begin(*engine)) return not_made("the store is being closed");
    rocksdb::Status status = engine->CreateNewBackup(rocksdb::CreateBackupOptions(), &db, &number);
    end();
    if (status.ok()) status = engine->VerifyBackup(number);
    rocksdb::BackupInfo info;
    if (status.ok()) status = engine->GetBackupInfo(number, &info);
    if (!status.ok()) return not_made(words_of_copying(status));
    // Only now that there is a newer one. Old ones that stay keep what somebody had erased: that must not pass in silence.
    status = engine->PurgeOldBackups(static_cast<std::uint32_t>(std::max<std::size_t>(plan.keep, 1)));
    if (!status.ok()) return "a copy was made, but older ones could not be removed from " + plan.folder.string() + ": " + words_of_copying(status);
    return backup_of(info);
}

bool BackupMaker::begin(rocksdb::BackupEngine& engine)
{
    const std::lock_guard lock(mutex_);
    if (held_off_ > 0) return false;
    engine_ = &engine;
    return true;
}

void BackupMaker::end()
{
    const std::lock_guard lock(mutex_);
    engine_ = nullptr;
}

void BackupMaker::hold_off()
{
    const std::lock_guard lock(mutex_);
    ++held_off_;
    if (engine_ != nullptr) engine_->StopBackup();
}

void BackupMaker::go_on()
{
    const std::lock_guard lock(mutex_);
    --held_off_;
}

std::vector<Backup> list_backups(const std::filesystem::path& folder)
{
    const auto engine = open_to_read(folder);
    return engine ? backups_of(*engine) : std::vector<Backup>();
}

Result<Backup, std::string> restore_backup(const std::filesystem::path& folder, std::optional<std::uint32_t> number,
                                           const std::filesystem::path& store_folder)
{
    std::error_code failed;
    const bool is_there = std::filesystem::exists(store_folder, failed);
    if (failed) return "nothing was restored: " + store_folder.string() + ": " + failed.message();
    if (is_there)
        return store_folder.string() + " is there already and is not written over: move it away first, and keep it until all is well";
    const auto engine = open_to_read(folder);
    if (!engine) return "there are no copies in " + folder.string() + ", or this user may not read them";
    const auto backups = backups_of(*engine);
    const auto wanted = number ? std::find_if(backups.begin(), backups.end(), [&](const auto& one) { return one.number == *number; })
                        : backups.empty() ? backups.end() : std::prev(backups.end());
    if (wanted == backups.end()) return "there is no such copy in " + folder.string() + ", or it is not whole; --list shows those that are";

    // Beside it first, so that what stands under its name is always whole.
    auto unfinished = store_folder;
    unfinished += ".unfinished";
    std::filesystem::remove_all(unfinished, failed);
    if (const auto unmade = make_private_folder(unfinished)) return "nothing was restored: " + unmade.message();
    const auto status = engine->RestoreDBFromBackup(rocksdb::RestoreOptions(), wanted->number, unfinished.string(), unfinished.string());
    if (status.ok()) std::filesystem::rename(unfinished, store_folder, failed);
    if (status.ok() && !failed) return *wanted;
    const auto why = status.ok() ? failed.message() : words_of_copying(status);
    std::filesystem::remove_all(unfinished, failed);
    return "copy " + std::to_string(wanted->number) + " could not be restored: " + why;
}

}  // namespace tsunagi::store
