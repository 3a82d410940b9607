#include "server/api/sessions.h"

#include "server/api/passwords.h"
#include "server/api/totp.h"
#include "server/ops/pool.h"
#include "server/store/keys.h"
#include "server/store/retention.h"

#include <openssl/sha.h>
#include <sodium.h>
#include <spdlog/spdlog.h>

#include <array>

namespace tsunagi::api {
namespace {

using store::Space;

constexpr std::size_t token_bytes = 32;
constexpr const char* cookie_attributes = "; Path=/; HttpOnly; SameSite=Strict";

std::string random_word()
{
    std::array<unsigned char, token_bytes> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::array<char, sodium_base64_ENCODED_LEN(token_bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text{};
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return text.data();
}

std::string key_of_token(const std::string& token)
{
    store::Hash hash{};
    SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), hash.data());
    return store::session_key(hash);
}

template <class Record>
std::optional<Record> decoded(const std::optional<store::Value>& value)
{
    if (!value) return std::nullopt;
    auto record = store::decode<Record>(value->bytes);
    if (!record.ok()) return std::nullopt;
    return std::move(record).value();
}

std::string session_owner(const DeskId& desk, const CounselorId& counselor) { return desk.text + '\n' + counselor.text; }

bool is_over(const store::ConsoleSession& session, TimePoint now)
{
    return now - session.created_at > session_life_max || now - session.last_seen_at > session_idle_max;
}

}  // namespace

net::awaitable<Result<SignedIn, SignInRefusal>> Sessions::sign_in(SignIn wanted)
{
    const auto now = desks_.clock().now();
    auto attempt = limits_.begin(wanted.peer, wanted.desk, wanted.login, now);
    if (!attempt.ok())
        co_return attempt.error() == SignInLimits::Refusal::busy ? SignInRefusal::busy : SignInRefusal::too_many_attempts;
    auto found = co_await account_of(wanted.desk, wanted.login);
    if (found && found->account.disabled) found.reset();
    const std::string hash = found ? found->account.password_hash : std::string();
    auto check = [hash, password = wanted.password] { return password_fits(hash, password); };
    const bool fits = co_await ops::run_on_pool(pool_, std::move(check));
    if (!fits) co_return SignInRefusal::login_failed;
    std::optional<std::uint64_t> step;
    if (const auto& secret = found->account.totp_secret) {
        if (!wanted.otp) {
            attempt->give_back();
            co_return SignInRefusal::otp_required;
        }
        step = totp_step(*secret, *wanted.otp, found->account.totp_step, now);
        if (!step) co_return SignInRefusal::otp_wrong;
    }
    auto opened = co_await open(std::move(*found), step);
    if (opened.ok()) attempt->succeeded();
    else if (opened.error() == SignInRefusal::unavailable) attempt->give_back();
    co_return opened;
}

net::awaitable<std::optional<Sessions::Found>> Sessions::account_of(DeskId desk, std::string login)
{
    std::string login_key = store::login_key(desk, login);
    const auto owner_row = co_await desks_.store().get(Space::staff, std::move(login_key));
    const auto owner = decoded<store::LoginOwner>(owner_row);
    if (!owner) co_return std::nullopt;
    std::string staff_key = store::staff_key(desk, owner->counselor);
    const auto row = co_await desks_.store().get(Space::staff, std::move(staff_key));
    auto account = decoded<store::StaffAccount>(row);
    if (!account) co_return std::nullopt;
    Found found{std::move(*account), row->version};
    co_return found;
}

/// `totp_step`: of the code that was given, used up in the same commit, so that of two sign-ins with it one is refused.
net::awaitable<Result<SignedIn, SignInRefusal>> Sessions::open(Found found, std::optional<std::uint64_t> totp_step)
{
    auto& account = found.account;
    SignedIn opened;
    opened.token = random_word();
    opened.caller.session = {.counselor = account.id,
                             .desk = account.desk,
                             .csrf = random_word(),
                             .created_at = desks_.clock().now(),
                             .last_seen_at = desks_.clock().now()};
    opened.caller.session_key = key_of_token(opened.token);
    store::Batch batch;
    batch.writes.push_back({Space::session, opened.caller.session_key, store::encode(opened.caller.session)});
    if (totp_step) {
        account.totp_step = *totp_step;
        const std::string key = store::staff_key(account.desk, account.id);
        batch.expects.push_back({Space::staff, key, found.version});
        batch.writes.push_back({Space::staff, key, store::encode(account)});
    }
    opened.caller.account = account;
    own(session_owner(account.desk, account.id), opened.caller.session_key);  // before it is there: no look may miss it
    const auto committed = co_await desks_.store().commit(std::move(batch));
    if (committed.ok()) co_return opened;
    disown(opened.caller.session_key);
    co_return committed.error() == store::CommitFailure::conflict ? SignInRefusal::otp_wrong : SignInRefusal::unavailable;
}

net::awaitable<Result<Caller, SessionRefusal>> Sessions::find(std::string token, Touch touch)
{
    if (token.empty()) co_return SessionRefusal::not_signed_in;
    Caller caller;
    caller.session_key = key_of_token(token);
    const auto row = co_await desks_.store().get(Space::session, caller.session_key);
    auto session = decoded<store::ConsoleSession>(row);
    if (!session) co_return SessionRefusal::not_signed_in;
    const auto now = desks_.clock().now();
    if (is_over(*session, now)) co_return SessionRefusal::session_expired;
    std::string staff_key = store::staff_key(session->desk, session->counselor);
    const auto staff_row = co_await desks_.store().get(Space::staff, std::move(staff_key));
    auto account = decoded<store::StaffAccount>(staff_row);
    if (!account || account->disabled) co_return SessionRefusal::not_signed_in;
    caller.session = std::move(*session);
    caller.account = std::move(*account);
    if (touch == Touch::yes && now - caller.session.last_seen_at > session_seen_every) co_await keep_seen(caller, row->version);
    co_return caller;
}

net::awaitable<void> Sessions::keep_seen(Caller caller, store::Version version)
{
    caller.session.last_seen_at = desks_.clock().now();
    store::Batch batch;
    batch.expects.push_back({Space::session, caller.session_key, version});  // never revives one that was signed out
    batch.writes.push_back({Space::session, caller.session_key, store::encode(caller.session)});
    co_await desks_.store().commit(std::move(batch));  // if it fails, the session merely looks idle for longer
}

net::awaitable<bool> Sessions::sign_out(Caller caller)
{
    store::Batch batch;
    batch.writes.push_back({Space::session, caller.session_key, std::nullopt});
    const auto committed = co_await desks_.store().commit(std::move(batch));
    if (committed.ok()) disown(caller.session_key);
    co_return committed.ok();
}

net::awaitable<void> Sessions::sweep()
{
    std::function<bool(const store::Row&)> over = [this, now = desks_.clock().now()](const store::Row& row) {
        const auto session = store::decode<store::ConsoleSession>(row.value.bytes);  // visits of the web chat lie here as well
        if (!session.ok() || !is_over(session.value(), now)) return false;
        disown(row.key);
        return true;
    };
    auto range = store::sessions_all();
    co_await store::forget_where(desks_.store(), std::move(range), std::move(over));
}

net::awaitable<void> Sessions::end_duty_of_absent(std::optional<CounselorId> only)
{
    // Who is on duty first, then who is signed in: who comes between the two looks is in neither.
    std::vector<handoff::Counselor> on_duty;
    for (const auto& desk : desks_.desks())
        for (auto& member : desks_.index().staff(desk.id))
            if (member.on_duty && (!only || member.id == *only)) on_duty.push_back(std::move(member));
    if (on_duty.empty()) co_return;
    if (!all_owned_) co_await find_owned();
    for (const auto& member : on_duty) {
        std::string owner = session_owner(member.desk, member.id);
        const bool is_here = co_await is_signed_in(std::move(owner));
        if (is_here) continue;
        const bool ended = co_await desks_.set_duty(member.desk, member.id, false);
        if (!ended) spdlog::warn("the duty of who is signed in no more could not be ended; tried again");
    }
}

/// The sessions from before the start. Once: beside them lie all visits of the web chat, which are many more.
net::awaitable<void> Sessions::find_owned()
{
    constexpr std::size_t page_rows = 500;
    auto range = store::sessions_all();
    range.limit = page_rows;
    for (;;) {
        const auto rows = co_await desks_.store().scan(range);
        for (const auto& row : rows)
            if (const auto session = store::decode<store::ConsoleSession>(row.value.bytes); session.ok())
                own(session_owner(session->desk, session->counselor), row.key);
        if (rows.size() < page_rows) break;
        range = store::resume_after(range, rows.back().key);
    }
    all_owned_ = true;
}

/// Whether one of `owner`'s sessions lives.
net::awaitable<bool> Sessions::is_signed_in(std::string owner)
{
    std::set<std::string> keys;
    {
        const std::lock_guard lock(owned_mutex_);
        if (const auto found = owned_.find(owner); found != owned_.end()) keys = found->second;
    }
    for (const auto& key : keys) {
        const auto row = co_await desks_.store().get(Space::session, key);
        const auto session = decoded<store::ConsoleSession>(row);
        if (session && !is_over(*session, desks_.clock().now())) co_return true;
    }
    co_return false;
}

void Sessions::own(const std::string& owner, const std::string& session_key)
{
    const std::lock_guard lock(owned_mutex_);
    owned_[owner].insert(session_key);
}

void Sessions::disown(const std::string& session_key)
{
    const std::lock_guard lock(owned_mutex_);
    for (auto& [owner, keys] : owned_) keys.erase(session_key);
    std::erase_if(owned_, [](const auto& one) { return one.second.empty(); });
}

std::string Sessions::cookie(const std::string& token, bool secure)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(session_life_max).count();
    return "tsunagi_session=" + token + cookie_attributes + "; Max-Age=" + std::to_string(seconds) + (secure ? "; Secure" : "");
}

std::string Sessions::cleared_cookie(bool secure)
{
    return std::string("tsunagi_session=") + cookie_attributes + "; Max-Age=0" + (secure ? "; Secure" : "");
}

}  // namespace tsunagi::api
