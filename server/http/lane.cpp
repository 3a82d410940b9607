#include "server/http/lane.h"

#include "server/http/await.h"
#include "server/http/peer.h"

#include <algorithm>

namespace tsunagi::http {
namespace {

constexpr std::chrono::milliseconds tick_min{5};
constexpr std::chrono::milliseconds tick_max{250};
constexpr std::chrono::milliseconds drain_tick{10};  ///< a stop is not to take longer than what it waits for

std::chrono::milliseconds tick_for(const Limits& limits)
{
    const auto shortest = std::min({limits.header_timeout, limits.body_timeout, limits.idle_timeout,
                                    limits.handler_timeout, limits.write_timeout, limits.transfer_timeout,
                                    limits.live_write_timeout});
    return std::clamp(shortest / 8, tick_min, tick_max);
}

}  // namespace

net::awaitable<void> Lane::watch(std::shared_ptr<Shared> shared, std::size_t index)
{
    Lane& lane = *shared->lanes[index];
    net::steady_timer timer(lane.context);
    lane.tick_ = &timer;
    auto drain_end = Clock::time_point::max();
    while (!shared->finished) {
        timer.expires_after(shared->draining ? drain_tick : shared->tick);
        co_await timer.async_wait(nothrow);
        const auto now = Clock::now();
        lane.look(now);
        if (!lane.drains_) continue;
        if (drain_end == Clock::time_point::max()) drain_end = now + shared->limits.drain_timeout;
        if (now >= drain_end) lane.abort_all();
        if (index == 0 && (shared->connections == 0 || now >= drain_end + abandon_grace)) shared->finish();
    }
    lane.tick_ = nullptr;
}

void Lane::look(Clock::time_point now)
{
    for (auto it = watched.begin(); it != watched.end();) {
        Watched& one = *it++;
        if (one.deadline_ > now) continue;
        one.due_never();
        one.expire();
    }
}

void Lane::begin_drain()
{
    drains_ = true;
    for (auto it = watched.begin(); it != watched.end();) (it++)->drain();
    if (tick_ != nullptr) tick_->cancel();
}

void Lane::abort_all()
{
    for (auto it = watched.begin(); it != watched.end();) (it++)->abort();
}

Shared::Shared(std::vector<net::io_context*> contexts, Listen listen_on, std::vector<Route> routes)
    : listen(std::move(listen_on)), router(std::move(routes)), tick(tick_for(listen.limits))
{
    for (auto* context : contexts) lanes.push_back(std::make_unique<Lane>(*context, lanes.size()));
}

Lane& Shared::least_busy()
{
    const auto less = [](const auto& left, const auto& right) { return left->load < right->load; };
    return **std::min_element(lanes.begin(), lanes.end(), less);
}

std::shared_ptr<net::ssl::context> Shared::tls_context()
{
    const std::lock_guard lock(mutex);
    return tls;
}

void Shared::trouble(std::string_view code) const
{
    if (listen.on_trouble) listen.on_trouble(code);
}

bool Shared::is_proxy(const std::string& peer) const
{
    return std::ranges::any_of(listen.proxies, [&](const Network& network) { return network.holds(peer); });
}

void Shared::finish()
{
    finished = true;
    std::function<void()> call;
    {
        const std::lock_guard lock(mutex);
        call.swap(done);
    }
    if (call) call();
}

std::size_t Shares::add(const std::string& who)
{
    const std::lock_guard lock(mutex_);
    return ++counts_[who];
}

void Shares::remove(const std::string& who)
{
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(who);
    if (found != counts_.end() && --found->second == 0) counts_.erase(found);
}

std::size_t Shares::of(const std::string& who) const
{
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(who);
    return found == counts_.end() ? 0 : found->second;
}

Share::Share(std::shared_ptr<Shared> shared, std::string who) : shared_(std::move(shared)), who_(std::move(who))
{
    if (!who_.empty()) count_ = shared_->shares.add(who_);
}

Share::~Share()
{
    if (shared_ && !who_.empty()) shared_->shares.remove(who_);
}

bool Share::is_too_many() const { return count_ > shared_->limits.connections_per_address_max; }

BodyRoom::BodyRoom(Shared& shared, std::size_t bytes) : shared_(shared), bytes_(bytes)
{
    is_full_ = bytes_ > 0 && shared_.bodies_bytes.fetch_add(bytes_) + bytes_ > shared_.limits.bodies_bytes_max;
}

BodyRoom::~BodyRoom() { shared_.bodies_bytes -= bytes_; }

Seat::Seat(std::shared_ptr<Shared> shared, Lane& lane, const std::string& peer)
    : shared_(std::move(shared)), share_(shared_, shared_->is_proxy(peer) ? std::string() : share_of(peer)), lane_(&lane),
      refused_(shared_->connections.fetch_add(1) >= shared_->limits.connections_max || share_.is_too_many())
{
    ++lane_->load;
}

Seat::~Seat()
{
    if (!shared_) return;
    --lane_->load;
    --shared_->connections;
}

}  // namespace tsunagi::http
