#include "server/api/sessions.h"

#include "server/api/passwords.h"
#include "server/api/totp.h"
#include "server/ops/pool.h"
#include "server/store/keys.h"

#include <openssl/sha.h>
#include <sodium.h>

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

}  // namespace

net::awaitable<Result<SignedIn, SignInRefusal>> Sessions::sign_in(SignIn wanted)
{
    const auto now = desks_.clock().now();
    if (attempts_.too_many(wanted.peer, now)) co_return SignInRefusal::too_many_attempts;
    const auto account = co_await account_of(wanted.desk, wanted.login);
    if (account && account->locked_until && *account->locked_until > now) co_return SignInRefusal::too_many_attempts;

    const std::string hash = account ? account->password_hash : std::string();
    auto check = [hash, password = wanted.password] { return password_fits(hash, password); };
    const bool fits = co_await ops::run_on_pool(pool_, std::move(check));
    if (!fits) {
        attempts_.failed(wanted.peer, now);
        if (account) co_await note_failure(*account);
        co_return SignInRefusal::login_failed;
    }
    if (account->totp_secret) {
        if (!wanted.otp) co_return SignInRefusal::otp_required;
        if (!totp_fits(*account->totp_secret, *wanted.otp, now)) {
            attempts_.failed(wanted.peer, now);
            co_await note_failure(*account);
            co_return SignInRefusal::otp_wrong;
        }
    }
    auto opened = co_await open(*account);
    if (!opened) co_return SignInRefusal::unavailable;
    co_return std::move(*opened);
}

net::awaitable<std::optional<store::StaffAccount>> Sessions::account_of(DeskId desk, std::string login)
{
    std::string login_key = store::login_key(desk, login);
    const auto owner_row = co_await desks_.store().get(Space::staff, std::move(login_key));
    const auto owner = decoded<store::LoginOwner>(owner_row);
    if (!owner) co_return std::nullopt;
    std::string staff_key = store::staff_key(desk, owner->counselor);
    const auto row = co_await desks_.store().get(Space::staff, std::move(staff_key));
    co_return decoded<store::StaffAccount>(row);
}

/// Counts in the store, so that a restart does not hand out new guesses. Losing the race against another count is fine.
net::awaitable<void> Sessions::note_failure(store::StaffAccount account)
{
    const std::string key = store::staff_key(account.desk, account.id);
    const auto row = co_await desks_.store().get(Space::staff, key);
    auto fresh = decoded<store::StaffAccount>(row);
    if (!fresh) co_return;
    if (++fresh->failed_attempts >= account_attempts_max) {
        fresh->failed_attempts = 0;
        fresh->locked_until = desks_.clock().now() + account_rest;
    }
    store::Batch batch;
    batch.expects.push_back({Space::staff, key, row->version});
    batch.writes.push_back({Space::staff, key, store::encode(*fresh)});
    co_await desks_.store().commit(std::move(batch));
}

net::awaitable<std::optional<SignedIn>> Sessions::open(store::StaffAccount account)
{
    SignedIn opened;
    opened.token = random_word();
    opened.caller.session = {.counselor = account.id,
                             .desk = account.desk,
                             .csrf = random_word(),
                             .created_at = desks_.clock().now(),
                             .last_seen_at = desks_.clock().now()};
    opened.caller.session_key = key_of_token(opened.token);
    opened.caller.account = account;
    store::Batch batch;
    batch.writes.push_back({Space::session, opened.caller.session_key, store::encode(opened.caller.session)});
    if (account.failed_attempts > 0 || account.locked_until) {
        const std::string key = store::staff_key(account.desk, account.id);
        const auto row = co_await desks_.store().get(Space::staff, key);
        if (auto fresh = decoded<store::StaffAccount>(row)) {
            fresh->failed_attempts = 0;
            fresh->locked_until.reset();
            batch.expects.push_back({Space::staff, key, row->version});
            batch.writes.push_back({Space::staff, key, store::encode(*fresh)});
        }
    }
    const auto committed = co_await desks_.store().commit(std::move(batch));
    if (!committed.ok()) co_return std::nullopt;
    co_return opened;
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
    if (now - session->created_at > session_life_max || now - session->last_seen_at > session_idle_max)
        co_return SessionRefusal::session_expired;
    std::string staff_key = store::staff_key(session->desk, session->counselor);
    const auto staff_row = co_await desks_.store().get(Space::staff, std::move(staff_key));
    auto account = decoded<store::StaffAccount>(staff_row);
    if (!account) co_return SessionRefusal::not_signed_in;
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
    co_return committed.ok();
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
