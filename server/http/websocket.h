#pragma once
#include "server/http/lane.h"

#include <boost/asio/ssl/stream.hpp>

#include <optional>

namespace tsunagi::http {

/// A text message larger than this ends the connection: the console and web chat send lines of talk, not files.
inline constexpr std::size_t live_message_bytes_max = 64 * 1024;
/// How long the upgrade may take, and how long the other side may leave our close frame unanswered.
inline constexpr std::chrono::milliseconds live_handshake_timeout{5'000};

using PlainStream = net::ip::tcp::socket;
using TlsStream = net::ssl::stream<net::ip::tcp::socket>;

/// Why `request` may not become a WebSocket (RFC 6455 4.2.1), or nothing.
std::optional<Response> upgrade_refusal(const Request& request);

/// Upgrades `stream`, runs the route's live handler on it, and returns when the connection is closed.
/// For PlainStream and TlsStream. On the lane's thread.
template <class Stream>
net::awaitable<void> run_live(std::shared_ptr<Shared> shared, Lane& lane, Stream stream, const Route& route,
                              Request request);

}  // namespace tsunagi::http
