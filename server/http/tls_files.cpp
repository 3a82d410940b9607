#include "server/http/tls_files.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <cstdio>
#include <ctime>
#include <memory>
#include <system_error>

namespace tsunagi::http {
namespace {

struct Release {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using OpenFile = std::unique_ptr<std::FILE, Release>;

/// Nobody sits there to type a passphrase.
int no_terminal(char*, int, int, void*) { return 0; }

/// Why `file` cannot be opened; empty when it can.
std::string cannot_read(const char* what, const std::string& file)
{
    if (const OpenFile opened(std::fopen(file.c_str(), "rb")); opened) return {};
    return std::string("the ") + what + " " + file + " cannot be read: " + std::generic_category().message(errno);
}

}  // namespace

std::string tls_trouble(const Tls& files)
{
    if (auto trouble = cannot_read("certificate", files.certificate_file); !trouble.empty()) return trouble;
    if (auto trouble = cannot_read("key", files.key_file); !trouble.empty()) return trouble;
    const std::unique_ptr<SSL_CTX, Release> context(SSL_CTX_new(TLS_server_method()));
    std::string trouble;
    SSL_CTX_set_default_passwd_cb(context.get(), no_terminal);
    if (SSL_CTX_use_PrivateKey_file(context.get(), files.key_file.c_str(), SSL_FILETYPE_PEM) != 1)
        trouble = "the key " + files.key_file + " is no private key in PEM, or one with a passphrase";
    else if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate_file.c_str()) != 1)
        trouble = "the certificate " + files.certificate_file + " is no chain of certificates in PEM";
    else if (SSL_CTX_check_private_key(context.get()) != 1)
        trouble = "the key " + files.key_file + " does not belong to the certificate " + files.certificate_file;
    ERR_clear_error();
    return trouble;
}

std::optional<CertificateFacts> certificate_facts(const std::string& certificate_file, const std::string& host)
{
    const OpenFile file(std::fopen(certificate_file.c_str(), "rb"));
    if (!file) return std::nullopt;
    const std::unique_ptr<X509, Release> certificate(PEM_read_X509(file.get(), nullptr, no_terminal, nullptr));
    ERR_clear_error();
    std::tm end{};
    if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) return std::nullopt;
    const bool names_host = X509_check_host(certificate.get(), host.c_str(), host.size(), 0, nullptr) == 1 ||
                            X509_check_ip_asc(certificate.get(), host.c_str(), 0) == 1;
    return CertificateFacts{std::chrono::sys_seconds{std::chrono::seconds(timegm(&end))}, names_host};
}

}  // namespace tsunagi::http
