#pragma once
#include <chrono>
#include <optional>
#include <string>

namespace tsunagi::http {

struct Tls {
    std::string certificate_file;  ///< full chain, PEM
    std::string key_file;
};

/// Why nothing can be served with these files, in words for who runs the server; empty when it can.
std::string tls_trouble(const Tls& files);

/// What somebody who comes looks at in the first certificate of a file.
struct CertificateFacts {
    std::chrono::sys_seconds ends;
    bool names_host = false;
};

/// Nothing when the file holds no certificate. `host`: a name or an IP address.
std::optional<CertificateFacts> certificate_facts(const std::string& certificate_file, const std::string& host);

}  // namespace tsunagi::http
