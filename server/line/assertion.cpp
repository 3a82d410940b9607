#include "server/line/assertion.h"

#include <nlohmann/json.hpp>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <vector>

namespace tsunagi::line {
namespace {

using nlohmann::json;

template <auto Free>
struct Freed {
    template <class Pointer>
    void operator()(Pointer* pointer) const
    {
        Free(pointer);
    }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

/// RFC 4648 section 5, without padding.
std::string base64url(const unsigned char* bytes, std::size_t size)
{
    std::string text(4 * ((size + 2) / 3) + 1, '\0');
    text.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size))));
    while (!text.empty() && text.back() == '=') text.pop_back();
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return text;
}
std::string base64url(const std::string& bytes)
{
    return base64url(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::string rs256(const std::string& pem, const std::string& text)
{
    const Bio source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    auto no_password = [](char*, int, int, void*) { return 0; };  // never ask on the terminal
    const Key key(source ? PEM_read_bio_PrivateKey(source.get(), nullptr, no_password, nullptr) : nullptr);
    if (!key || EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA) return {};
    const DigestContext digest(EVP_MD_CTX_new());
    if (!digest || EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1) return {};
    const auto* data = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t size = 0;
    if (EVP_DigestSign(digest.get(), nullptr, &size, data, text.size()) != 1) return {};
    std::vector<unsigned char> signature(size);
    if (EVP_DigestSign(digest.get(), signature.data(), &size, data, text.size()) != 1) return {};
    return base64url(signature.data(), size);
}

}  // namespace

std::string make_assertion(const AssertionKey& key, TimePoint now, bool with_token_life)
{
    using std::chrono::seconds;
    const json header = {{"alg", "RS256"}, {"typ", "JWT"}, {"kid", key.key_id}};
    json claims = {{"iss", key.channel_id},
                   {"sub", key.channel_id},
                   {"aud", "https://api.line.me/"},
                   {"exp", std::chrono::floor<seconds>(now + assertion_life).time_since_epoch().count()}};
    if (with_token_life) claims["token_exp"] = seconds(v2_1_token_life).count();
    std::string token = base64url(header.dump()) + "." + base64url(claims.dump());
    const std::string signature = rs256(key.private_key, token);
    return signature.empty() ? std::string() : token + "." + signature;
}

}  // namespace tsunagi::line
