#include "server/ops/backup.h"

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
    "What was said and done after this copy is not in it, and what was erased or unsent since is back.\n"
    "LINE refuses to deliver again what it had within 24 hours. From an older copy, what waited then may go out a second time: start with\n"
    "TSUNAGI_LINE_SENDING=paused, look in the console at who is waiting, then start without it. It needs the same master_key.\n";

}  // namespace

int backup(const std::filesystem::path& data_dir, const store::BackupPlan& plan, std::ostream& out, std::ostream& err)
{
    const auto path = data_dir / "store";
    if (!std::filesystem::is_directory(path)) {
        err << "tsunagi: there is no store in " << data_dir.string() << '\n';
        return 1;
    }
    try {
        Runtime runtime(1);  // outlives the store, whose last answers are posted to its threads
        const auto store = store::open_rocks_store({.path = path});
        std::optional<Result<store::Backup, std::string>> made;
        auto copy = [&]() -> net::awaitable<void> {
            store::BackupPlan own = plan;  // named: anchors.md 5.2
            auto answer = co_await store->back_up(std::move(own));
            made.emplace(std::move(answer));
        };
        runtime.run(copy());
        runtime.stop();
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
    const int verified = verify(options.data_dir.string(), out, err);
    if (verified == 0) out << after_restoring;
    return verified;
}

int list_backups(const std::filesystem::path& folder, std::ostream& out, std::ostream& err)
{
    const auto backups = store::list_backups(folder);
    for (const auto& one : backups) out << words_of(one) << '\n';
    if (backups.empty()) err << "tsunagi: there are no copies in " << folder.string() << ", or this user may not read them\n";
    return backups.empty() ? 1 : 0;
}

}  // namespace tsunagi::ops
