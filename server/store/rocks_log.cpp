#include "server/store/rocks_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <ctime>
#include <string>
#include <system_error>
#include <utility>

namespace tsunagi::store {
namespace {

constexpr mode_t owner_only = 0600;

/// `2026-11-22T03:04:05Z `
std::string time_now()
{
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, sizeof "2026-11-22T03:04:05Z "> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%FT%TZ ", &utc)};
}

}  // namespace

RocksLog::RocksLog(std::filesystem::path folder) : Logger(rocksdb::InfoLogLevel::WARN_LEVEL), folder_(std::move(folder)) {}

RocksLog::~RocksLog()
{
    if (file_ >= 0) ::close(file_);
}

void RocksLog::Logv(const char* format, va_list /*values*/)
{
    const auto line = time_now() + format + "\n";
    const std::lock_guard lock(mutex_);
    if (!opened()) return;
    if (::write(file_, line.data(), line.size()) < 0) return;  // lost, and that is all
    put_aside_when_long();
}

/// Opened with the first line, so that a store that is well leaves no empty file behind.
bool RocksLog::opened()
{
    if (file_ < 0) file_ = ::open((folder_ / "LOG").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, owner_only);
    return file_ >= 0;
}

void RocksLog::put_aside_when_long()
{
    struct stat now{};
    if (::fstat(file_, &now) != 0 || now.st_size < static_cast<off_t>(bytes_max)) return;
    ::close(file_);
    file_ = -1;
    std::error_code failed;
    std::filesystem::rename(folder_ / "LOG", folder_ / "LOG.old", failed);
}

}  // namespace tsunagi::store
