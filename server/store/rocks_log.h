#pragma once
// Only included by rocks_*.cpp and a test.
#include <rocksdb/env.h>

#include <cstddef>
#include <filesystem>
#include <mutex>

namespace tsunagi::store {

/// What the engine has to say of itself, warnings and worse: `LOG` in the store's folder, readable by its owner alone. Its words without the
/// values, which may quote a key: `[WARN] [%s:594] Unable to Sync WAL file %s with error -- %s`.
///
/// RocksDB's own is not used: in 7.8 its second line after one that found no room ends the process (EnvLogger::FlushLocked leaves the file
/// with its error, and Debian's library has assertions on). Here a line that cannot be written is lost, and nobody hears of it.
///
/// Thread-safe. Keeps about `bytes_max` in `LOG` and as much in `LOG.old`.
class RocksLog : public rocksdb::Logger {
public:
    static constexpr std::size_t bytes_max = 4u << 20;

    explicit RocksLog(std::filesystem::path folder);
    ~RocksLog() override;
    RocksLog(const RocksLog&) = delete;
    RocksLog& operator=(const RocksLog&) = delete;

    using rocksdb::Logger::Logv;
    void Logv(const char* format, va_list values) override;  ///< `values` are not looked at
    void LogHeader(const char* /*format*/, va_list /*values*/) override {}  ///< each opening's options, which stand in OPTIONS-*

private:
    bool opened();
    void put_aside_when_long();

    const std::filesystem::path folder_;
    std::mutex mutex_;
    int file_ = -1;
};

}  // namespace tsunagi::store
