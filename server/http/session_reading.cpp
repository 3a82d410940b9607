// What a session reads: heads and bodies, bounded and under deadlines.
#include "server/http/head_scanner.h"
#include "server/http/session_parts.h"

#include <boost/asio/write.hpp>

namespace tsunagi::http {
namespace {

constexpr std::size_t head_read_bytes = 4 * 1024;  ///< a webhook of LINE with its body fits
constexpr std::size_t chunked_read_bytes = 16 * 1024;
/// An idle connection gives back what is more.
constexpr std::size_t idle_buffer_bytes_max = 16 * 1024;

std::string_view view(const boost::beast::flat_buffer& buffer)
{
    const auto data = buffer.data();
    return {static_cast<const char*>(data.data()), data.size()};
}

}  // namespace

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

template net::awaitable<Received> Session<PlainStream>::receive_head(RequestParser&);
template net::awaitable<Received> Session<PlainStream>::receive_body(RequestParser&);
template net::awaitable<Received> Session<TlsStream>::receive_head(RequestParser&);
template net::awaitable<Received> Session<TlsStream>::receive_body(RequestParser&);

}  // namespace tsunagi::http
