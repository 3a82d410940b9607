#include "server/http/websocket.h"

#include "server/http/await.h"
#include "server/http/refusals.h"
#include "server/http/wire.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <stdexcept>

namespace tsunagi::http {
namespace {

namespace beast = boost::beast;
namespace ws = beast::websocket;

/// A WebSocket over a plain or TLS stream. Beast sends the pings and ends what is idle; the lane watches the writes.
template <class Stream>
class LiveSocket final : public WebSocket, public Watched, public std::enable_shared_from_this<LiveSocket<Stream>> {
public:
    LiveSocket(Lane& lane, const Limits& limits, Stream stream)
        : ws_(std::move(stream)), closed_(ws_.get_executor()), write_timeout_(limits.live_write_timeout)
    {
        closed_.expires_at(Clock::time_point::max());
        ws::stream_base::timeout timeout;
        timeout.handshake_timeout = live_handshake_timeout;
        timeout.idle_timeout = limits.live_idle_timeout;
        timeout.keep_alive_pings = true;
        ws_.set_option(timeout);
        // Left alone, Beast names itself and its version; empty is the least that it takes.
        const auto anonymous = [](ws::response_type& response) { response.set("Server", ""); };
        ws_.set_option(ws::stream_base::decorator(anonymous));
        ws_.read_message_max(live_message_bytes_max);
        ws_.text(true);
        lane.watched.push_back(*this);
    }

    net::awaitable<bool> accept(Request request);
    net::awaitable<std::optional<std::string>> read() override;
    net::awaitable<bool> write(std::string text) override;
    void close(std::uint16_t code) override;
    net::any_io_executor executor() override { return ws_.get_executor(); }

    void expire() override { abort(); }
    /// While hands are still being shaken, Beast must not be asked to close: whoever shook them drains again (run_live).
    void drain() override { if (accepted_) begin_close(ws::close_code::going_away); }
    void abort() override
    {
        boost::system::error_code ignored;
        beast::get_lowest_layer(ws_).close(ignored);
    }

    /// Closes if nobody has yet, and waits for the end of it.
    net::awaitable<void> finish(ws::close_code code);

private:
    void begin_close(ws::close_code code);

    /// Without compression (false): it would cost memory for each connection and gain little on lines of talk.
    ws::stream<Stream, false> ws_;
    net::steady_timer closed_;  // never expires; cancelled when the close has ended
    const std::chrono::milliseconds write_timeout_;
    bool accepted_ = false;
    bool closing_ = false;
    bool closed_done_ = false;
    bool writing_ = false;
};

template <class Stream>
net::awaitable<bool> LiveSocket<Stream>::accept(Request request)
{
    beast::http::request<beast::http::empty_body> upgrade(beast::http::verb::get, request.path, 11);
    for (const auto& [name, value] : request.fields) upgrade.insert(name, value);
    const auto [error] = co_await ws_.async_accept(upgrade, nothrow);
    accepted_ = !error;
    co_return accepted_;
}

template <class Stream>
net::awaitable<std::optional<std::string>> LiveSocket<Stream>::read()
{
    beast::flat_buffer buffer;
    const auto [error, count] = co_await ws_.async_read(buffer, nothrow);
    if (error) co_return std::nullopt;
    if (!ws_.got_text()) {
        begin_close(ws::close_code::unknown_data);
        co_return std::nullopt;
    }
    const auto data = buffer.data();
    co_return std::string(static_cast<const char*>(data.data()), data.size());
}

template <class Stream>
net::awaitable<bool> LiveSocket<Stream>::write(std::string text)
{
    if (writing_) throw std::logic_error("a WebSocket has one writer at a time");
    if (closing_ || !ws_.is_open()) co_return false;
    writing_ = true;
    this->due_in(write_timeout_);
    const auto buffer = net::buffer(text);
    const auto [error, count] = co_await ws_.async_write(buffer, nothrow);
    this->due_never();
    writing_ = false;
    co_return !error;
}

template <class Stream>
void LiveSocket<Stream>::close(std::uint16_t code)
{
    auto task = [self = this->shared_from_this(), code] { self->begin_close(static_cast<ws::close_code>(code)); };
    net::post(ws_.get_executor(), std::move(task));
}

template <class Stream>
void LiveSocket<Stream>::begin_close(ws::close_code code)
{
    if (closing_) return;
    closing_ = true;
    auto ended = [self = this->shared_from_this()](boost::system::error_code) {
        self->abort();
        self->closed_done_ = true;
        self->closed_.cancel();
    };
    ws_.async_close(ws::close_reason(code), std::move(ended));
}

template <class Stream>
net::awaitable<void> LiveSocket<Stream>::finish(ws::close_code code)
{
    begin_close(code);
    while (!closed_done_) co_await closed_.async_wait(nothrow);
    this->unlink();
}

}  // namespace

std::optional<Response> upgrade_refusal(const Request& request)
{
    const bool asked =
        has_token(request.field("upgrade"), "websocket") && has_token(request.field("connection"), "upgrade");
    if (!asked || request.field("sec-websocket-version") != "13") {
        auto response = refusal(426, "websocket_required");
        response.fields.emplace_back("Upgrade", "websocket");
        response.fields.emplace_back("Sec-WebSocket-Version", "13");
        return response;
    }
    constexpr std::size_t key_size = 24;  // 16 bytes in base64
    if (request.field("sec-websocket-key").size() != key_size) return refusal(400, "malformed_request");
    return std::nullopt;
}

template <class Stream>
net::awaitable<void> run_live(std::shared_ptr<Shared> shared, Lane& lane, Stream stream, const Route& route,
                              Request request)
{
    const auto live = std::make_shared<LiveSocket<Stream>>(lane, shared->limits, std::move(stream));
    auto upgrade = request;
    const bool accepted = co_await live->accept(std::move(upgrade));
    if (!accepted) co_return;
    if (shared->draining) live->drain();  // the stop may have begun while we were shaking hands
    bool threw = false;
    try {
        std::shared_ptr<WebSocket> socket = live;
        auto work = route.live(std::move(request), std::move(socket));
        co_await std::move(work);
    } catch (...) {
        threw = true;
    }
    if (threw) shared->trouble("live_threw");
    co_await live->finish(threw ? ws::close_code::internal_error : ws::close_code::normal);
}

template net::awaitable<void> run_live<PlainStream>(std::shared_ptr<Shared>, Lane&, PlainStream, const Route&, Request);
template net::awaitable<void> run_live<TlsStream>(std::shared_ptr<Shared>, Lane&, TlsStream, const Route&, Request);

}  // namespace tsunagi::http
