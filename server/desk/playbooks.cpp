#include "server/desk/playbooks.h"

#include "server/store/keys.h"
#include "server/store/records.h"

#include <spdlog/spdlog.h>

#include <stdexcept>

namespace tsunagi::desk {

Playbooks::Playbooks(store::Store& store, const config::Loaded& config) : store_(store), config_(config) {}

net::awaitable<void> Playbooks::keep_current()
{
    for (const auto& [desk, playbook] : config_.playbooks) {
        std::string key = store::playbook_key(desk, playbook->version);
        const auto kept = co_await store_.get(store::Space::playbook, key);
        if (kept) continue;
        store::Batch batch;
        const auto sources = config_.sources.find(desk);
        batch.writes.push_back({store::Space::playbook, key,
                                store::encode(store::PlaybookSources{
                                    sources == config_.sources.end() ? std::map<std::string, std::string>{} : sources->second})});
        const auto committed = co_await store_.commit(std::move(batch));
        if (committed.ok()) continue;
        const auto trouble = store_.trouble();
        throw std::runtime_error("the current flows could not be kept: " + (trouble.empty() ? "the store refused them" : trouble));
    }
}

std::shared_ptr<const bot::Playbook> Playbooks::current(const DeskId& desk) const
{
    return config_.playbooks.at(desk);
}

std::shared_ptr<const bot::Playbook> Playbooks::at_hand(const bot::Conversation& conversation) const
{
    auto latest = current(conversation.desk);
    const auto& version = conversation.position.playbook;
    if (!conversation.position.running() || version == latest->version) return latest;
    const std::lock_guard lock(mutex_);
    const auto found = older_.find({conversation.desk, version});
    return found == older_.end() ? nullptr : found->second;
}

net::awaitable<std::shared_ptr<const bot::Playbook>> Playbooks::for_conversation(bot::Conversation conversation)
{
    if (auto known = at_hand(conversation)) co_return known;
    const auto& version = conversation.position.playbook;
    std::string key = store::playbook_key(conversation.desk, version);
    const auto stored = co_await store_.get(store::Space::playbook, std::move(key));
    std::shared_ptr<const bot::Playbook> playbook;
    if (stored) {  // its flows and texts; danger and numbers are always read by today's files
        const auto sources = store::decode<store::PlaybookSources>(stored->bytes);
        std::vector<config::Problem> problems;
        auto rebuilt = sources.ok() ? config::build_playbook(conversation.desk, sources->files, problems) : nullptr;
        if (rebuilt) {
            rebuilt->risk = config_.risk;
            rebuilt->support = current(conversation.desk)->support;
            // Words of safety never age, and what was not there yet is said in today's.
            for (const auto& [message, texts] : current(conversation.desk)->messages)
                if (message.starts_with("safety.") || !rebuilt->messages.contains(message)) rebuilt->messages[message] = texts;
            bot::prepare(*rebuilt);  // so that they are also understood when she types them
            playbook = std::move(rebuilt);
        }
    }
    if (!playbook) {
        spdlog::error("playbook version {} of desk {} can no longer be read; going on with the current one", version.text,
                      conversation.desk.text);
        playbook = current(conversation.desk);
    }
    const std::lock_guard lock(mutex_);
    co_return older_.try_emplace({conversation.desk, version}, playbook).first->second;
}

}  // namespace tsunagi::desk
