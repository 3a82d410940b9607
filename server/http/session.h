#pragma once
#include "server/http/lane.h"

namespace tsunagi::http {

/// The address of the other side without its port; an IPv4 address is written as one also where it came over IPv6.
std::string peer_of(const net::ip::tcp::socket& socket);

/// Serves one accepted connection until it ends. Run it on the seat's lane.
net::awaitable<void> serve(Seat seat, net::ip::tcp::socket socket);

}  // namespace tsunagi::http
