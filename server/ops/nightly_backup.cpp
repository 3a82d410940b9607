#include "server/ops/nightly_backup.h"

#include "server/ops/backup_time.h"
#include "server/ops/pool.h"
#include "server/ops/report.h"

#include <spdlog/spdlog.h>

namespace tsunagi::ops {
namespace {

constexpr std::chrono::hours after_a_failure{1};

}  // namespace

NightlyBackup::NightlyBackup(store::StoreOnDisk& store, const std::optional<config::BackupConfig>& config, desk::Clock& clock, Metrics& metrics,
                             net::any_io_executor pool)
    : store_(store), config_(config), clock_(clock), metrics_(metrics), pool_(std::move(pool))
{
}

net::awaitable<void> NightlyBackup::run()
{
    if (!config_) co_return;
    auto look = [folder = config_->folder] { return store::list_backups(folder); };
    const auto kept = co_await run_on_pool(pool_, look);
    if (!kept.empty()) newest_ = kept.back().made;
    TimePoint due = next_backup(newest_, config_->minute_of_day, clock_.now());
    for (;;) {
        co_await clock_.sleep_until(due);
        co_await copy();
        const TimePoint now = clock_.now();
        due = trouble_.empty() ? next_backup(now, config_->minute_of_day, now) : now + after_a_failure;
    }
}

net::awaitable<void> NightlyBackup::copy()
{
    store::BackupPlan plan;
    plan.folder = config_->folder;
    plan.keep = config_->keep;
    try {
        const auto made = co_await store_.back_up(std::move(plan));
        trouble_ = made.ok() ? "" : made.error();
        if (made.ok()) {
            newest_ = made->made;
            spdlog::info("a copy of what is kept was made, number {}", made->number);
        }
    } catch (const store::StoreError&) {
        trouble_ = "no copy was made in " + config_->folder.string() + ": the store is closed";
    }
    if (trouble_.empty()) co_return;
    metrics_.handler_failed("backup");
    spdlog::error("{}; it is tried again in an hour", trouble_);
}

std::vector<std::string> NightlyBackup::remarks() const
{
    if (trouble_.empty()) return {};
    return {trouble_ + "; " + (newest_ ? "the newest is of " + japan_time_text(*newest_) + " (Japanese time)" : "there is none yet") +
            "; it is tried again every hour"};
}

double NightlyBackup::made_unix_seconds() const
{
    constexpr double ms_per_second = 1'000;
    return newest_ ? static_cast<double>(to_unix_ms(*newest_)) / ms_per_second : 0;
}

}  // namespace tsunagi::ops
