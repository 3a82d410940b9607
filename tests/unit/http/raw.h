#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The other side of a connection, byte by byte. Plain sockets and no HTTP library, so that a test may say what none
// would.
namespace tsunagi::http::test {

/// How long a test waits for what must happen. Only a failing test waits so long.
inline constexpr std::chrono::seconds patience{10};

struct RawResponse {
    unsigned status = 0;
    std::string head;
    std::string body;

    /// The value of a field, or empty.
    std::string field(std::string_view name) const;
};

/// A connected TCP socket that blocks, at most for `patience`.
class Raw {
public:
    explicit Raw(std::uint16_t port);
    explicit Raw(int socket) : socket_(socket) {}
    Raw(Raw&& other) noexcept : socket_(other.socket_), inbox_(std::move(other.inbox_)) { other.socket_ = -1; }
    Raw& operator=(Raw&&) = delete;
    ~Raw();

    /// False when the other side no longer takes bytes.
    bool send(std::string_view bytes);
    /// The next response, its body by Content-Length. Nothing when the connection ends or patience runs out before.
    std::optional<RawResponse> receive(bool head_only = false);
    /// Everything up to the end of the connection.
    std::string receive_all();
    /// Reads until `text` has arrived and returns everything up to and with it; empty when it never does.
    std::string receive_until(std::string_view text);
    /// Whether the other side closes, or resets, within patience. Bytes that come before are dropped.
    bool closed();
    void close();
    void reset();  ///< closes with RST
    void shut_writing();

private:
    bool read_more();

    int socket_ = -1;
    std::string inbox_;
};

/// A listening socket on a free port, for tests that play the server by hand.
class RawListener {
public:
    /// `backlog`: how many more than one may connect before they are accepted; who comes then is not answered.
    explicit RawListener(int backlog = 16);
    ~RawListener();
    std::uint16_t port() const { return port_; }
    /// The next connection. Throws when none comes within patience.
    Raw accept();
    /// Whether somebody has connected who was not accepted yet.
    bool is_called() const;

private:
    int socket_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace tsunagi::http::test
