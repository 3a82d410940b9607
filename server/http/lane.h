#pragma once
#include "server/http/router.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

// What all connections of one server share, and the watch over their deadlines.
namespace tsunagi::http {

using Clock = std::chrono::steady_clock;

/// Above connections_max so many more are taken in, only to tell them 503; beyond those a connection is closed unheard.
inline constexpr std::size_t refusals_max = 64;
/// A connection without a request when the server begins to stop: as long as a request may be on its way to us already.
inline constexpr std::chrono::milliseconds idle_grace{200};
/// After drain_timeout all sockets are closed; so long may the coroutines take to notice before they are given up.
inline constexpr std::chrono::milliseconds abandon_grace{1'000};

/// Something with a socket that must be done by `deadline`. Lives on one lane and is touched on its thread only.
///
/// One timer a lane looks at all deadlines (Lane::watch), so that moving a deadline, which each request does several
/// times, costs one assignment instead of one timer operation.
class Watched : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
    virtual ~Watched() = default;

    virtual void expire() = 0;  ///< the deadline has passed; called once for each deadline set
    virtual void drain() = 0;   ///< the server begins to stop: begin nothing new
    virtual void abort() = 0;   ///< close the socket now

    void due_in(std::chrono::milliseconds time) { deadline_ = Clock::now() + time; }
    void due_never() { deadline_ = Clock::time_point::max(); }

private:
    friend class Lane;
    Clock::time_point deadline_ = Clock::time_point::max();
};

struct Shared;

/// How many connections each address has just now. Thread-safe.
class Shares {
public:
    /// Counts one more of `who`; how many that makes.
    std::size_t add(const std::string& who);
    void remove(const std::string& who);
    std::size_t of(const std::string& who) const;

private:
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::size_t> counts_;
};

/// One io_context and the connections that live on it. Everything but `load` belongs to the context's thread.
class Lane {
public:
    Lane(net::io_context& io, std::size_t number) : context(io), index(number) {}

    /// Looks at the deadlines until the server has finished. The timer lives in the coroutine's frame, so that it dies
    /// with its own io_context, whichever of several contexts goes first.
    static net::awaitable<void> watch(std::shared_ptr<Shared> shared, std::size_t index);

    void begin_drain();
    void abort_all();

    net::io_context& context;
    const std::size_t index;
    std::atomic<std::size_t> load{0};  ///< connections, for choosing the least busy lane; any thread
    boost::intrusive::list<Watched, boost::intrusive::constant_time_size<false>> watched;

private:
    void look(Clock::time_point now);

    bool drains_ = false;
    net::steady_timer* tick_ = nullptr;  ///< the timer in watch()'s frame while that runs
};

/// Of one server, shared by its lanes and connections. Holds no I/O object: those live in coroutine frames on the
/// io_context they belong to. Members are immutable after the construction, or atomic, or guarded as they say.
struct Shared {
    Shared(std::vector<net::io_context*> contexts, Listen listen, std::vector<Route> routes);

    Lane& least_busy();
    std::shared_ptr<net::ssl::context> tls_context();
    void trouble(std::string_view code) const;
    /// Whether connections from `peer` are a proxy's of ours (Listen::proxies).
    bool is_proxy(const std::string& peer) const;
    /// Calls what was given to Server::stop, once. On an I/O thread.
    void finish();

    const Listen listen;
    const Limits& limits = listen.limits;
    const Router router;
    std::vector<std::unique_ptr<Lane>> lanes;
    std::chrono::milliseconds tick;  ///< how precise deadlines are: a fraction of the shortest

    std::atomic<std::size_t> connections{0};
    std::atomic<std::size_t> bodies_bytes{0};  ///< see Limits::bodies_bytes_max
    Shares shares;
    std::atomic<std::uint16_t> port{0};
    std::atomic<bool> started{false};
    std::atomic<bool> draining{false};
    std::atomic<bool> finished{false};

    net::ip::tcp::acceptor* acceptor = nullptr;  ///< in accept()'s frame while that runs; lane 0's thread only

    std::mutex mutex;
    std::function<void()> done;              ///< guarded by mutex
    std::shared_ptr<net::ssl::context> tls;  ///< guarded by mutex
};

/// A place among those that one address may have. Given back when it is gone.
class Share {
public:
    /// `who` empty: not counted.
    Share(std::shared_ptr<Shared> shared, std::string who);
    Share(Share&& other) noexcept : shared_(std::move(other.shared_)), who_(std::move(other.who_)), count_(other.count_) {}
    Share& operator=(Share&&) = delete;
    ~Share();

    bool is_too_many() const;

private:
    std::shared_ptr<Shared> shared_;
    std::string who_;
    std::size_t count_ = 0;
};

/// Room among bodies_bytes_max for one body. Given back when the request is done with.
class BodyRoom {
public:
    BodyRoom(Shared& shared, std::size_t bytes);
    BodyRoom(const BodyRoom&) = delete;
    BodyRoom& operator=(const BodyRoom&) = delete;
    ~BodyRoom();

    bool is_full() const { return is_full_; }

private:
    Shared& shared_;
    const std::size_t bytes_;
    bool is_full_ = false;
};

/// A connection's place among connections_max. Given back when the connection is gone.
class Seat {
public:
    /// `peer`: the address it comes from.
    Seat(std::shared_ptr<Shared> shared, Lane& lane, const std::string& peer);
    Seat(Seat&& other) noexcept
        : shared_(std::move(other.shared_)), share_(std::move(other.share_)), lane_(other.lane_), refused_(other.refused_)
    {
    }
    Seat& operator=(Seat&&) = delete;
    ~Seat();

    const std::shared_ptr<Shared>& shared() const { return shared_; }
    Lane& lane() const { return *lane_; }
    bool refused() const { return refused_; }  ///< over a limit: answer 503 and close

private:
    std::shared_ptr<Shared> shared_;
    Share share_;
    Lane* lane_;
    bool refused_;
};

}  // namespace tsunagi::http
