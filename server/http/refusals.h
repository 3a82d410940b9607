#pragma once
#include "server/http/router.h"

// What the server answers by itself, before or instead of a handler.
namespace tsunagi::http {

/// `problem` with the status's own reason as its title.
Response refusal(unsigned status, std::string_view code);

/// 503: try again later, on another connection.
Response busy(std::string_view code);

/// The answer to a request that no route takes: 404, or what `match` allows: 204 to OPTIONS, 405 to the rest.
Response unrouted(const Request& request, const Match& match);

}  // namespace tsunagi::http
