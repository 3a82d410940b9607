#include "server/store/rocks_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <system_error>
#include <utility>

namespace tsunagi::store {
namespace {

constexpr std::size_t line_bytes_max = 2'000;  // RocksDB's are shorter, but for statistics, which we do not ask for
constexpr mode_t owner_only = 0600;

/// Writes `2026-11-22T03:04:05Z ` and returns its length; 0 when it does not fit.
std::size_t put_time(char* to, std::size_t room)
{
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm utc{};
    gmtime_r(&now, &utc);
    return std::strftime(to, room, "%FT%TZ ", &utc);
}

}  // namespace

RocksLog::RocksLog(std::filesystem::path folder) : Logger(rocksdb::InfoLogLevel::WARN_LEVEL), folder_(std::move(folder)) {}

RocksLog::~RocksLog()
{
    if (file_ >= 0) ::close(file_);
}

void RocksLog::Logv(const char* format, va_list values)
{
    std::array<char, line_bytes_max> line{};
    std::size_t length = put_time(line.data(), line.size());
    const int said = std::vsnprintf(line.data() + length, line.size() - length, format, values);
    if (said < 0) return;
    length = std::min(length + static_cast<std::size_t>(said), line.size() - 1);
    line[length++] = '\n';

    const std::lock_guard lock(mutex_);
    if (!opened()) return;
    if (::write(file_, line.data(), length) < 0) return;  // lost, and that is all
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
