#pragma once
#include "bot/base/time.h"
#include "server/config/config.h"
#include "server/desk/clock.h"
#include "server/ops/metrics.h"
#include "server/store/rocks_store.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tsunagi::ops {

namespace net = boost::asio;

/// Copies what is kept every night, where config says so. Everything on one I/O thread.
class NightlyBackup {
public:
    /// References must outlive it. `pool`: for looking at a folder that may be on a slow disk.
    NightlyBackup(store::StoreOnDisk& store, const std::optional<config::BackupConfig>& config, desk::Clock& clock, Metrics& metrics,
                  net::any_io_executor pool);

    /// Until the program ends; returns at once when config asks for no copies. A copy that failed is tried again in an hour.
    net::awaitable<void> run();

    /// What an operator must mend, in words.
    std::vector<std::string> remarks() const;
    /// Of the newest copy, in Unix seconds; 0 when there is none.
    double made_unix_seconds() const;

private:
    net::awaitable<void> copy();

    store::StoreOnDisk& store_;
    const std::optional<config::BackupConfig>& config_;
    desk::Clock& clock_;
    Metrics& metrics_;
    net::any_io_executor pool_;
    std::optional<TimePoint> newest_;
    std::string trouble_;  // why the last one failed
};

}  // namespace tsunagi::ops
