#pragma once
#include "server/http/message.h"

#include <string>

namespace tsunagi::http {

/// Whose request it is, for limits: the connection's address, or, when that is a proxy of ours (Request::by_proxy), the address
/// the proxy names last in X-Forwarded-For. A stranger from outside cannot choose it; only his own entries stand before it. Of an
/// IPv6 address only the /64: so much one subscriber has, and could take a new address of it for every guess. Pure.
std::string who_asks(const Request& request);

/// Whether a proxy of ours says that the request came to it over TLS (X-Forwarded-Proto). Pure.
bool came_over_https(const Request& request);

/// The same as who_asks of an address alone: an IPv4 address, an IPv6 network like `2001:db8:1:2::/64`, or what it is when it is neither.
std::string share_of(const std::string& address);

}  // namespace tsunagi::http
