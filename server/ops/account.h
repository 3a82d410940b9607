#pragma once
#include <istream>
#include <ostream>
#include <string>

namespace tsunagi::ops {

struct AccountOptions {
    std::string config_dir;
    std::string data_dir;
    std::string desk;
    std::string login;
    std::string role;
    std::string name;
    bool unless_exists = false;  ///< for scripts that run again: an existing login is success and stays as it is
};

/// `tsunagi account add`: the password is the first line of `in`. Returns the exit code and says on `err` what is wrong
/// and what to do. The server must not be running on the same data: the store belongs to one process.
int add_account(const AccountOptions& options, std::istream& in, std::ostream& err);

}  // namespace tsunagi::ops
