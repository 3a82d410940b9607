#include "server/desk/keyed_hash.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tsunagi::desk {
namespace {

/// Keys prepared by one thread: the secrets of all channels of an ordinary installation, old and new.
constexpr std::size_t keys_per_thread_max = 64;

[[noreturn]] void fail() { throw std::runtime_error("OpenSSL gives no HMAC-SHA-256"); }

using Digest = std::array<std::uint8_t, 32>;
using Context = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

Context prepare(std::string_view key)
{
    EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    if (mac == nullptr) fail();
    Context context(EVP_MAC_CTX_new(mac), &EVP_MAC_CTX_free);
    EVP_MAC_free(mac);  // the context holds it
    std::string digest = "SHA256";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0), OSSL_PARAM_construct_end()};
    const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
    if (!context || EVP_MAC_init(context.get(), bytes, key.size(), parameters) != 1) fail();
    return context;
}

Digest finish(EVP_MAC_CTX* context, std::string_view text)
{
    Digest digest{};
    std::size_t written = 0;
    if (EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(text.data()), text.size()) != 1) fail();
    if (EVP_MAC_final(context, digest.data(), &written, digest.size()) != 1 || written != digest.size()) fail();
    return digest;
}

struct ThreadKey {
    std::string key;
    Context context;

    ThreadKey(std::string_view text, Context prepared) : key(text), context(std::move(prepared)) {}
    ThreadKey(ThreadKey&&) noexcept = default;
    ThreadKey& operator=(ThreadKey&&) noexcept = default;
    ~ThreadKey() { OPENSSL_cleanse(key.data(), key.size()); }
};

}  // namespace

std::array<std::uint8_t, 32> keyed_hash(std::string_view key, std::string_view text)
{
    thread_local std::vector<ThreadKey> known;
    auto found = std::find_if(known.begin(), known.end(), [key](const ThreadKey& one) { return one.key == key; });
    if (found == known.end()) {
        if (known.size() >= keys_per_thread_max) known.erase(known.begin());
        known.emplace_back(key, prepare(key));
        found = std::prev(known.end());
    } else if (EVP_MAC_init(found->context.get(), nullptr, 0, nullptr) != 1) {  // begin anew under the same key
        fail();
    }
    return finish(found->context.get(), text);
}

}  // namespace tsunagi::desk
