#pragma once
#include "server/http/lane.h"

namespace tsunagi::http {

/// Serves one accepted connection until it ends. Run it on the seat's lane.
net::awaitable<void> serve(Seat seat, net::ip::tcp::socket socket);

}  // namespace tsunagi::http
