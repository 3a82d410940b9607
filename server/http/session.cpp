#include "server/http/session.h"

#include "server/http/await.h"
#include "server/http/head_scanner.h"
#include "server/http/peer.h"
#include "server/http/refusals.h"
#include "server/http/request_parser.h"
#include "server/http/websocket.h"
#include "server/http/wire.h"

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <algorithm>
#include <array>

namespace tsunagi::http {
namespace {

using tcp = net::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr std::size_t head_read_bytes = 4 * 1024;   ///< a webhook of LINE with its body fits
constexpr std::size_t body_read_bytes = 64 * 1024;  ///< at most, and never more than the body still has
constexpr std::size_t chunked_read_bytes = 16 * 1024;
/// An idle connection gives back what is more.
constexpr std::size_t idle_buffer_bytes_max = 16 * 1024;
/// Up to here copying a body behind its head is cheaper than a second buffer.
constexpr std::size_t joined_body_bytes_max = 64 * 1024;
/// A client that still sends when we have refused it gets so much time and so many bytes to come to our answer; were
/// the socket closed with bytes unread, TCP would reset it and the answer be lost.
constexpr std::chrono::milliseconds linger_timeout{2'000};
constexpr std::size_t linger_bytes_max = 16 * 1024 * 1024;

/// What a connection waits for; decides what its deadline means.
enum class Phase { handshake, idle, head, body, handler, write, linger };

/// How one request ended for its connection.
enum class After {
    next_request,
    finish,  ///< all was read and answered: close
    linger,  ///< answered, but bytes may still be on their way here: let them come, then close
    gone,    ///< nothing more can or may be written
};

struct Received {
    bool gone = false;
    std::optional<Refused> refused;
};

std::string_view view(const boost::beast::flat_buffer& buffer)
{
    const auto data = buffer.data();
    return {static_cast<const char*>(data.data()), data.size()};
}

/// `step`, or what is left until `end` when that is less.
std::chrono::milliseconds left_until(Clock::time_point end, std::chrono::milliseconds step)
{
    return std::min(step, std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()));
}

/// What a body may come to when it is more than an ordinary request's; else 0.
std::size_t large_bytes(const RequestParser& parser, const Route& route)
{
    const auto most = parser.bytes_left().value_or(route.body_limit_bytes);
    return most > progress_bytes ? static_cast<std::size_t>(most) : 0;
}

/// One connection: plain or TLS, one request after the other. Everything happens on its lane's thread.
template <class Stream>
class Session final : public Watched, public std::enable_shared_from_this<Session<Stream>> {
public:
    Session(Seat seat, Stream stream) : seat_(std::move(seat)), shared_(*seat_.shared()), stream_(std::move(stream))
    {
        ErrorCode ignored;
        socket().set_option(tcp::no_delay(true), ignored);
        peer_ = peer_of(socket());
        seat_.lane().watched.push_back(*this);
    }

    net::awaitable<void> run();

    void expire() override;
    void abort() override { close_socket(); }
    void drain() override
    {
        if (phase_ == Phase::idle) due_in(idle_grace);
    }

private:
    static constexpr bool is_tls = std::is_same_v<Stream, TlsStream>;

    net::awaitable<After> serve_next();
    net::awaitable<Received> receive_head(RequestParser& parser);
    net::awaitable<Received> receive_body(RequestParser& parser);
    std::optional<Response> before_body(RequestParser& parser, const Match& match);
    net::awaitable<std::optional<Response>> ask(const Gate& gate, const Request& request, std::string_view trouble);
    net::awaitable<Response> answer(const Route& route, Request request);
    net::awaitable<After> go_live(const Route& route, RequestParser& parser);
    net::awaitable<After> respond(Response response, bool head_only, After then);
    net::awaitable<bool> write(std::string_view head, std::string_view tail);
    net::awaitable<void> part(After after);

    void enter(Phase phase, std::chrono::milliseconds time)
    {
        phase_ = phase;
        due_in(time);
    }
    void give_up_on_handler();
    void close_socket()
    {
        ErrorCode ignored;
        socket().close(ignored);
    }
    tcp::socket& socket()
    {
        if constexpr (is_tls)
            return stream_.next_layer();
        else
            return stream_;
    }

    Seat seat_;
    Shared& shared_;
    Stream stream_;
    std::string peer_;
    boost::beast::flat_buffer inbox_;
    std::string outbox_;
    Phase phase_ = Phase::handshake;
    bool expired_ = false;    ///< a deadline ended the read that was under way
    bool abandoned_ = false;  ///< the handler took too long and was answered for
};

template <class Stream>
net::awaitable<void> Session<Stream>::run()
{
    if constexpr (is_tls) {
        enter(Phase::handshake, shared_.limits.header_timeout);
        const auto [error] = co_await stream_.async_handshake(net::ssl::stream_base::server, nothrow);
        if (error) co_return;
    }
    auto after = After::next_request;
    while (after == After::next_request) after = co_await serve_next();
    if (after != After::gone) co_await part(after);
}

template <class Stream>
net::awaitable<After> Session<Stream>::serve_next()
{
    RequestParser parser;
    const auto head = co_await receive_head(parser);
    if (head.gone) co_return After::gone;
    auto& request = parser.request();
    const bool head_only = request.method == Method::head;
    if (head.refused) {
        auto response = refusal(head.refused->status, head.refused->code);
        co_return co_await respond(std::move(response), head_only, After::linger);
    }
    request.peer = peer_;
    request.secure = is_tls;

    auto match = shared_.router.find(request.method, request.path);
    auto early = before_body(parser, match);
    request.captures = std::move(match.captures);
    if (!early && match.route->body_gate) {
        early = co_await ask(match.route->body_gate, request, "body_gate_threw");
        if (abandoned_) co_return After::gone;
    }
    const BodyRoom room(shared_, early || parser.done() ? 0 : large_bytes(parser, *match.route));
    if (!early && room.is_full()) early = busy("too_many_bodies");
    if (early) {
        const auto then = parser.done() && parser.keep_alive() ? After::next_request : After::linger;
        co_return co_await respond(std::move(*early), head_only, then);
    }
    const auto body = co_await receive_body(parser);
    if (body.gone) co_return After::gone;
    if (body.refused) {
        auto response = refusal(body.refused->status, body.refused->code);
        co_return co_await respond(std::move(response), head_only, After::linger);
    }
    if (match.route->live) co_return co_await go_live(*match.route, parser);

    auto response = co_await answer(*match.route, std::move(request));
    if (abandoned_) co_return After::gone;
    const auto then = parser.keep_alive() ? After::next_request : After::finish;
    co_return co_await respond(std::move(response), head_only, then);
}

/// Reads up to the end of the head. Idle until its first byte, then under the header deadline as a whole, so that a
/// byte now and then does not keep a connection alive.
template <class Stream>
net::awaitable<Received> Session<Stream>::receive_head(RequestParser& parser)
{
    const auto& limits = shared_.limits;
    if (inbox_.size() > 0) {
        enter(Phase::head, limits.header_timeout);
    } else {
        if (inbox_.capacity() > idle_buffer_bytes_max) inbox_.shrink_to_fit();
        enter(Phase::idle, shared_.draining ? idle_grace : limits.idle_timeout);
    }
    HeadScanner scanner;
    bool empty_line = false;
    for (;;) {
        const auto verdict = scanner.scan(view(inbox_).substr(0, limits.header_bytes_max));
        if (verdict == HeadScanner::Verdict::complete) {
            // One empty line before a request is left over from the one before (RFC 9112 2.2).
            if (scanner.size() > 2 || empty_line) break;
            empty_line = true;
            inbox_.consume(scanner.size());
            scanner = HeadScanner();
            continue;
        }
        if (verdict == HeadScanner::Verdict::malformed)
            co_return Received{.refused = Refused{400, "malformed_request"}};
        if (inbox_.size() >= limits.header_bytes_max) co_return Received{.refused = Refused{431, "header_too_large"}};

        const auto space = inbox_.prepare(head_read_bytes);
        const auto [error, count] = co_await stream_.async_read_some(space, nothrow);
        if (expired_ && phase_ == Phase::head) co_return Received{.refused = Refused{408, "header_timeout"}};
        if (error || expired_) co_return Received{.gone = true};
        inbox_.commit(count);
        if (phase_ == Phase::idle) enter(Phase::head, limits.header_timeout);
    }
    Received received{.refused = parser.take_head(view(inbox_).substr(0, scanner.size()))};
    inbox_.consume(scanner.size());
    co_return received;
}

/// What can be said before the body is read, so that a refused body is never taken into memory.
template <class Stream>
std::optional<Response> Session<Stream>::before_body(RequestParser& parser, const Match& match)
{
    if (seat_.refused()) return busy("too_many_connections");
    if (shared_.draining) return busy("draining");
    if (match.route == nullptr) return unrouted(parser.request(), match);
    if (const auto refused = parser.limit_body(match.route->body_limit_bytes))
        return refusal(refused->status, refused->code);
    return std::nullopt;
}

template <class Stream>
net::awaitable<Received> Session<Stream>::receive_body(RequestParser& parser)
{
    if (parser.done()) co_return Received{};
    const auto end = Clock::now() + shared_.limits.transfer_timeout;
    std::size_t arrived = 0;  // since the deadline moved on
    enter(Phase::body, left_until(end, shared_.limits.body_timeout));
    if (parser.expects_continue() && inbox_.size() == 0) {
        static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        const auto buffer = net::buffer(go_on);
        const auto [error, count] = co_await net::async_write(stream_, buffer, nothrow);
        if (error) co_return Received{.gone = true};
    }
    for (;;) {
        if (inbox_.size() >= parser.bytes_wanted()) {
            std::size_t taken = 0;
            if (auto refused = parser.take_body(view(inbox_), taken)) co_return Received{.refused = refused};
            inbox_.consume(taken);
            if (parser.done()) co_return Received{};
            // What is left is the head of a chunk or trailers: those are short, or somebody fills our memory.
            if (inbox_.size() >= shared_.limits.header_bytes_max)
                co_return Received{.refused = Refused{400, "malformed_request"}};
        }
        const auto wanted = parser.bytes_left().value_or(chunked_read_bytes);
        const auto space = inbox_.prepare(std::clamp<std::uint64_t>(wanted, head_read_bytes, body_read_bytes));
        const auto [error, count] = co_await stream_.async_read_some(space, nothrow);
        if (expired_) co_return Received{.refused = Refused{408, "body_timeout"}};
        if (error) co_return Received{.gone = true};
        inbox_.commit(count);
        arrived += count;
        if (arrived < progress_bytes) continue;
        arrived = 0;
        this->due_in(left_until(end, shared_.limits.body_timeout));
    }
}

template <class Stream>
net::awaitable<Response> Session<Stream>::answer(const Route& route, Request request)
{
    enter(Phase::handler, shared_.limits.handler_timeout);
    Response response;
    bool threw = false;
    try {
        auto work = route.handler(std::move(request));
        response = co_await std::move(work);
    } catch (...) {
        threw = true;
    }
    if (threw) {
        shared_.trouble("handler_threw");
        response = refusal(500, "internal_error");
    }
    co_return response;
}

template <class Stream>
net::awaitable<std::optional<Response>> Session<Stream>::ask(const Gate& gate, const Request& request, std::string_view trouble)
{
    enter(Phase::handler, shared_.limits.handler_timeout);
    std::optional<Response> refused;
    bool threw = false;
    try {
        auto verdict = gate(request);
        refused = co_await std::move(verdict);
    } catch (...) {
        threw = true;
    }
    if (!threw) co_return refused;
    shared_.trouble(trouble);
    co_return refusal(500, "internal_error");
}

template <class Stream>
net::awaitable<After> Session<Stream>::go_live(const Route& route, RequestParser& parser)
{
    auto& request = parser.request();
    enter(Phase::handler, shared_.limits.handler_timeout);
    auto refused = upgrade_refusal(request);
    // Frames before our 101 are a client that did not wait, or a request smuggled behind a proxy's back.
    if (!refused && inbox_.size() > 0) refused = refusal(400, "malformed_request");
    if (!refused && route.live_gate) refused = co_await ask(route.live_gate, request, "live_gate_threw");
    if (abandoned_) co_return After::gone;
    // Behind a proxy all connections are the proxy's; those that stay are counted for whom it names.
    const std::string who = who_asks(request);
    const Share share(seat_.shared(), is_near(request.peer) && who != share_of(request.peer) ? who : std::string());
    if (!refused && share.is_too_many()) refused = busy("too_many_connections");
    if (refused) {
        const auto then = parser.keep_alive() ? After::next_request : After::finish;
        co_return co_await respond(std::move(*refused), false, then);
    }
    this->unlink();  // from here the WebSocket watches its own deadlines
    auto shared = seat_.shared();
    auto live = run_live<Stream>(std::move(shared), seat_.lane(), std::move(stream_), route, std::move(request));
    co_await std::move(live);
    co_return After::gone;
}

template <class Stream>
net::awaitable<After> Session<Stream>::respond(Response response, bool head_only, After then)
{
    if (!fit_to_send(response)) {
        shared_.trouble("response_invalid");
        response = refusal(500, "internal_error");
    }
    const bool closes = shared_.draining || has_token(find_field(response.fields, "connection").value_or(""), "close");
    if (closes && then == After::next_request) then = After::finish;

    outbox_.clear();
    append_head(outbox_, response, then == After::next_request);
    const bool has_body = !head_only && response.status != 204 && response.status != 304;
    const bool joined = has_body && response.body.size() <= joined_body_bytes_max;
    if (joined) outbox_ += response.body;
    const bool written = co_await write(outbox_, has_body && !joined ? std::string_view(response.body) : std::string_view{});
    co_return written ? then : After::gone;
}

/// In steps that each have the deadline: who reads slowly gets everything, who does not read holds nothing for long.
template <class Stream>
net::awaitable<bool> Session<Stream>::write(std::string_view head, std::string_view tail)
{
    const auto end = Clock::now() + shared_.limits.transfer_timeout;
    do {
        const auto step = tail.substr(0, progress_bytes);
        tail.remove_prefix(step.size());
        enter(Phase::write, left_until(end, shared_.limits.write_timeout));
        const std::array<net::const_buffer, 2> buffers{net::buffer(head), net::buffer(step)};
        const auto [error, count] = co_await net::async_write(stream_, buffers, nothrow);
        if (error) co_return false;
        head = {};
    } while (!tail.empty());
    co_return true;
}

/// The last farewell: everything written reaches the other side before the socket closes.
template <class Stream>
net::awaitable<void> Session<Stream>::part(After after)
{
    enter(Phase::linger, linger_timeout);
    if constexpr (is_tls) co_await stream_.async_shutdown(nothrow);
    ErrorCode ignored;
    socket().shutdown(tcp::socket::shutdown_send, ignored);
    std::size_t discarded = 0;
    while (after == After::linger && discarded < linger_bytes_max) {
        inbox_.clear();
        const auto space = inbox_.prepare(body_read_bytes);
        const auto [error, count] = co_await socket().async_read_some(space, nothrow);
        if (error) break;
        discarded += count;
    }
    close_socket();
}

template <class Stream>
void Session<Stream>::expire()
{
    switch (phase_) {
    case Phase::head:
    case Phase::body:
    case Phase::idle: {
        expired_ = true;
        ErrorCode ignored;
        socket().cancel(ignored);
        return;
    }
    case Phase::handler: return give_up_on_handler();
    case Phase::handshake:
    case Phase::write:
    case Phase::linger: return close_socket();
    }
}

/// Answers in the handler's stead. The handler cannot be stopped from outside (anchors.md 5.18): it goes on, holds the
/// connection's place until it returns, and what it returns is dropped.
template <class Stream>
void Session<Stream>::give_up_on_handler()
{
    shared_.trouble("handler_timeout");
    abandoned_ = true;
    enter(Phase::write, shared_.limits.write_timeout);
    const auto response = busy("handler_timeout");
    outbox_.clear();
    append_head(outbox_, response, false);
    outbox_ += response.body;
    auto written = [self = this->shared_from_this()](ErrorCode, std::size_t) { self->close_socket(); };
    net::async_write(stream_, net::buffer(outbox_), std::move(written));
}

}  // namespace

std::string peer_of(const tcp::socket& socket)
{
    ErrorCode ignored;
    auto address = socket.remote_endpoint(ignored).address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = net::ip::make_address_v4(net::ip::v4_mapped, address.to_v6());
    return address.to_string();
}

net::awaitable<void> serve(Seat seat, tcp::socket socket)
{
    if (auto tls = seat.shared()->tls_context()) {
        TlsStream stream(std::move(socket), *tls);
        const auto session = std::make_shared<Session<TlsStream>>(std::move(seat), std::move(stream));
        co_await session->run();
    } else {
        const auto session = std::make_shared<Session<PlainStream>>(std::move(seat), std::move(socket));
        co_await session->run();
    }
}

}  // namespace tsunagi::http
