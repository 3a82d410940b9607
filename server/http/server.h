#pragma once
#include "server/http/message.h"
#include "server/http/network.h"
#include "server/http/tls_files.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tsunagi::http {

namespace net = boost::asio;

// Why a WebSocket is ended, as its other side is told (RFC 6455 7.4).
inline constexpr std::uint16_t live_ended_normally = 1000;
inline constexpr std::uint16_t live_ended_try_again = 1013;  ///< come back: this connection could not be served well

/// A live WebSocket connection. One reader and one writer coroutine at a time, both on the connection's own thread.
class WebSocket {
public:
    virtual ~WebSocket() = default;
    /// The next text message, or nothing when the connection ended (closed, idle too long, too large).
    virtual net::awaitable<std::optional<std::string>> read() = 0;
    /// Whether the message was handed to the network. Queues nothing: waits until it is written or the deadline passes.
    virtual net::awaitable<bool> write(std::string text) = 0;
    /// Ends the connection. From any thread. The first end counts: a draining server's is 1001.
    virtual void close(std::uint16_t code = live_ended_normally) = 0;
    virtual net::any_io_executor executor() = 0;
};

using Handler = std::function<net::awaitable<Response>(Request)>;
/// Decides by the head of a request alone. Nothing: go on; a response: refuse with it.
using Gate = std::function<net::awaitable<std::optional<Response>>(const Request&)>;
/// Owns the socket until it returns.
using LiveHandler = std::function<net::awaitable<void>(Request, std::shared_ptr<WebSocket>)>;

/// One row of the visible table of routes. Patterns: `/line/{desk}/webhook`, and a last `{rest*}` takes what remains.
struct Route {
    Method method = Method::get;
    std::string pattern;
    Handler handler;
    std::size_t body_limit_bytes = 64 * 1024;
    Gate live_gate;        ///< asked before the upgrade; with `live`: a WebSocket route
    LiveHandler live;
    Gate body_gate;        ///< asked before the body is read: large ones are not taken in from strangers
};

/// What must have come, or gone, before a body's or an answer's deadline moves on.
inline constexpr std::size_t progress_bytes = 64 * 1024;

struct Limits {
    std::size_t header_bytes_max = 16 * 1024;
    std::size_t connections_max = 10'000;
    /// Of one address (http::share_of), so that a stranger alone cannot take all places. A city office of seventy consoles, six
    /// connections and a live line each, fits. Connections of a proxy (Listen::proxies) are not counted, but the
    /// WebSockets behind it are, by the address it names.
    std::size_t connections_per_address_max = 500;
    std::size_t bodies_bytes_max = 256 << 20;  ///< of all large bodies being taken in or handled
    std::chrono::milliseconds header_timeout{10'000};  ///< from the first byte to the end of the header (slow-loris)
    std::chrono::milliseconds body_timeout{20'000};    ///< for each progress_bytes of a body: a slow line passes, a standstill ends
    std::chrono::milliseconds idle_timeout{75'000};    ///< between requests of one connection
    std::chrono::milliseconds handler_timeout{30'000};
    std::chrono::milliseconds write_timeout{30'000};   ///< for each progress_bytes of an answer to be taken
    std::chrono::milliseconds transfer_timeout{300'000};  ///< for a whole body, or a whole answer: 10 MB over a third of a megabit
    std::chrono::milliseconds drain_timeout{10'000};   ///< how long a graceful stop waits for what has begun
    std::chrono::milliseconds live_idle_timeout{30'000};   ///< WebSocket: a ping at half of it, the end without an answer
    std::chrono::milliseconds live_write_timeout{10'000};  ///< WebSocket: for one message to be taken by the network
};

struct Listen {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: any free one, see Server::port()
    std::optional<Tls> tls;
    /// Whose X-Forwarded-For and X-Forwarded-Proto are believed. Nobody else's: whoever reaches us directly could write there
    /// another address for each guess.
    std::vector<Network> proxies = loopback();
    Limits limits;
    /// Told a stable word when something of ours went wrong (`handler_threw`, `handler_timeout`, `live_threw`,
    /// `response_invalid`, `accept_failed`, ...): for the log and a counter. On an I/O thread; never content.
    std::function<void(std::string_view code)> on_trouble;
};

/// An HTTP/1.1 server: keep-alive, pipelining, WebSocket upgrade, optional TLS, limits and deadlines for every phase.
/// A connection lives and dies on one io_context of `contexts` (each run by exactly one thread).
///
/// Answers by itself: 400 malformed (also both Content-Length and Transfer-Encoding), 404, 405, 408, 413, 417, 426, 431,
/// 501, 505, 503 while draining, over connections_max or for a handler that takes too long, 500 when a handler throws
/// (told to on_trouble without content). HEAD is answered by GET's route, OPTIONS by the table.
class Server {
public:
    /// The contexts outlive the server. Throws std::invalid_argument when the table of routes is malformed.
    Server(std::vector<net::io_context*> contexts, Listen listen, std::vector<Route> routes);
    /// Closes what `stop` has not. Handlers that are still under way end when their context does: whatever they refer to
    /// must live until then, or until `done`.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Takes the address; who connects waits until start(). Throws std::runtime_error, in words, when the address is taken or
    /// certificate and key are unusable. Before anything is begun that a start that fails would tear apart.
    void bind();
    /// Begins to accept; binds when nobody has.
    void start();
    std::uint16_t port() const;

    /// Stops accepting, answers new requests with 503, lets begun ones finish within drain_timeout, closes the rest.
    /// `done` is called once, on an I/O thread. From any thread.
    void stop(std::function<void()> done);

    /// Reads certificate and key again; running connections keep theirs. Empty, or why the old ones stay, in words.
    std::string reload_tls();

    std::size_t connections() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace tsunagi::http
