#pragma once
#include "bot/base/result.h"
#include "server/http/message.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tsunagi::http {

namespace net = boost::asio;

struct ClientDeadlines {
    std::chrono::milliseconds queue{10'000};  ///< for one of connections_max to become free
    std::chrono::milliseconds resolve{3'000};
    std::chrono::milliseconds connect{3'000};
    std::chrono::milliseconds handshake{3'000};
    std::chrono::milliseconds write{5'000};
    std::chrono::milliseconds read{10'000};
};

struct ClientOptions {
    std::size_t connections_max = 16;         ///< kept alive per host
    std::size_t response_bytes_max = 1 << 20;
    /// Servers close what lies idle, most after a minute and some sooner; a connection that was idle for longer is not trusted.
    std::chrono::milliseconds idle_age_max{30'000};
    ClientDeadlines deadlines;
    std::string ca_file;                      ///< empty: the system's certificates
    /// Told why nothing could be sent, as a stable word (`resolve_failed`, `connect_failed`, `handshake_failed`,
    /// `queue_full`): for the log and a counter, so that a wrong CA file does not look like a busy network.
    std::function<void(std::string_view code)> on_trouble;
};

struct ClientRequest {
    Method method = Method::get;
    std::string path;  ///< with query, as it goes on the wire
    Fields fields;     ///< without Host, Content-Length, Connection, Transfer-Encoding: those are the connection's
    std::string body;
};

/// Why there is no response. What matters to a sender is whether the peer may have acted (pitfalls.md 2).
enum class ClientFailure {
    not_sent,   ///< for certain: resolve, connect or handshake failed, or nothing of the request was written
    ambiguous,  ///< written in part or whole, then time-out, reset or a broken answer
    too_large,  ///< answered, and by more than response_bytes_max: to a sender as ambiguous as any broken answer
};

/// A pool of keep-alive connections to one base address (`https://api.line.me`, `http://127.0.0.1:8090`), TLS verified with
/// SNI. Runs on one executor; `send` may be called from any thread and resumes its caller on its own executor.
///
/// The executor runs one handler at a time (an io_context with one thread, or a strand) and outlives the client. A client
/// may be destroyed while exchanges are under way: those come to their end.
class Client {
public:
    /// Throws std::invalid_argument when `base` is not http(s)://host[:port], std::system_error when `ca_file` is unreadable.
    Client(net::any_io_executor executor, std::string base, ClientOptions options = {});
    ~Client();

    /// One exchange. A request on a kept-alive connection that the peer closed before reading anything is repeated once
    /// on a fresh connection (only when that is certain).
    /// Throws std::invalid_argument, before anything is sent, when path or fields cannot stand in a request.
    net::awaitable<Result<Response, ClientFailure>> send(ClientRequest request);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace tsunagi::http
