#include "server/ops/account.h"

#include "server/api/accounts.h"
#include "server/api/totp.h"
#include "server/config/config.h"
#include "server/desk/lost_channels.h"
#include "server/ops/runtime.h"
#include "server/store/keys.h"
#include "server/store/records.h"
#include "server/store/rocks_store.h"

#include <algorithm>
#include <filesystem>

namespace tsunagi::ops {
namespace {

const char* sentence(api::AccountRefusal refusal)
{
    switch (refusal) {
    case api::AccountRefusal::login_taken: return "this login already exists at this desk; choose another";
    case api::AccountRefusal::login_malformed: return "a login is 2 to 64 of the letters a-z 0-9 . _ -";
    case api::AccountRefusal::password_too_short: return "the password needs at least 10 characters";
    case api::AccountRefusal::name_missing: return "--name is what colleagues and people see; it cannot be empty";
    case api::AccountRefusal::no_such_login: return "this desk has no such login";
    case api::AccountRefusal::skill_malformed: return "at most 20 skills, each of 1 to 64 bytes, spelled as the flows spell them";
    case api::AccountRefusal::store_unavailable: return "the store could not keep the account; is the disk full?";
    }
    return "unknown";
}

bool knows_desk(const AccountOptions& options, std::ostream& err)
{
    const auto config = config::load(options.config_dir, config::Purpose::check);  // an account needs no channel's secret
    const bool known = std::any_of(config.desks.begin(), config.desks.end(),
                                   [&](const config::DeskConfig& desk) { return desk.id.text == options.desk; });
    if (!known) err << "tsunagi: config has no desk '" << options.desk << "'; the folders under desks/ are the ids\n";
    return known;
}

std::optional<handoff::Role> role_of(const std::string& name, std::ostream& err)
{
    const auto role = api::role_from_text(name);
    if (!role) err << "tsunagi: unknown role; one of counselor, supervisor, peer_concierge, desk_manager, auditor\n";
    return role;
}

std::string first_line(std::istream& in)
{
    std::string line;
    std::getline(in, line);
    return line;
}

using Outcome = net::awaitable<std::optional<api::AccountRefusal>>;

/// Opens the store for `work`, says what it refused, and answers the exit code.
template <class Work>
int with_store(const AccountOptions& options, std::ostream& err, Work work)
{
    try {
        std::filesystem::create_directories(options.data_dir);
        Runtime runtime(1);  // outlives the store, whose last answers are posted to its threads
        const auto store = store::open_rocks_store({.path = std::filesystem::path(options.data_dir) / "store"});
        std::optional<api::AccountRefusal> refusal;
        auto run = [&]() -> net::awaitable<void> {
            auto outcome = work(*store);
            refusal = co_await std::move(outcome);
        };
        runtime.run(run());
        runtime.stop();
        if (!refusal) return 0;
        err << "tsunagi: " << sentence(*refusal) << '\n';
        return 1;
    } catch (const std::exception& failure) {
        err << "tsunagi: " << failure.what() << '\n';
        return 1;
    }
}

Outcome add(store::Store& store, desk::Clock& clock, desk::Random& random, api::NewAccount account, bool unless_exists)
{
    const auto made = co_await api::add_account(store, clock, random, std::move(account));
    if (made.ok() || (unless_exists && made.error() == api::AccountRefusal::login_taken)) co_return std::nullopt;
    co_return made.error();
}

Outcome change(store::Store& store, desk::Clock& clock, const AccountOptions& options, api::AccountChange wanted)
{
    DeskId desk{options.desk};
    std::string login = options.login;
    const auto changed = co_await api::change_account(store, clock, std::move(desk), std::move(login), std::move(wanted));
    if (changed.ok()) co_return std::nullopt;
    co_return changed.error();
}

/// Nothing when the options do not say it; `err` tells. A new second factor's link goes to `uri`.
std::optional<api::AccountChange> change_of(AccountCommand command, const AccountOptions& options, std::istream& in, std::string& uri,
                                            std::ostream& err)
{
    switch (command) {
    case AccountCommand::disable: return api::Disable{};
    case AccountCommand::enable: return api::Enable{};
    case AccountCommand::password: return api::NewPassword{first_line(in)};
    case AccountCommand::role: {
        const auto role = role_of(options.role, err);
        return role ? std::optional<api::AccountChange>(api::NewRole{*role}) : std::nullopt;
    }
    case AccountCommand::skills: return api::NewSkills{options.skills};
    case AccountCommand::otp: {
        auto secret = api::new_totp_secret();
        uri = api::totp_uri(secret, options.login, options.desk);
        return api::SecondFactor{std::move(secret)};
    }
    case AccountCommand::otp_off: return api::SecondFactor{};
    }
    return std::nullopt;
}

net::awaitable<void> count_staff(store::Store& store, DeskId desk, StaffCounts& counts)
{
    auto range = store::staff_of(desk);
    const auto rows = co_await store.scan(std::move(range));
    for (const auto& row : rows) {
        const auto account = store::decode<store::StaffAccount>(row.value.bytes);
        const bool talks = account.ok() && !account->disabled && (account->role == handoff::Role::counselor || account->role == handoff::Role::supervisor ||
                                                                  account->role == handoff::Role::peer_concierge);
        if (talks) ++counts[desk.text];
    }
}

}  // namespace

int add_account(const AccountOptions& options, std::istream& in, std::ostream& err)
{
    const auto role = role_of(options.role, err);
    if (!role || !knows_desk(options, err)) return 1;
    const std::string password = first_line(in);
    desk::SystemClock clock;
    desk::SystemRandom random;
    return with_store(options, err, [&](store::Store& store) {
        return add(store, clock, random, {DeskId{options.desk}, options.login, *role, options.name, password}, options.unless_exists);
    });
}

int change_account(AccountCommand command, const AccountOptions& options, std::istream& in, std::ostream& out, std::ostream& err)
{
    if (!knows_desk(options, err)) return 1;
    // A mistyped folder would be made, and she told that the login is not there.
    if (!std::filesystem::exists(std::filesystem::path(options.data_dir) / "store")) {
        err << "tsunagi: there is no store in " << options.data_dir << '\n';
        return 1;
    }
    std::string uri;
    const auto wanted = change_of(command, options, in, uri, err);
    if (!wanted) return 1;
    desk::SystemClock clock;
    const int code = with_store(options, err, [&](store::Store& store) { return change(store, clock, options, *wanted); });
    if (code == 0 && !uri.empty()) out << uri << '\n';
    return code;
}

void look_into_store(const std::string& config_dir, const std::string& data_dir, DoctorOptions& options, std::ostream& err)
{
    const auto config = config::load(config_dir, config::Purpose::check);
    StaffCounts counts;
    std::vector<desk::LostChannel> lost;
    try {
        if (std::filesystem::is_directory(std::filesystem::path(data_dir) / "store")) {  // else nobody yet; makes nothing
            Runtime runtime(1);
            const auto store = store::open_rocks_store({.path = std::filesystem::path(data_dir) / "store"});
            auto look = [&]() -> net::awaitable<void> {
                for (const auto& desk : config.desks) {
                    DeskId id = desk.id;
                    co_await count_staff(*store, std::move(id), counts);
                }
                lost = co_await desk::lost_channels(*store, config);
            };
            runtime.run(look());
            runtime.stop();
        }
    } catch (const std::exception& failure) {
        err << "tsunagi: " << failure.what() << '\n';
        return;
    }
    options.staff = std::move(counts);
    if (!config.ok()) return;  // a desk whose file cannot be read is not gone
    for (const auto& one : lost) options.in_store.push_back({desk::what_happened(one), desk::what_to_do(one), desk::is_essential(one)});
}

}  // namespace tsunagi::ops
