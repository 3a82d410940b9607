#pragma once
#include "server/api/sessions.h"
#include "server/desk/desk_service.h"

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <unordered_set>

namespace tsunagi::api {

/// Who did what to which id, without a word of content (MHLW-26). Thread-safe.
class Audit {
public:
    explicit Audit(desk::DeskService& desks) : desks_(desks) {}

    /// Keeps one act. An act that was done is not undone because its note could not be kept: that is logged, and answered
    /// with false.
    net::awaitable<bool> note(Caller caller, std::string action, std::string subject,
                              std::map<std::string, std::string> values);

    /// Keeps that this session was shown `subject`: once, not at every refetch. Call it when the answer is known to be one.
    net::awaitable<void> note_reading(Caller caller, std::string action, std::string subject);

private:
    static constexpr std::size_t remembered_max = 100'000;
    desk::DeskService& desks_;
    std::atomic<std::uint64_t> seq_{0};
    std::mutex mutex_;
    std::unordered_set<std::string> read_;
};

}  // namespace tsunagi::api
