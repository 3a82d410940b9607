#include "server/http/tls.h"

namespace tsunagi::http {
namespace {

namespace ssl = net::ssl;

/// Asks without a terminal to type into: an encrypted key is an error, not a prompt that blocks the start.
std::string no_passphrase(std::size_t, ssl::context::password_purpose) { return {}; }

}  // namespace

std::shared_ptr<ssl::context> server_tls(const Tls& files)
{
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    auto* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);  // 34 KB less for each idle connection

    boost::system::error_code error;
    context->set_password_callback(no_passphrase, error);
    if (!error) context->use_certificate_chain_file(files.certificate_file, error);
    if (!error) context->use_private_key_file(files.key_file, ssl::context::pem, error);
    if (error || SSL_CTX_check_private_key(native) != 1) return nullptr;
    return context;
}

ssl::context client_tls(const std::string& ca_file)
{
    ssl::context context(ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    boost::system::error_code error;
    if (ca_file.empty())
        context.set_default_verify_paths(error);
    else
        context.load_verify_file(ca_file, error);
    if (error) throw std::system_error(error, "cannot read the trusted certificates");
    context.set_verify_mode(ssl::verify_peer);
    return context;
}

}  // namespace tsunagi::http
