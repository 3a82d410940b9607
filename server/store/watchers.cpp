#include "server/store/watchers.h"

#include <utility>

namespace tsunagi::store {

std::shared_ptr<void> Watchers::add(std::function<void(const Change&)> watcher)
{
    auto added = std::make_shared<Watcher>();
    added->call = std::move(watcher);
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(watchers_, [](const auto& known) { return known.expired(); });
        watchers_.push_back(added);
    }
    auto* const raw = added.get();
    const auto end = [added = std::move(added)](void* ended) mutable {
        {
            const std::lock_guard lock(static_cast<Watcher*>(ended)->mutex);
            static_cast<Watcher*>(ended)->ended = true;
        }
        added.reset();
    };
    return {static_cast<void*>(raw), end};
}

void Watchers::publish(const std::vector<Change>& changes)
{
    if (changes.empty()) return;
    std::vector<std::shared_ptr<Watcher>> present;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& known : watchers_)
            if (auto watcher = known.lock()) present.push_back(std::move(watcher));
    }
    for (const auto& watcher : present) {
        for (const auto& change : changes) {
            const std::lock_guard lock(watcher->mutex);
            if (watcher->ended) break;
            watcher->call(change);
        }
    }
}

}  // namespace tsunagi::store
