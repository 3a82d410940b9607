#include "server/line/account_watch.h"

#include "server/line/api.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace tsunagi::line {
namespace {

bool answered(const std::vector<Finding>& findings) { return findings.empty() || findings.front() != Finding::no_answer; }

}  // namespace

net::awaitable<void> AccountWatch::run()
{
    for (;;) {
        for (const auto& desk : config_.desks)
            for (const auto& channel : desk.line_channels) {
                DeskId id = desk.id;
                co_await try_to_look(std::move(id), channel);
            }
        const TimePoint next_look = clock_.now() + (some_gave_no_answer() ? unanswered_look_interval : quota_read_interval);
        co_await clock_.sleep_until(next_look);
    }
}

bool AccountWatch::some_gave_no_answer() const
{
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(findings_, [](const auto& known) { return !answered(known.second); });
}

std::vector<Finding> AccountWatch::findings(const std::string& channel) const
{
    const std::lock_guard lock(mutex_);
    const auto found = findings_.find(channel);
    return found == findings_.end() ? std::vector<Finding>{} : found->second;
}

/// What goes wrong with one channel is no reason to look after none.
net::awaitable<void> AccountWatch::try_to_look(DeskId desk, const config::LineChannel& channel)
{
    try {
        co_await look(std::move(desk), channel);
    } catch (const std::exception&) {
        on_failure_();
    }
}

net::awaitable<void> AccountWatch::look(DeskId desk, const config::LineChannel& channel)
{
    const std::string key = channel_key(desk, channel.name);
    std::string asked = key;
    std::string bot_user_id = channel.bot_user_id;
    const auto findings = co_await check_account(line_, std::move(asked), std::move(bot_user_id));
    const bool is_new = remember(key, findings);
    for (const auto finding : findings) {
        if (!is_new) break;
        const auto level = is_grave(finding) ? spdlog::level::err : spdlog::level::warn;
        spdlog::log(level, "{}", in_words(finding, channel.name));
    }
    if (!answered(findings)) {
        quota_.not_answered(key);
        co_return;
    }
    std::string read = key;
    co_await quota_.read(std::move(read));
}

/// Whether it is something new.
bool AccountWatch::remember(const std::string& channel, const std::vector<Finding>& findings)
{
    const std::lock_guard lock(mutex_);
    auto& known = findings_[channel];
    if (known == findings) return false;
    known = findings;
    return true;
}

}  // namespace tsunagi::line
