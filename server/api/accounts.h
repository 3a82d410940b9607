#pragma once
#include "bot/base/result.h"
#include "handoff/roster/counselor.h"
#include "server/desk/clock.h"
#include "server/store/store.h"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

namespace tsunagi::api {

namespace net = boost::asio;

constexpr std::size_t password_characters_min = 10;
constexpr std::size_t password_bytes_max = 512;  ///< Argon2id hashes any length; this bounds the work

struct NewAccount {
    DeskId desk;
    std::string login;  ///< 2 to 64 of a-z 0-9 . _ -
    handoff::Role role = handoff::Role::counselor;
    std::string name;   ///< what colleagues and people see
    std::string password;
};

enum class AccountRefusal { login_taken, login_malformed, password_too_short, name_missing, store_unavailable };

/// The role's name as the command line and the API spell it: counselor, supervisor, peer_concierge, desk_manager, auditor.
std::optional<handoff::Role> role_from_text(std::string_view text);
std::string_view to_text(handoff::Role role);

/// Makes a staff account. Blocks for about a tenth of a second (Argon2id).
net::awaitable<Result<CounselorId, AccountRefusal>> add_account(store::Store& store, desk::Clock& clock,
                                                                desk::Random& random, NewAccount account);

}  // namespace tsunagi::api
