#include "server/api/passwords.h"

#include <sodium.h>

#include <array>
#include <new>

namespace tsunagi::api {

std::string hash_password(const std::string& password)
{
    std::array<char, crypto_pwhash_STRBYTES> text{};
    if (crypto_pwhash_str(text.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        throw std::bad_alloc();
    return text.data();
}

bool password_fits(const std::string& hash, const std::string& password) noexcept
{
    try {
        static const std::string nobody = hash_password("nobody signs in with this");
        const std::string& compared = hash.empty() ? nobody : hash;
        const bool fits = crypto_pwhash_str_verify(compared.c_str(), password.data(), password.size()) == 0;
        return fits && !hash.empty();
    } catch (const std::bad_alloc&) {
        return false;
    }
}

}  // namespace tsunagi::api
