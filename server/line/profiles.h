#pragma once
#include "server/desk/desk_service.h"
#include "server/line/caller.h"

#include <mutex>
#include <string>
#include <unordered_map>

namespace tsunagi::line {

/// A person whose profile could not be had, or who has no name, is not asked for again sooner.
constexpr std::chrono::hours profile_retry_interval{24};
/// Names longer than this are cut: LINE's own limit is 20 characters, but the answer is a stranger's.
constexpr std::size_t nickname_clusters_max = 40;

/// Learns what a person calls herself on LINE, after her words are kept and never before (pitfalls.md 28). Only her display
/// name is taken; picture and status are nobody's business here (facts.md 91). Thread-safe.
class Profiles {
public:
    Profiles(Caller& caller, desk::DeskService& desks) : caller_(caller), desks_(desks) {}

    /// Whether `conversation` wants a name that was not asked for in the last day. Says yes once: ask then.
    bool wanted(const bot::Conversation& conversation);

    /// Asks LINE and keeps the name, unless she has been given another meanwhile.
    net::awaitable<void> learn(bot::Conversation conversation);

private:
    Caller& caller_;
    desk::DeskService& desks_;
    std::mutex mutex_;
    std::unordered_map<ConversationId, TimePoint> asked_;
};

/// The name in an answer to GET /v2/bot/profile; empty when there is none. Pure.
std::string name_in_profile(const std::string& body);

}  // namespace tsunagi::line
