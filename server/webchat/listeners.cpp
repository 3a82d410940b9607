#include "server/webchat/listeners.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace tsunagi::webchat {
namespace {

constexpr auto nothrow = net::as_tuple(net::use_awaitable);

void forget_gone(std::vector<std::weak_ptr<Listeners::Listener>>& list)
{
    std::erase_if(list, [](const auto& one) { return one.expired(); });
}

void wake_all(const std::vector<std::weak_ptr<Listeners::Listener>>& list)
{
    for (const auto& weak : list) {
        auto listener = weak.lock();
        if (!listener) continue;
        const auto executor = listener->executor();
        net::post(executor, [listener = std::move(listener)] { listener->wake(); });
    }
}

}  // namespace

net::awaitable<void> Listeners::Listener::wait(std::chrono::milliseconds longest)
{
    if (!std::exchange(woken_, false)) {
        timer_.expires_after(longest);
        auto waited = co_await timer_.async_wait(nothrow);
        static_cast<void>(waited);
        woken_ = false;
    }
}

void Listeners::Listener::wake()
{
    woken_ = true;
    timer_.cancel();
}

Listeners::Listeners(store::Store& store) : watch_(store.watch([this](const store::Change& change) { changed(change); })) {}
Listeners::~Listeners() { watch_.reset(); }

std::shared_ptr<Listeners::Listener> Listeners::listen(net::any_io_executor executor, const std::string& topic)
{
    const std::lock_guard lock(mutex_);
    if (topics_.size() >= sweep_at_) {
        std::erase_if(topics_, [](const auto& entry) {
            return std::all_of(entry.second.begin(), entry.second.end(), [](const auto& one) { return one.expired(); });
        });
        sweep_at_ = std::max<std::size_t>(1'024, 2 * topics_.size());
    }
    auto& list = topics_[topic];
    forget_gone(list);
    if (list.size() >= listeners_per_person_max) return nullptr;
    auto listener = std::make_shared<Listener>(std::move(executor));
    list.push_back(listener);
    return listener;
}

void Listeners::follow(const std::shared_ptr<Listener>& listener, const std::string& topic)
{
    const std::lock_guard lock(mutex_);
    auto& list = topics_[topic];
    forget_gone(list);
    const bool known = std::any_of(list.begin(), list.end(), [&](const auto& one) { return one.lock() == listener; });
    if (!known) list.push_back(listener);
}

void Listeners::wake(const std::string& topic)
{
    const std::lock_guard lock(mutex_);
    const auto found = topics_.find(topic);
    if (found != topics_.end()) wake_all(found->second);
}

void Listeners::stop()
{
    stopping_ = true;
    const std::lock_guard lock(mutex_);
    for (const auto& [topic, list] : topics_) wake_all(list);
}

bool Listeners::heard(const std::string& topic) const
{
    const std::lock_guard lock(mutex_);
    const auto found = topics_.find(topic);
    if (found == topics_.end()) return false;
    return std::any_of(found->second.begin(), found->second.end(), [](const auto& one) { return !one.expired(); });
}

/// On the committer's thread: only hands over.
void Listeners::changed(const store::Change& change)
{
    if (change.notice.conversation.empty()) return;
    wake(topic_of_conversation(change.notice.desk, change.notice.conversation));
}

}  // namespace tsunagi::webchat
