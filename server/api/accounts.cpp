#include "server/api/accounts.h"

#include "server/api/passwords.h"
#include "server/store/keys.h"
#include "server/store/records.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tsunagi::api {
namespace {

using store::Space;

constexpr std::array role_names{std::pair{handoff::Role::counselor, std::string_view("counselor")},
                                std::pair{handoff::Role::supervisor, std::string_view("supervisor")},
                                std::pair{handoff::Role::peer_concierge, std::string_view("peer_concierge")},
                                std::pair{handoff::Role::desk_manager, std::string_view("desk_manager")},
                                std::pair{handoff::Role::auditor, std::string_view("auditor")}};

bool is_login(std::string_view login)
{
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'; };
    return login.size() >= 2 && login.size() <= 64 && std::all_of(login.begin(), login.end(), fits);
}

/// Characters, not bytes: nine kanji are nine.
std::size_t characters(std::string_view utf8)
{
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

std::optional<handoff::Role> role_from_text(std::string_view text)
{
    for (const auto& [role, name] : role_names)
        if (name == text) return role;
    return std::nullopt;
}

std::string_view to_text(handoff::Role role)
{
    for (const auto& [known, name] : role_names)
        if (known == role) return name;
    return "unknown";
}

net::awaitable<Result<CounselorId, AccountRefusal>> add_account(store::Store& store, desk::Clock& clock,
                                                                desk::Random& random, NewAccount account)
{
    if (!is_login(account.login)) co_return AccountRefusal::login_malformed;
    if (account.name.empty()) co_return AccountRefusal::name_missing;
    if (characters(account.password) < password_characters_min || account.password.size() > password_bytes_max)
        co_return AccountRefusal::password_too_short;
    const std::string login_key = store::login_key(account.desk, account.login);
    const auto taken = co_await store.get(Space::staff, login_key);
    if (taken) co_return AccountRefusal::login_taken;

    store::StaffAccount staff;
    staff.id = CounselorId{make_ulid(clock.now(), random.bits())};
    staff.desk = account.desk;
    staff.login = account.login;
    staff.name = account.name;
    staff.role = account.role;
    staff.password_hash = hash_password(account.password);
    staff.duty_since = clock.now();
    store::Batch batch;
    batch.expects.push_back({Space::staff, login_key, store::absent});
    batch.writes.push_back({Space::staff, login_key, store::encode(store::LoginOwner{staff.id})});
    batch.writes.push_back({Space::staff, store::staff_key(staff.desk, staff.id), store::encode(staff)});
    batch.notices.push_back({staff.desk.text, "staff", "", 0});
    const auto committed = co_await store.commit(std::move(batch));
    if (committed.ok()) co_return staff.id;
    if (committed.error() == store::CommitFailure::conflict) co_return AccountRefusal::login_taken;
    co_return AccountRefusal::store_unavailable;
}

}  // namespace tsunagi::api
