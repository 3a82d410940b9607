#include "server/ops/account.h"

#include "server/api/accounts.h"
#include "server/config/config.h"
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
    case api::AccountRefusal::store_unavailable: return "the store could not keep the account; is the disk full?";
    }
    return "unknown";
}

}  // namespace

int add_account(const AccountOptions& options, std::istream& in, std::ostream& err)
{
    const auto config = config::load(options.config_dir, config::Purpose::check);  // an account needs no channel's secret
    const bool known_desk = std::any_of(config.desks.begin(), config.desks.end(),
                                        [&](const config::DeskConfig& desk) { return desk.id.text == options.desk; });
    if (!known_desk) {
        err << "tsunagi: config has no desk '" << options.desk << "'; the folders under desks/ are the ids\n";
        return 1;
    }
    const auto role = api::role_from_text(options.role);
    if (!role) {
        err << "tsunagi: unknown role; one of counselor, supervisor, peer_concierge, desk_manager, auditor\n";
        return 1;
    }
    std::string password;
    std::getline(in, password);

    try {
        std::filesystem::create_directories(options.data_dir);
        Runtime runtime(1);  // outlives the store, whose last answers are posted to its threads
        const auto store = store::open_rocks_store({.path = std::filesystem::path(options.data_dir) / "store"});
        desk::SystemClock clock;
        desk::SystemRandom random;
        std::optional<api::AccountRefusal> refusal;
        auto make = [&]() -> net::awaitable<void> {
            api::NewAccount account{DeskId{options.desk}, options.login, *role, options.name, password};
            const auto made = co_await api::add_account(*store, clock, random, std::move(account));
            if (!made.ok()) refusal = made.error();
        };
        runtime.run(make());
        runtime.stop();
        if (refusal == api::AccountRefusal::login_taken && options.unless_exists) return 0;
        if (!refusal) return 0;
        err << "tsunagi: " << sentence(*refusal) << '\n';
        return 1;
    } catch (const std::exception& failure) {
        err << "tsunagi: " << failure.what() << " (is the server running on this data? stop it first)\n";
        return 1;
    }
}

std::optional<StaffCounts> count_staff(const std::string& config_dir, const std::string& data_dir, std::ostream& err)
{
    const auto config = config::load(config_dir, config::Purpose::check);
    StaffCounts counts;
    try {
        if (!std::filesystem::is_directory(std::filesystem::path(data_dir) / "store")) return counts;  // nobody yet; makes nothing
        Runtime runtime(1);
        const auto store = store::open_rocks_store({.path = std::filesystem::path(data_dir) / "store"});
        auto count = [&]() -> net::awaitable<void> {
            for (const auto& desk : config.desks) {
                auto range = store::staff_of(desk.id);
                const auto rows = co_await store->scan(std::move(range));
                for (const auto& row : rows) {
                    const auto account = store::decode<store::StaffAccount>(row.value.bytes);
                    const bool talks = account.ok() && (account->role == handoff::Role::counselor || account->role == handoff::Role::supervisor ||
                                                        account->role == handoff::Role::peer_concierge);
                    if (talks) ++counts[desk.id.text];
                }
            }
        };
        runtime.run(count());
        runtime.stop();
        return counts;
    } catch (const std::exception& failure) {
        err << "tsunagi: " << failure.what() << " (is the server running on this data? stop it first)\n";
        return std::nullopt;
    }
}

}  // namespace tsunagi::ops
