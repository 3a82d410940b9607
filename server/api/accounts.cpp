#include "server/api/accounts.h"

#include "bot/base/text.h"
#include "server/api/passwords.h"
#include "server/api/permissions.h"
#include "server/store/keys.h"
#include "server/store/records.h"

#include <algorithm>
#include <array>
#include <stdexcept>
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

bool is_password(const std::string& text)
{
    return characters(text) >= password_characters_min && text.size() <= password_bytes_max;
}

bool are_skills(const std::vector<std::string>& skills)
{
    const auto fits = [](const std::string& skill) { return !skill.empty() && skill.size() <= skill_bytes_max && is_utf8(skill); };
    return skills.size() <= skills_max && std::all_of(skills.begin(), skills.end(), fits);
}

/// What is done to an account, and how the audit calls it.
struct Apply {
    store::StaffAccount& account;

    std::string operator()(const Disable&) const
    {
        account.disabled = true;
        account.on_duty = false;
        return "account.disabled";
    }
    std::string operator()(const Enable&) const
    {
        account.disabled = false;
        return "account.enabled";
    }
    std::string operator()(const NewPassword& change) const
    {
        account.password_hash = hash_password(change.password);
        return "account.password_changed";
    }
    std::string operator()(const NewRole& change) const
    {
        account.role = change.role;
        account.on_duty = account.on_duty && permissions_of(change.role).may_hold;
        return "account.role_changed";
    }
    std::string operator()(const NewSkills& change) const
    {
        account.skills = change.skills;
        return "account.skills_changed";
    }
    std::string operator()(const SecondFactor& change) const
    {
        account.totp_secret = change.totp_secret;
        account.totp_step = 0;
        return change.totp_secret ? "account.second_factor_set" : "account.second_factor_removed";
    }
};

/// Adds the deletion of every session of `account` to `batch`.
net::awaitable<void> end_sessions(store::Store& store, const store::StaffAccount& account, store::Batch& batch)
{
    constexpr std::size_t page_rows = 500;
    auto range = store::sessions_all();
    range.limit = page_rows;
    for (;;) {
        const auto rows = co_await store.scan(range);
        for (const auto& row : rows) {
            const auto session = store::decode<store::ConsoleSession>(row.value.bytes);  // visits of the web chat lie here as well
            if (session.ok() && session.value().desk == account.desk && session.value().counselor == account.id)
                batch.writes.push_back({Space::session, row.key, std::nullopt});
        }
        if (rows.size() < page_rows) co_return;
        range = store::resume_after(range, rows.back().key);
    }
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
    if (!is_password(account.password)) co_return AccountRefusal::password_too_short;
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

net::awaitable<Result<Done, AccountRefusal>> change_account(store::Store& store, desk::Clock& clock, DeskId desk, std::string login,
                                                            AccountChange change)
{
    if (const auto* password = std::get_if<NewPassword>(&change); password != nullptr && !is_password(password->password))
        co_return AccountRefusal::password_too_short;
    if (const auto* wanted = std::get_if<NewSkills>(&change); wanted != nullptr && !are_skills(wanted->skills)) co_return AccountRefusal::skill_malformed;
    std::string login_key = store::login_key(desk, login);
    const auto owner_row = co_await store.get(Space::staff, std::move(login_key));
    if (!owner_row) co_return AccountRefusal::no_such_login;
    const auto owner = store::decode<store::LoginOwner>(owner_row->bytes);
    if (!owner.ok()) throw std::runtime_error("login owner: " + std::string(to_text(owner.error())));
    const std::string key = store::staff_key(desk, owner.value().counselor);
    const auto row = co_await store.get(Space::staff, key);
    if (!row) co_return AccountRefusal::no_such_login;
    auto account = store::decode<store::StaffAccount>(row->bytes);
    if (!account.ok()) throw std::runtime_error("staff account: " + std::string(to_text(account.error())));

    store::AuditEntry note;
    note.at = clock.now();
    note.action = std::visit(Apply{*account}, change);
    note.subject = account->id.text;
    if (const auto* role = std::get_if<NewRole>(&change)) note.values["role"] = to_text(role->role);
    store::Batch batch;
    batch.expects.push_back({Space::staff, key, row->version});
    batch.writes.push_back({Space::staff, key, store::encode(*account)});
    batch.writes.push_back({Space::audit, store::audit_key(desk, note.at, 0), store::encode(note)});
    co_await end_sessions(store, *account, batch);
    const auto committed = co_await store.commit(std::move(batch));
    if (!committed.ok()) co_return AccountRefusal::store_unavailable;
    co_return Done{};
}

}  // namespace tsunagi::api
