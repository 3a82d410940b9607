#pragma once
#include "server/store/store.h"

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace tsunagi::store {

/// Who wants to hear of commits. Thread-safe. A watcher that is being called while its token is destroyed on another
/// thread is waited for; afterwards it is never called again. It may destroy its own token.
class Watchers {
public:
    /// See Store::watch.
    std::shared_ptr<void> add(std::function<void(const Change&)> watcher);
    /// Calls all of them, one change after the other. From one thread at a time.
    void publish(const std::vector<Change>& changes);

private:
    struct Watcher {
        std::recursive_mutex mutex;  // recursive: for the one that ends its own watch
        std::function<void(const Change&)> call;
        bool ended = false;
    };
    std::mutex mutex_;
    std::vector<std::weak_ptr<Watcher>> watchers_;
};

}  // namespace tsunagi::store
