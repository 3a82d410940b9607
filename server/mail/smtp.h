#pragma once
#include "server/mail/message.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tsunagi::mail {

/// How the way to a relay is kept from listeners.
enum class Security : std::uint8_t {
    tls,       ///< smtps://: TLS from the first byte
    starttls,  ///< smtp://: TLS before anything is said; a relay that does not offer it gets no mail
    loopback,  ///< smtp:// to this very machine: nobody listens in between
};

struct Relay {
    std::string host;
    std::uint16_t port = 0;
    Security security = Security::starttls;
    std::string user;      ///< empty: no sign-in
    std::string password;
    std::string ca_file;   ///< empty: the system's certificates
};

/// From smtp://host[:port] (587) or smtps://host[:port] (465); nothing for anything else, a path or a sign-in included.
/// Loopback is 127.0.0.0/8, [::1] and the name localhost, nothing that merely begins like them.
std::optional<Relay> relay_at(std::string_view url);

struct Deadlines {
    std::chrono::milliseconds connect{5'000};  ///< with name and TLS
    std::chrono::milliseconds whole{20'000};
};

/// Why a relay did not take a mail, as a word that may be logged: neither address nor answer is in it.
enum class SendFailure : std::uint8_t { message_unsound, resolve_failed, connect_failed, tls_failed, sign_in_refused, timed_out, refused, stopped, broken };
std::string_view word_of(SendFailure failure);

/// Hands `message` to `relay`; nothing means that the relay took it. BLOCKS up to `deadlines.whole`: call it on the pool.
/// After timed_out and broken the relay may have taken it all the same. Ends within about a second once `stop` is true.
/// Thread-safe. Certificates are always checked; the environment's proxies are not used.
std::optional<SendFailure> send(const Relay& relay, const Message& message, const std::atomic<bool>& stop, Deadlines deadlines = {});

}  // namespace tsunagi::mail
