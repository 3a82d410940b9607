#pragma once
#include "server/http/server.h"
#include "tests/unit/http/raw.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <functional>
#include <future>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace tsunagi::http::test {

/// io_contexts, each run by a thread of its own until the end of the test.
class Threads {
public:
    explicit Threads(std::size_t count);
    ~Threads();
    std::vector<net::io_context*> contexts();
    net::io_context& operator[](std::size_t at) { return *contexts_[at]; }

private:
    std::vector<std::unique_ptr<net::io_context>> contexts_;
    std::vector<net::executor_work_guard<net::io_context::executor_type>> guards_;
    std::vector<std::thread> threads_;
};

/// True as soon as `condition` holds; false when it does not within patience.
bool eventually(const std::function<bool()>& condition);

/// A door that handlers wait behind until the test opens it.
class Door {
public:
    net::awaitable<void> pass();  ///< counts as waiting until it is open
    void open() { open_ = true; }
    int waiting() const { return waiting_; }

private:
    std::atomic<bool> open_{false};
    std::atomic<int> waiting_{0};
};

/// A server with the routes that the tests need, stopped at the end:
///   GET  /hello              "hello"
///   POST /echo               the body, at most 64 KiB
///   POST /big                the size of the body, at most 1 MiB
///   POST /gated/{desk}       the same behind a gate: ?refuse is 403, ?throw throws, ?wait waits for `door`
///   GET  /desk/{desk}/{rest*}  both captures
///   GET  /throws             throws
///   GET  /wait               answers when `door` opens
///   GET  /split              tries to split the response
///   GET  /huge               8 MiB
///   GET  /live               a WebSocket that says everything back, behind the same gate
///   GET  /flood              a WebSocket that speaks until nobody takes it
class RunningServer {
public:
    explicit RunningServer(Listen listen = {}, std::size_t threads = 1);
    ~RunningServer();

    std::uint16_t port() const { return server_->port(); }
    Server& server() { return *server_; }
    Raw connect() { return Raw(port()); }
    /// One request on a connection of its own.
    std::optional<RawResponse> ask(std::string_view bytes);
    /// Stops gracefully; ready when `done` was called.
    std::future<void> stop();

    /// The WebSocket that was opened last.
    std::shared_ptr<WebSocket> last_live();
    void opened(std::shared_ptr<WebSocket> socket);
    /// On how many threads /wait was handled.
    std::size_t threads_used();
    void note_thread();
    /// What on_trouble was told, in order.
    std::vector<std::string> troubles();

    Door door;
    std::atomic<int> handled{0};  ///< requests that reached a handler
    std::atomic<int> live{0};     ///< WebSockets whose handler runs

private:
    std::vector<Route> routes();

    std::mutex mutex_;
    std::vector<std::string> troubles_;
    std::set<std::thread::id> threads_used_;
    Threads threads_;
    std::shared_ptr<WebSocket> last_live_;  ///< guarded by mutex_; belongs to an io_context of threads_
    std::unique_ptr<Server> server_;
    bool stopped_ = false;
};

}  // namespace tsunagi::http::test
