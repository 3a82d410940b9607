// What a session writes: answers, farewells, and what is said in the stead of a handler that does not return.
#include "server/http/refusals.h"
#include "server/http/session_parts.h"

#include <boost/asio/write.hpp>

#include <array>

namespace tsunagi::http {
namespace {

/// Up to here copying a body behind its head is cheaper than a second buffer.
constexpr std::size_t joined_body_bytes_max = 64 * 1024;
/// A client that still sends when we have refused it gets so much time and so many bytes to come to our answer; were
/// the socket closed with bytes unread, TCP would reset it and the answer be lost.
constexpr std::chrono::milliseconds linger_timeout{2'000};
constexpr std::size_t linger_bytes_max = 16 * 1024 * 1024;

/// Who came over TLS once comes no other way for a year (RFC 6797): nobody on the way can lead her to a page of his own by
/// plain HTTP. Of this name alone: what else a city runs below it is not ours.
constexpr std::string_view strict_transport = "max-age=31536000";

}  // namespace

template <class Stream>
net::awaitable<After> Session<Stream>::respond(Response response, bool head_only, After then)
{
    if (!fit_to_send(response)) {
        shared_.trouble("response_invalid");
        response = refusal(500, "internal_error");
    }
    const bool closes = shared_.draining || has_token(find_field(response.fields, "connection").value_or(""), "close");
    if (closes && then == After::next_request) then = After::finish;

    if (secure_ && !find_field(response.fields, "strict-transport-security"))
        response.fields.emplace_back("Strict-Transport-Security", strict_transport);
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

template net::awaitable<After> Session<PlainStream>::respond(Response, bool, After);
template net::awaitable<void> Session<PlainStream>::part(After);
template void Session<PlainStream>::give_up_on_handler();
template net::awaitable<After> Session<TlsStream>::respond(Response, bool, After);
template net::awaitable<void> Session<TlsStream>::part(After);
template void Session<TlsStream>::give_up_on_handler();

}  // namespace tsunagi::http
