#pragma once
#include "server/ops/doctor.h"

#include <istream>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace tsunagi::ops {

struct AccountOptions {
    std::string config_dir;
    std::string data_dir;
    std::string desk;
    std::string login;
    std::string role;
    std::string name;
    std::vector<std::string> skills;
    bool unless_exists = false;  ///< for scripts that run again: an existing login is success and stays as it is
};

/// `tsunagi account add`: the password is the first line of `in`. Returns the exit code and says on `err` what is wrong
/// and what to do. The server must not be running on the same data: the store belongs to one process.
int add_account(const AccountOptions& options, std::istream& in, std::ostream& err);

/// What `tsunagi account` does to an account that is there.
enum class AccountCommand { disable, enable, password, role, skills, otp, otp_off };

/// `tsunagi account disable|enable|password|role|skills|otp`: a new password is the first line of `in`; a new second factor's secret is
/// written to `out` once, as the link that authenticator apps take, and nowhere else. Ends the account's sessions. Otherwise as
/// add_account.
int change_account(AccountCommand command, const AccountOptions& options, std::istream& in, std::ostream& out, std::ostream& err);

/// What `tsunagi doctor` asks of the store: how many staff of each configured desk can talk with people, and whether config still names
/// the LINE channels by which people are known. Leaves `options` as it is when the store cannot be opened (a running server holds it); `err` says so.
void look_into_store(const std::string& config_dir, const std::string& data_dir, DoctorOptions& options, std::ostream& err);

}  // namespace tsunagi::ops
