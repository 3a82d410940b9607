#pragma once
#include "server/desk/clock.h"
#include "server/desk/turns.h"
#include "server/media/fetch_step.h"
#include "server/media/source.h"
#include "server/ops/metrics.h"
#include "server/store/records.h"
#include "server/store/store.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <optional>
#include <vector>

namespace tsunagi::media {

/// So many at once are fetched, or fetched and not yet stored: times bytes_max, this is the memory they take.
constexpr std::size_t in_hand_max = 3;

/// Fetches what people sent, until it is stored or given up in words: a crash in between changes nothing, for the work is
/// a row that was committed with the message itself. Withdrawn meanwhile: what was fetched is thrown away. Thread-safe.
class Fetcher {
public:
    Fetcher(net::any_io_executor executor, store::Store& store, Source& source, desk::Clock& clock, desk::Random& random,
            ops::Metrics& metrics)
        : executor_(std::move(executor)), store_(store), source_(source), clock_(clock), random_(random), metrics_(metrics)
    {
    }

    /// Takes up what a previous run left of `desk`. Await once a desk, before the first `add`.
    net::awaitable<void> recover(DeskId desk);

    /// Work that has just become durable.
    void add(store::MediaWork work);

    /// No new attempts; those under way end within their deadlines.
    void stop() { stopping_ = true; }
    /// Not yet stored or given up, for the health page.
    std::size_t waiting() const { return waiting_; }

private:
    net::awaitable<void> work_on(store::MediaWork work);
    net::awaitable<std::optional<TimePoint>> attempt_once(store::MediaWork work, std::uint32_t attempt);
    enum class Kept { done, again, refused };
    net::awaitable<Kept> try_to_keep(store::MediaWork work, const FetchStep& step);
    net::awaitable<Kept> keep(store::MediaWork work, const FetchStep& step);
    net::awaitable<void> pause(TimePoint until);

    net::any_io_executor executor_;
    store::Store& store_;
    Source& source_;
    desk::Clock& clock_;
    desk::Random& random_;
    ops::Metrics& metrics_;
    desk::Turns hands_;  ///< in_hand_max of them, taken in turn
    std::atomic<std::size_t> next_hand_{0};
    std::atomic<std::size_t> waiting_{0};
    std::atomic<bool> stopping_{false};
};

}  // namespace tsunagi::media
