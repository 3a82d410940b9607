#pragma once
#include "server/store/store.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tsunagi::testing {

namespace net = boost::asio;

/// A Store in memory that fails where a test wants it to. One thread only.
class MemoryStore final : public store::Store {
public:
    /// Asked before each commit; a failure it returns is what the caller gets, and nothing is written.
    std::function<std::optional<store::CommitFailure>(const store::Batch&)> before_commit;
    /// Asked after each commit was written; a failure it returns is what the caller gets although it was written.
    std::function<std::optional<store::CommitFailure>(const store::Batch&)> after_commit;
    /// Asked before each get and scan; it may throw, as a store does that cannot be read.
    std::function<void(store::Space)> before_read;
    std::string trouble_text;

    net::awaitable<std::optional<store::Value>> get(store::Space space, std::string key) override
    {
        if (before_read) before_read(space);
        co_return read(space, key);
    }
    net::awaitable<std::vector<store::Row>> scan(store::Range range) override
    {
        if (before_read) before_read(range.space);
        co_return read(range);
    }

    net::awaitable<Result<store::Committed, store::CommitFailure>> commit(store::Batch batch) override
    {
        if (before_commit)
            if (const auto failure = before_commit(batch)) co_return *failure;
        const auto written = apply(batch);
        if (!written.ok()) co_return written.error();
        if (after_commit)
            if (const auto failure = after_commit(batch)) co_return *failure;
        co_return written;
    }

    // The same without waiting, for who builds another store on this one.

    std::optional<store::Value> read(store::Space space, const std::string& key) const
    {
        const auto& table = tables_[index(space)];
        const auto found = table.find(key);
        if (found == table.end()) return std::nullopt;
        return found->second;
    }

    std::vector<store::Row> read(const store::Range& range) const
    {
        std::vector<store::Row> rows;
        const auto& table = tables_[index(range.space)];
        auto begin = table.lower_bound(range.from);
        auto end = table.lower_bound(range.to);
        if (range.backwards) {
            while (end != begin && rows.size() < range.limit) {
                --end;
                rows.push_back({end->first, end->second});
            }
        } else {
            for (; begin != end && rows.size() < range.limit; ++begin) rows.push_back({begin->first, begin->second});
        }
        return rows;
    }

    Result<store::Committed, store::CommitFailure> apply(const store::Batch& batch)
    {
        for (const auto& expect : batch.expects) {
            const auto& table = tables_[index(expect.space)];
            const auto found = table.find(expect.key);
            const auto version = found == table.end() ? store::absent : found->second.version;
            if (version != expect.version) return store::CommitFailure::conflict;
        }
        ++sequence_;
        for (const auto& write : batch.writes) {
            auto& table = tables_[index(write.space)];
            if (write.bytes) table[write.key] = {*write.bytes, sequence_};
            else table.erase(write.key);
        }
        ++commits_;
        for (const auto& watcher : watchers_)
            if (const auto alive = watcher.lock())
                for (const auto& notice : batch.notices) (*alive)({sequence_, notice});
        return store::Committed{sequence_, sequence_};
    }

    /// Puts a row back as it was (or away): how a crash loses what was never synced, and how a test damages a store.
    void put_back(store::Space space, const std::string& key, std::optional<store::Value> value)
    {
        auto& table = tables_[index(space)];
        if (value) table[key] = std::move(*value);
        else table.erase(key);
    }

    std::shared_ptr<void> watch(std::function<void(const store::Change&)> watcher) override
    {
        auto kept = std::make_shared<std::function<void(const store::Change&)>>(std::move(watcher));
        watchers_.push_back(kept);
        return kept;
    }
    std::string trouble() const override { return trouble_text; }

    std::size_t commits() const { return commits_; }
    const std::map<std::string, store::Value>& rows(store::Space space) const { return tables_[index(space)]; }

private:
    static std::size_t index(store::Space space) { return static_cast<std::size_t>(space); }

    std::array<std::map<std::string, store::Value>, store::space_count> tables_;
    std::vector<std::weak_ptr<std::function<void(const store::Change&)>>> watchers_;
    std::uint64_t sequence_ = 0;
    std::size_t commits_ = 0;
};

}  // namespace tsunagi::testing
