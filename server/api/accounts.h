#pragma once
#include "bot/base/result.h"
#include "handoff/roster/counselor.h"
#include "server/desk/clock.h"
#include "server/store/store.h"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tsunagi::api {

namespace net = boost::asio;

constexpr std::size_t password_characters_min = 10;
constexpr std::size_t skill_bytes_max = 64;      ///< "dv", "vi", 「年金」: shown beside a name
constexpr std::size_t skills_max = 20;
constexpr std::size_t password_bytes_max = 512;  ///< Argon2id hashes any length; this bounds the work

struct NewAccount {
    DeskId desk;
    std::string login;  ///< 2 to 64 of a-z 0-9 . _ -
    handoff::Role role = handoff::Role::counselor;
    std::string name;   ///< what colleagues and people see
    std::string password;
};

enum class AccountRefusal { login_taken, login_malformed, password_too_short, name_missing, no_such_login, skill_malformed, store_unavailable };

// What may become of an account. All of them end its sessions.
struct Disable {};  ///< signs in no more and is off duty; what it holds stays for colleagues to take over
struct Enable {};
struct NewPassword { std::string password; };
struct NewRole { handoff::Role role = handoff::Role::counselor; };
struct NewSkills { std::vector<std::string> skills; };  ///< as flows name what a counselor should be able to do; none: nothing in particular
struct SecondFactor { std::optional<std::string> totp_secret; };  ///< nothing: the password alone is enough
using AccountChange = std::variant<Disable, Enable, NewPassword, NewRole, NewSkills, SecondFactor>;

/// The role's name as the command line and the API spell it: counselor, supervisor, peer_concierge, desk_manager, auditor.
std::optional<handoff::Role> role_from_text(std::string_view text);
std::string_view to_text(handoff::Role role);

/// Makes a staff account. Blocks for about a tenth of a second (Argon2id).
net::awaitable<Result<CounselorId, AccountRefusal>> add_account(store::Store& store, desk::Clock& clock,
                                                                desk::Random& random, NewAccount account);

/// Changes the account `login` of `desk`, ends its sessions and notes it in the audit, all in one commit. The server must not
/// be running: it has the staff in memory. Blocks for about a tenth of a second where there is a password.
net::awaitable<Result<Done, AccountRefusal>> change_account(store::Store& store, desk::Clock& clock, DeskId desk, std::string login,
                                                            AccountChange change);

}  // namespace tsunagi::api
