#include "server/api/audit.h"

#include "server/store/keys.h"

#include <spdlog/spdlog.h>

namespace tsunagi::api {

net::awaitable<bool> Audit::note(Caller caller, std::string action, std::string subject,
                                  std::map<std::string, std::string> values)
{
    store::AuditEntry entry;
    entry.at = desks_.clock().now();
    entry.who = caller.account.id;
    entry.action = std::move(action);
    entry.subject = std::move(subject);
    entry.values = std::move(values);
    store::Batch batch;
    batch.writes.push_back(
        {store::Space::audit, store::audit_key(caller.account.desk, entry.at, ++seq_), store::encode(entry)});
    const auto committed = co_await desks_.store().commit(std::move(batch));
    if (!committed.ok()) spdlog::error("an audit entry could not be kept: {}", entry.action);
    co_return committed.ok();
}

net::awaitable<void> Audit::note_reading(Caller caller, std::string action, std::string subject)
{
    const std::string reading = caller.session_key + action + '\n' + subject;
    {
        const std::lock_guard lock(mutex_);
        if (read_.size() >= remembered_max) read_.clear();  // noted twice is better than forgotten
        if (!read_.insert(reading).second) co_return;
    }
    std::map<std::string, std::string> nothing_more;
    const bool kept = co_await note(std::move(caller), std::move(action), std::move(subject), std::move(nothing_more));
    if (kept) co_return;
    const std::lock_guard lock(mutex_);
    read_.erase(reading);
}

}  // namespace tsunagi::api
