#pragma once
#include "server/http/client.h"
#include "server/http/url.h"

#include <boost/asio/ssl/context.hpp>

#include <chrono>
#include <memory>
#include <string_view>

namespace tsunagi::http {

/// One connection of a Client, from the look-up of its host to its last answer. Every step has its own deadline.
class Connection {
public:
    struct Written {
        bool complete = false;
        bool timed_out = false;
        std::size_t bytes = 0;  ///< that may have left; 0: the peer cannot have understood any of it
    };

    virtual ~Connection() = default;

    /// Resolves, connects and shakes hands. Empty when that worked, else the word for what failed
    /// (ClientOptions::on_trouble).
    virtual net::awaitable<std::string_view> open() = 0;

    /// Whether the peer has closed, or said something unasked, while the connection lay idle: then it is of no use.
    virtual bool stale() = 0;

    /// `bytes` must live until it returns.
    virtual net::awaitable<Written> write(std::string_view bytes) = 0;

    /// The final answer (1xx are passed over). `too_large` when its body is beyond the limit, `ambiguous` when it did not
    /// come whole and in time.
    virtual net::awaitable<Result<Response, ClientFailure>> read(bool head_only) = 0;

    bool reusable() const { return reusable_; }  ///< after read: another request may follow

    std::chrono::steady_clock::time_point idle_since{};

protected:
    bool reusable_ = false;
};

/// `tls` is null for http. `base`, `options` and `tls` must outlive the connection.
std::unique_ptr<Connection> make_connection(net::any_io_executor executor, const BaseAddress& base,
                                            const ClientOptions& options, net::ssl::context* tls);

}  // namespace tsunagi::http
