#pragma once
#include "server/http/client.h"
#include "tests/unit/http/running_server.h"

namespace tsunagi::http::test {

using Answer = Result<Response, ClientFailure>;

/// Begins to send from a coroutine on `context`; the future holds what came of it.
std::future<Answer> begin_send(net::io_context& context, Client& client, ClientRequest request);

/// Sends and waits. Throws when no outcome comes within patience: a client must always come to an end.
Answer send(net::io_context& context, Client& client, ClientRequest request);

/// Whether the client calls the request impossible (std::invalid_argument) instead of sending it.
bool refuses(net::io_context& context, Client& client, ClientRequest request);

}  // namespace tsunagi::http::test
