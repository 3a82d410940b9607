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

    /// Keeps one act. An act that was done is not undone because its note could not be kept; that is logged.
    net::awaitable<void> note(Caller caller, std::string action, std::string subject,
                              std::map<std::string, std::string> values = {});

    /// Whether this session looks at `conversation` for the first time: reading is noted once, not at every refetch.
    bool first_reading(const Caller& caller, const std::string& conversation);

private:
    static constexpr std::size_t remembered_max = 100'000;
    desk::DeskService& desks_;
    std::atomic<std::uint64_t> seq_{0};
    std::mutex mutex_;
    std::unordered_set<std::string> read_;
};

}  // namespace tsunagi::api
