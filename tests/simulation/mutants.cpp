#include "tests/simulation/mutants.h"

#include "handoff/queue/wake.h"
#include "server/store/keys.h"
#include "server/store/records.h"

#include <algorithm>
#include <map>

namespace tsunagi::simulation {
namespace {

using store::Space;

/// The letter behind the desk in keys that keep several kinds of rows in one space apart.
char kind_of(const std::string& key) { return key.size() > 6 ? key[6] : '\0'; }  // "mirai", 0x00, then the letter

bool is_tombstone(const store::Write& write)
{
    if (write.space != Space::entry || !write.bytes) return false;
    const auto entry = store::decode<bot::Entry>(*write.bytes);
    return entry.ok() && entry->kind == bot::EntryKind::inbound && entry->content &&
           std::holds_alternative<bot::Unsent>(*entry->content);
}

class BrokenStore final : public store::Store {
public:
    BrokenStore(store::Store& next, Mutant mutant, testing::SeededRandom& fate) : next_(next), mutant_(mutant), fate_(fate) {}

    net::awaitable<std::optional<store::Value>> get(Space space, std::string key) override
    {
        const bool hides = space == Space::event && mutant_ == Mutant::command_key_off && kind_of(key) == 'c';
        auto found = co_await next_.get(space, key);
        if (hides) co_return std::nullopt;
        if (found && space == Space::conversation) disguise(key, found->bytes);
        co_return found;
    }

    net::awaitable<std::vector<store::Row>> scan(store::Range range) override
    {
        const auto space = range.space;
        auto rows = co_await next_.scan(std::move(range));
        if (mutant_ == Mutant::queue_backwards && space == Space::queue) std::reverse(rows.begin(), rows.end());
        if (mutant_ == Mutant::recovery_skipped && space == Space::outbox) rows.clear();
        co_return rows;
    }

    net::awaitable<Result<store::Committed, store::CommitFailure>> commit(store::Batch batch) override
    {
        if (mutant_ == Mutant::lying_store && fate_.below(24) == 0) co_return store::Committed{};
        spoil(batch);
        co_return co_await next_.commit(std::move(batch));
    }

    std::shared_ptr<void> watch(std::function<void(const store::Change&)> watcher) override { return next_.watch(std::move(watcher)); }
    std::string trouble() const override { return next_.trouble(); }

private:
    void disguise(const std::string& key, std::string& bytes)
    {
        if (mutant_ != Mutant::holder_check_off && mutant_ != Mutant::bot_talks_over) return;
        auto conversation = store::decode<bot::Conversation>(bytes).value();
        held_.erase(key);
        if (!conversation.holder.is_counselor()) return;
        held_.emplace(key, conversation);
        conversation.holder.kind = mutant_ == Mutant::bot_talks_over ? bot::HolderKind::bot : bot::HolderKind::queue;
        bytes = store::encode(conversation);
    }

    /// The counselor keeps what she holds, whatever the bot made of it: only that it talks is wrong.
    void keep_holder(store::Batch& batch) const
    {
        for (auto& write : batch.writes) {
            const auto held = held_.find(write.key);
            if (write.space != Space::conversation || !write.bytes || held == held_.end()) continue;
            auto next = store::decode<bot::Conversation>(*write.bytes).value();
            if (next.holder.is_counselor()) continue;
            next.holder = held->second.holder;
            next.handoff = held->second.handoff;
            write.bytes = store::encode(next);
            std::erase_if(batch.writes, [](const store::Write& other) { return other.space == Space::queue; });
            return;
        }
    }

    void spoil(store::Batch& batch)
    {
        const auto forget = [&batch](Space space, char kind) {
            std::erase_if(batch.expects, [&](const store::Expect& expect) { return expect.space == space && kind_of(expect.key) == kind; });
        };
        const auto lose_deletes = [&batch](Space space) {
            std::erase_if(batch.writes, [&](const store::Write& write) { return write.space == space && !write.bytes; });
        };
        switch (mutant_) {
        case Mutant::event_barrier_off: forget(Space::event, 'e'); break;
        case Mutant::event_barrier_leaky: if (fate_.below(8) == 0) forget(Space::event, 'e'); break;
        case Mutant::message_barrier_off: forget(Space::entry, 'm'); break;
        case Mutant::command_key_off: forget(Space::event, 'c'); break;
        case Mutant::bot_talks_over: keep_holder(batch); break;
        case Mutant::torn_commit:
            if (batch.writes.size() > 2 && fate_.below(16) == 0)
                std::erase_if(batch.writes, [](const store::Write& write) { return write.space == Space::outbox; });
            break;
        case Mutant::outbox_row_kept: lose_deletes(Space::outbox); break;
        case Mutant::old_place_kept: lose_deletes(Space::queue); break;
        case Mutant::timer_kept: lose_deletes(Space::timer); break;
        case Mutant::timer_lost:
            std::erase_if(batch.writes, [](const store::Write& write) { return write.space == Space::timer && write.bytes; });
            break;
        case Mutant::danger_timer_lost:
            std::erase_if(batch.writes, [](const store::Write& write) {
                return write.space == Space::timer && write.bytes && store::decode<store::Timer>(*write.bytes)->name == handoff::timer_danger;
            });
            break;
        case Mutant::unsend_keeps_request:
            if (std::ranges::any_of(batch.writes, is_tombstone))
                std::erase_if(batch.writes, [](const store::Write& write) { return write.space == Space::outbox; });
            break;
        case Mutant::unsend_keeps_text:
            // The rewritten log line of an earlier message is expected in its old version: nothing else writes like that.
            std::erase_if(batch.writes, is_tombstone);
            break;
        default: break;
        }
    }

    store::Store& next_;
    const Mutant mutant_;
    testing::SeededRandom& fate_;
    std::map<std::string, bot::Conversation> held_;  ///< by its key: how it was before it was disguised
};

class BrokenApi final : public line::Api {
public:
    BrokenApi(line::Api& next, Mutant mutant, testing::SeededRandom& fate) : next_(next), mutant_(mutant), fate_(fate) {}

    net::awaitable<line::SendResult> reply(std::string channel, std::string token, std::vector<bot::OutboundMessage> messages) override
    {
        if (lies()) co_return line::SendResult{line::SendOutcome::accepted, {}, 200};
        auto result = co_await next_.reply(std::move(channel), std::move(token), std::move(messages));
        if (mutant_ == Mutant::reply_then_push && result.outcome == line::SendOutcome::ambiguous)
            result.outcome = line::SendOutcome::not_sent;
        co_return result;
    }

    net::awaitable<line::SendResult> push(std::string channel, std::string user, std::vector<bot::OutboundMessage> messages,
                                          std::string retry_key) override
    {
        if (lies()) co_return line::SendResult{line::SendOutcome::accepted, {}, 200};
        if (mutant_ == Mutant::other_words) messages.front().text.insert(0, std::to_string(++pushes_) + " ");
        if (mutant_ == Mutant::fresh_retry_key) retry_key += "-" + std::to_string(fate_.next());
        co_return co_await next_.push(std::move(channel), std::move(user), std::move(messages), std::move(retry_key));
    }

    net::awaitable<line::Reach> reach(std::string channel, std::string user) override
    {
        return next_.reach(std::move(channel), std::move(user));
    }

private:
    bool lies() { return mutant_ == Mutant::accepted_unasked && fate_.below(24) == 0; }

    line::Api& next_;
    const Mutant mutant_;
    testing::SeededRandom& fate_;
    std::uint64_t pushes_ = 0;
};

}  // namespace

std::unique_ptr<store::Store> broken_store(store::Store& next, Mutant mutant, testing::SeededRandom& fate)
{
    return std::make_unique<BrokenStore>(next, mutant, fate);
}

std::unique_ptr<line::Api> broken_api(line::Api& next, Mutant mutant, testing::SeededRandom& fate)
{
    return std::make_unique<BrokenApi>(next, mutant, fate);
}

}  // namespace tsunagi::simulation
