#include "server/http/session.h"

#include "server/http/refusals.h"
#include "server/http/session_parts.h"

namespace tsunagi::http {
namespace {

/// What a body may come to when it is more than an ordinary request's; else 0.
std::size_t large_bytes(const RequestParser& parser, const Route& route)
{
    const auto most = parser.bytes_left().value_or(route.body_limit_bytes);
    return most > progress_bytes ? static_cast<std::size_t>(most) : 0;
}

}  // namespace

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
    request.by_proxy = by_proxy_;
    secure_ = request.secure = is_tls || came_over_https(request);

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
    const Share share(seat_.shared(), request.by_proxy && who != share_of(request.peer) ? who : std::string());
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
