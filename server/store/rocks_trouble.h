#pragma once
// Only included by rocks_*.cpp.
#include "server/store/store.h"

#include <rocksdb/listener.h>
#include <rocksdb/status.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>

namespace tsunagi::store {

/// What went wrong without a word of what was stored (a status' own text may quote keys).
inline const char* words(const rocksdb::Status& status)
{
    if (status.IsCorruption()) return "the store is damaged";
    if (status.IsNoSpace()) return "no space left on the device";
    if (status.IsIOError()) return "the disk reports an error";
    if (status.IsShutdownInProgress()) return "the store is shutting down";
    return "the engine failed";
}

/// Remembers that RocksDB stopped to write, and wakes who has to know. Any thread.
class Trouble : public rocksdb::EventListener {
public:
    void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status* error) override { set(*error); }

    /// RocksDB would poll for room and resume by itself; we open the files again instead, see RocksDatabase::reopen.
    void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status /*error*/, bool* by_itself) override
    {
        *by_itself = false;
    }

    void set(const rocksdb::Status& error)
    {
        // Nobody asks failure() with this lock held, so the waker may take its own.
        const std::lock_guard lock(mutex_);
        const State now = error.IsNoSpace() ? State::full : State::unavailable;
        if (error.severity() >= rocksdb::Status::Severity::kFatalError) fatal_ = true;
        if (!begun_) began_full_ = now == State::full;
        begun_ = true;
        state_ = now;
        if (wake_) wake_();
    }
    /// Before the files are opened again; the trouble is not over until `over`.
    void clear() { state_ = State::well; }
    /// Writing was seen to work: whether nothing has happened since `clear`.
    bool over()
    {
        const std::lock_guard lock(mutex_);
        if (state_ != State::well) return false;
        begun_ = began_full_ = fatal_ = false;
        return true;
    }

    void on_failure(std::function<void()> wake)
    {
        const std::lock_guard lock(mutex_);
        wake_ = std::move(wake);
    }
    std::optional<CommitFailure> failure() const
    {
        const State state = state_;
        if (state == State::well) return std::nullopt;
        return state == State::full ? CommitFailure::full : CommitFailure::unavailable;
    }
    /// Fatal, and not as the end of a story that began with a full disk: then what failed was to append, after which the log
    /// on disk is as sound as after a crash. After a sync that failed nobody knows what the disk kept.
    bool needs_restart() const { return fatal_ && !began_full_; }

private:
    enum class State { well, full, unavailable };
    std::atomic<State> state_{State::well};
    std::atomic<bool> fatal_{false};
    std::atomic<bool> began_full_{false};
    std::mutex mutex_;
    bool begun_ = false;
    std::function<void()> wake_;
};

}  // namespace tsunagi::store
