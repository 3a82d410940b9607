#include "server/http/connection.h"

#include "server/http/await.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace tsunagi::http {
namespace {

namespace beast = boost::beast;
using tcp = net::ip::tcp;
using Clock = std::chrono::steady_clock;
using ErrorCode = boost::system::error_code;

constexpr std::uint32_t header_bytes_max = 16 * 1024;
constexpr std::size_t endpoints_max = 6;  ///< addresses of one host that are tried; they share the connect deadline
constexpr int interim_responses_max = 8;  ///< 100 Continue, 103 Early Hints: nobody sends more than one or two

/// The addresses of a host, or none within the deadline. The look-up itself cannot be interrupted (getaddrinfo blocks a
/// thread of Asio's), so it is left to end alone.
net::awaitable<std::vector<tcp::endpoint>> resolve(net::any_io_executor executor, BaseAddress base,
                                                   std::chrono::milliseconds deadline)
{
    ErrorCode not_literal;
    const auto address = net::ip::make_address(base.host, not_literal);
    if (!not_literal) co_return std::vector{tcp::endpoint(address, base.port)};
    if (base.host == "localhost")  // never asked of a resolver (RFC 6761, 6.3): a bare system has no /etc/hosts
        co_return std::vector{tcp::endpoint(net::ip::address_v4::loopback(), base.port),
                              tcp::endpoint(net::ip::address_v6::loopback(), base.port)};

    struct Lookup {
        explicit Lookup(const net::any_io_executor& on) : resolver(on), ready(on) {}
        tcp::resolver resolver;
        net::steady_timer ready;  ///< runs out at the deadline, or when the answer is there
        std::vector<tcp::endpoint> found;
    };
    const auto lookup = std::make_shared<Lookup>(executor);
    lookup->ready.expires_after(deadline);
    auto answered = [lookup](ErrorCode error, tcp::resolver::results_type results) {
        for (const auto& entry : results)
            if (!error && lookup->found.size() < endpoints_max) lookup->found.push_back(entry.endpoint());
        lookup->ready.expires_at(Clock::time_point::min());
    };
    const auto service = std::to_string(base.port);
    lookup->resolver.async_resolve(base.host, service, tcp::resolver::numeric_service, std::move(answered));
    co_await lookup->ready.async_wait(nothrow);
    co_return std::move(lookup->found);
}

Response to_response(beast::http::response<beast::http::string_body> message)
{
    Response response{.status = message.result_int(), .fields = {}, .body = std::move(message.body())};
    for (const auto& field : message) {
        const auto name = field.name_string();
        const auto value = field.value();
        response.fields.emplace_back(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
    }
    return response;
}

template <class Stream>
class StreamConnection final : public Connection {
public:
    StreamConnection(const BaseAddress& base, const ClientOptions& options, Stream stream)
        : base_(base), options_(options), stream_(std::move(stream))
    {
    }

    net::awaitable<std::string_view> open() override;
    bool stale() override;
    net::awaitable<Written> write(std::string_view bytes) override;
    net::awaitable<Result<Response, ClientFailure>> read(bool head_only) override;

private:
    static constexpr bool is_tls = !std::is_same_v<Stream, beast::tcp_stream>;

    net::awaitable<bool> connect(std::vector<tcp::endpoint> endpoints);
    net::awaitable<bool> shake_hands();

    beast::tcp_stream& tcp_layer() { return beast::get_lowest_layer(stream_); }

    const BaseAddress& base_;
    const ClientOptions& options_;
    Stream stream_;
    beast::flat_buffer inbox_;
};

template <class Stream>
net::awaitable<std::string_view> StreamConnection<Stream>::open()
{
    auto look = resolve(stream_.get_executor(), base_, options_.deadlines.resolve);
    auto endpoints = co_await std::move(look);
    if (endpoints.empty()) co_return "resolve_failed";
    const bool connected = co_await connect(std::move(endpoints));
    if (!connected) co_return "connect_failed";
    if constexpr (is_tls) {
        const bool trusted = co_await shake_hands();
        if (!trusted) co_return "handshake_failed";
    }
    co_return std::string_view{};
}

/// One address after the other, each with an equal share of the time that is left: one that swallows packets does not
/// use up the time of the next.
template <class Stream>
net::awaitable<bool> StreamConnection<Stream>::connect(std::vector<tcp::endpoint> endpoints)
{
    const auto end = Clock::now() + options_.deadlines.connect;
    for (std::size_t at = 0; at < endpoints.size(); ++at) {
        const auto share = (end - Clock::now()) / static_cast<int>(endpoints.size() - at);
        tcp_layer().expires_after(std::max<Clock::duration>(share, std::chrono::milliseconds(1)));
        const auto endpoint = endpoints[at];
        const auto [error] = co_await tcp_layer().async_connect(endpoint, nothrow);
        if (!error) {
            ErrorCode ignored;
            tcp_layer().socket().set_option(tcp::no_delay(true), ignored);
            co_return true;
        }
        tcp_layer().close();
    }
    co_return false;
}

template <class Stream>
net::awaitable<bool> StreamConnection<Stream>::shake_hands()
{
    ErrorCode not_literal;
    net::ip::make_address(base_.host, not_literal);
    // SNI carries names only; a certificate for an address is checked all the same.
    if (not_literal && SSL_set_tlsext_host_name(stream_.native_handle(), base_.host.c_str()) != 1) co_return false;
    ErrorCode error;
    stream_.set_verify_callback(net::ssl::host_name_verification(base_.host), error);
    if (error) co_return false;
    tcp_layer().expires_after(options_.deadlines.handshake);
    const auto [failed] = co_await stream_.async_handshake(net::ssl::stream_base::client, nothrow);
    co_return !failed;
}

template <class Stream>
bool StreamConnection<Stream>::stale()
{
    char byte = 0;
    const auto count = ::recv(tcp_layer().socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

template <class Stream>
net::awaitable<Connection::Written> StreamConnection<Stream>::write(std::string_view bytes)
{
    tcp_layer().expires_after(options_.deadlines.write);
    const auto buffer = net::buffer(bytes);
    const auto [error, count] = co_await net::async_write(stream_, buffer, nothrow);
    Written written{.complete = !error, .timed_out = error == beast::error::timeout, .bytes = count};
    // TLS counts what it took, not what its record became. An error means that the record was cut and is worthless to
    // the peer; but a deadline may pass in the very moment in which the last of it leaves.
    if (is_tls && written.timed_out) written.bytes = bytes.size();
    co_return written;
}

template <class Stream>
net::awaitable<Result<Response, ClientFailure>> StreamConnection<Stream>::read(bool head_only)
{
    // Framing and header included. Beast limits each read of a header, not the sum of them, so the sum is kept here.
    const std::size_t bytes_max = 2 * options_.response_bytes_max + 4 * header_bytes_max;
    std::size_t bytes = 0;
    reusable_ = false;
    tcp_layer().expires_after(options_.deadlines.read);
    for (int interim = 0; interim < interim_responses_max; ++interim) {
        beast::http::response_parser<beast::http::string_body> parser;
        parser.header_limit(header_bytes_max);
        parser.body_limit(options_.response_bytes_max);
        if (head_only) parser.skip(true);
        while (!parser.is_done()) {
            const auto [error, count] = co_await beast::http::async_read_some(stream_, inbox_, parser, nothrow);
            bytes += count;
            if (error == beast::http::error::body_limit) co_return ClientFailure::too_large;
            if (error || bytes > bytes_max) co_return ClientFailure::ambiguous;
        }
        if (parser.get().result_int() / 100 == 1) continue;
        reusable_ = parser.keep_alive() && inbox_.size() == 0;
        tcp_layer().expires_never();
        co_return to_response(parser.release());
    }
    co_return ClientFailure::ambiguous;
}

}  // namespace

std::unique_ptr<Connection> make_connection(net::any_io_executor executor, const BaseAddress& base,
                                            const ClientOptions& options, net::ssl::context* tls)
{
    beast::tcp_stream plain(executor);
    if (tls == nullptr) return std::make_unique<StreamConnection<beast::tcp_stream>>(base, options, std::move(plain));
    using Secure = net::ssl::stream<beast::tcp_stream>;
    return std::make_unique<StreamConnection<Secure>>(base, options, Secure(std::move(plain), *tls));
}

}  // namespace tsunagi::http
