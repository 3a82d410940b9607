#pragma once
#include "server/http/server.h"

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

namespace tsunagi::http {

/// TLS 1.2 or newer with this certificate chain and key. Null when a file is unreadable or the key does not belong to
/// the certificate.
std::shared_ptr<net::ssl::context> server_tls(const Tls& files);

/// TLS 1.2 or newer that trusts `ca_file`, or the system's certificates when that is empty.
/// Throws std::system_error when the file is unreadable.
net::ssl::context client_tls(const std::string& ca_file);

}  // namespace tsunagi::http
