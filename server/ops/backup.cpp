#include "server/ops/backup.h"

#include "server/line/restored.h"
#include "server/ops/report.h"
#include "server/ops/runtime.h"
#include "server/ops/verify.h"
#include "server/store/rocks_store.h"

#include <ostream>
#include <string>

namespace tsunagi::ops {
namespace {

std::string words_of(const store::Backup& backup)
{
    const auto mebibytes = (backup.bytes + (1u << 20) - 1) >> 20;
    return "copy " + std::to_string(backup.number) + " of " + japan_time_text(backup.made) + " (Japanese time), " + std::to_string(mebibytes) + " MiB";
}

/// What nobody would think of at three in the morning.
constexpr const char* after_restoring =
    "What was said and done after this copy is not in it, and what was erased or unsent since is back: unsend and erase it again.\n"
    "Reminders that were due since may come a second time. It needs the same master_key.\n";

std::string waiting_words(std::size_t waiting)
{
    return std::to_string(waiting) +
           " messages waited to be sent when it was made, and may have gone out since. None goes out twice: what LINE cannot tell to have\n"
           "already is shown to the counselors as unknown.\n";
}

/// Runs `work` over the store in `path`. Throws what it throws, and when the store cannot be opened.
template <typename Work>
void with_store(const std::filesystem::path& path, Work work)
{
    Runtime runtime(1);  // outlives the store, whose last answers are posted to its threads
    const auto store = store::open_rocks_store({.path = path});
    runtime.run(work(*store));
    runtime.stop();
}

}  // namespace

int backup(const std::filesystem::path& data_dir, const store::BackupPlan& plan, std::ostream& out, std::ostream& err)
{
    const auto path = data_dir / "store";
    if (!std::filesystem::is_directory(path)) {
        err << "tsunagi: there is no store in " << data_dir.string() << '\n';
        return 1;
    }
    try {
        std::optional<Result<store::Backup, std::string>> made;
        with_store(path, [&](store::StoreOnDisk& store) -> net::awaitable<void> {
            store::BackupPlan own = plan;  // named: anchors.md 5.2
            auto answer = co_await store.back_up(std::move(own));
            made.emplace(std::move(answer));
        });
        if (made->ok()) out << words_of(**made) << " in " << plan.folder.string() << '\n';
        else err << "tsunagi: " << made->error() << '\n';
        return made->ok() ? 0 : 1;
    } catch (const std::exception& failure) {
        err << "tsunagi: " << failure.what() << '\n';
        return 1;
    }
}

int restore(const RestoreOptions& options, std::ostream& out, std::ostream& err)
{
    const auto restored = store::restore_backup(options.from, options.number, options.data_dir / "store");
    if (!restored.ok()) {
        err << "tsunagi: " << restored.error() << '\n';
        return 1;
    }
    out << "restored " << words_of(*restored) << '\n';
    std::size_t waiting = 0;
    try {
        with_store(options.data_dir / "store", [&](store::Store& store) -> net::awaitable<void> { waiting = co_await line::doubt_what_waits(store, restored->made); });
    } catch (const std::exception& failure) {
        err << "tsunagi: " << failure.what() << "; remove " << (options.data_dir / "store").string() << " and restore again\n";
        return 1;
    }
    const int verified = verify(options.data_dir.string(), out, err);
    if (verified != 0) return verified;
    if (waiting > 0) out << waiting_words(waiting);
    out << after_restoring;
    return 0;
}

int list_backups(const std::filesystem::path& folder, std::ostream& out, std::ostream& err)
{
    const auto backups = store::list_backups(folder);
    for (const auto& one : backups) out << words_of(one) << '\n';
    if (backups.empty()) err << "tsunagi: there are no copies in " << folder.string() << ", or this user may not read them\n";
    return backups.empty() ? 1 : 0;
}

}  // namespace tsunagi::ops
