#pragma once
#include "server/http/await.h"
#include "server/http/peer.h"
#include "server/http/request_parser.h"
#include "server/http/session.h"
#include "server/http/websocket.h"
#include "server/http/wire.h"

#include <boost/beast/core/flat_buffer.hpp>

#include <algorithm>

// For server/http/session*.cpp alone: one session, read in session_reading.cpp, answered in session_writing.cpp, led in session.cpp.

namespace tsunagi::http {

using tcp = net::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr std::size_t body_read_bytes = 64 * 1024;  ///< at most, and never more than the body still has

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

/// `step`, or what is left until `end` when that is less.
inline std::chrono::milliseconds left_until(Clock::time_point end, std::chrono::milliseconds step)
{
    return std::min(step, std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()));
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
        by_proxy_ = shared_.is_proxy(peer_);
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
    bool by_proxy_ = false;
    bool secure_ = is_tls;  ///< the request that is answered
    boost::beast::flat_buffer inbox_;
    std::string outbox_;
    Phase phase_ = Phase::handshake;
    bool expired_ = false;    ///< a deadline ended the read that was under way
    bool abandoned_ = false;  ///< the handler took too long and was answered for
};

}  // namespace tsunagi::http
