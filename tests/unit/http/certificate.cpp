#include "tests/unit/http/certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace tsunagi::http::test {
namespace {

template <auto release>
struct Releases {
    template <class T>
    void operator()(T* object) const
    {
        release(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Releases<EVP_PKEY_free>>;
using X509Owner = std::unique_ptr<X509, Releases<X509_free>>;
using File = std::unique_ptr<std::FILE, Releases<std::fclose>>;

void must(bool worked)
{
    if (!worked) throw std::runtime_error("cannot make a certificate");
}

X509Owner self_signed(EVP_PKEY* key, const std::string& host)
{
    X509Owner certificate(X509_new());
    X509_set_version(certificate.get(), X509_VERSION_3);
    static long serial = 1;
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    must(X509_set_pubkey(certificate.get(), key) == 1);
    auto* name = X509_get_subject_name(certificate.get());
    const auto* text = reinterpret_cast<const unsigned char*>(host.c_str());
    must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1);
    must(X509_set_issuer_name(certificate.get(), name) == 1);

    const auto names = "DNS:" + host + (host == "localhost" ? ",IP:127.0.0.1" : "");
    auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
    must(extension != nullptr && X509_add_ext(certificate.get(), extension, -1) == 1);
    X509_EXTENSION_free(extension);
    must(X509_sign(certificate.get(), key, EVP_sha256()) > 0);
    return certificate;
}

}  // namespace

Certificate::Certificate(const std::string& host)
{
    auto pattern = (std::filesystem::temp_directory_path() / "tsunagi-tls-XXXXXX").string();
    must(::mkdtemp(pattern.data()) != nullptr);
    directory_ = pattern;

    const Key key(EVP_EC_gen("P-256"));
    must(key != nullptr);
    const auto certificate = self_signed(key.get(), host);
    const File certificate_out(std::fopen(certificate_file().c_str(), "w"));
    must(certificate_out && PEM_write_X509(certificate_out.get(), certificate.get()) == 1);
    const File key_out(std::fopen(key_file().c_str(), "w"));
    must(key_out && PEM_write_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
}

Certificate::~Certificate()
{
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

void Certificate::replace_with(const Certificate& other) const
{
    constexpr auto over = std::filesystem::copy_options::overwrite_existing;
    std::filesystem::copy_file(other.certificate_file(), certificate_file(), over);
    std::filesystem::copy_file(other.key_file(), key_file(), over);
}

}  // namespace tsunagi::http::test
