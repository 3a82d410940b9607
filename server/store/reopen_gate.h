#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>

namespace tsunagi::store {

/// Lets readers in together, and one thread in alone to close and open the database. Readers never starve that thread: who
/// comes while it waits stays outside. Thread-safe; `close`, `open` and `alone` from one thread at a time.
class ReopenGate {
public:
    using Pass = std::shared_lock<std::shared_mutex>;

    /// For a thread that must not wait: no pass (it owns nothing) while closed or about to be.
    Pass try_enter()
    {
        if (closed_) return {};
        Pass pass(in_use_, std::try_to_lock);
        // Closed between the look and the lock: what is behind the gate may be gone.
        if (pass.owns_lock() && closed_) pass.unlock();
        return pass;
    }
    /// Waits while closed; no pass when it was closed longer than `closed_max` or `give_up` was called.
    Pass enter(std::chrono::milliseconds closed_max)
    {
        for (;;) {
            if (closed_) {
                std::unique_lock lock(mutex_);
                const auto until = closed_since_ + closed_max;
                const auto decided = [this] { return !closed_ || given_up_; };
                if (!opened_.wait_until(lock, until, decided) || closed_) return {};
            }
            Pass pass(in_use_);
            if (!closed_) return pass;
        }
    }

    /// Keeps new readers out; `alone` then waits for those inside. The gate stays closed until `open`.
    void close()
    {
        const std::lock_guard lock(mutex_);
        if (!closed_) closed_since_ = std::chrono::steady_clock::now();
        closed_ = true;
    }
    std::unique_lock<std::shared_mutex> alone() { return std::unique_lock(in_use_); }
    void open()
    {
        {
            const std::lock_guard lock(mutex_);
            closed_ = false;
        }
        opened_.notify_all();
    }
    /// It will not open again: who waits is sent away.
    void give_up()
    {
        {
            const std::lock_guard lock(mutex_);
            given_up_ = true;
        }
        opened_.notify_all();
    }

private:
    std::shared_mutex in_use_;
    std::atomic<bool> closed_{false};  // written with mutex_ held
    std::mutex mutex_;
    std::condition_variable opened_;
    std::chrono::steady_clock::time_point closed_since_;
    bool given_up_ = false;
};

}  // namespace tsunagi::store
