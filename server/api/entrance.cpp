#include "server/api/entrance.h"

#include "server/api/accounts.h"
#include "server/api/answers.h"
#include "server/api/conversation_json.h"
#include "server/api/permissions.h"
#include "server/http/peer.h"

#include <openssl/crypto.h>

#include <array>

namespace tsunagi::api {
namespace {

constexpr std::size_t login_bytes_max = 128;
constexpr std::size_t desk_bytes_max = 64;

bool same_secret(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

/// A person is there when she changes something, or when the page says that it heard a key or a pointer just now.
Touch touch_of(const http::Request& request, Needs needs)
{
    const bool acts = needs == Needs::change || needs == Needs::keyed_change;
    return acts || request.field("x-tsunagi-present") == "1" ? Touch::yes : Touch::no;
}

}  // namespace

net::awaitable<Result<Call, http::Response>> Entrance::admit(http::Request request, Needs needs)
{
    std::string token(request.cookie("tsunagi_session"));
    auto caller = co_await sessions_.find(std::move(token), touch_of(request, needs));
    if (!caller.ok()) {
        const bool expired = caller.error() == SessionRefusal::session_expired;
        co_return refuse(words(request), 401, expired ? "session_expired" : "not_signed_in");
    }
    if (desks_.desk(caller->account.desk) == nullptr) co_return refuse(words(request), 401, "not_signed_in");
    const Words reader = words(request, &caller->account.desk);
    if (needs != Needs::session && !same_secret(request.field("x-tsunagi-csrf"), caller->session.csrf))
        co_return refuse(reader, 403, "csrf_wrong");
    if (needs == Needs::keyed_change && !is_ulid(request.field("idempotency-key")))
        co_return refuse(reader, 400, "idempotency_key_missing");
    Call call{std::move(request), std::move(*caller), reader};
    co_return call;
}

net::awaitable<http::Response> Entrance::sign_in(http::Request request)
{
    // There is no CSRF word yet. A page of another site could sign a counselor in under somebody else's name, or use up her
    // office's attempts; browsers name the origin of every POST, programs that are no browser name none.
    if (!request.field("origin").empty() && !same_origin(request)) co_return refuse(words(request), 403, "origin_wrong");
    const auto body = body_of(request.body);
    const auto desk = body ? text_of(*body, "desk") : std::nullopt;
    const auto login = body ? text_of(*body, "login") : std::nullopt;
    const auto password = body ? text_of(*body, "password") : std::nullopt;
    if (!desk || !login || !password || desk->size() > desk_bytes_max || login->size() > login_bytes_max ||
        password->size() > password_bytes_max)
        co_return refuse(words(request), 400, "invalid_request");
    const DeskId id{*desk};
    if (desks_.desk(id) == nullptr) {
        metrics_.sign_in("login_failed");
        co_return refuse(words(request), 401, "login_failed");
    }
    const Words reader = words(request, &id);
    SignIn wanted{id, *login, *password, text_of(*body, "otp"), http::who_asks(request)};
    auto signed_in = co_await sessions_.sign_in(std::move(wanted));
    if (!signed_in.ok()) co_return sign_in_refused(signed_in.error(), reader);
    metrics_.sign_in("signed_in");
    Caller caller = signed_in->caller;
    co_await session_note(caller, "session.opened");
    auto response = answer(200, me_json(caller));
    response.fields.emplace_back("Set-Cookie", Sessions::cookie(signed_in->token, secure(request)));
    co_return response;
}

/// Not a coroutine itself: what it makes on the way is gone before anybody awaits.
net::awaitable<bool> Entrance::session_note(const Caller& caller, const char* action)
{
    return audit_.note(caller, action, caller.account.id.text, {});
}

http::Response Entrance::sign_in_refused(SignInRefusal refusal, const Words& reader)
{
    struct Row {
        SignInRefusal refusal;
        unsigned status;
        const char* code;
    };
    constexpr std::array table{Row{SignInRefusal::login_failed, 401, "login_failed"},
                               Row{SignInRefusal::otp_required, 401, "otp_required"},
                               Row{SignInRefusal::otp_wrong, 401, "otp_wrong"},
                               Row{SignInRefusal::too_many_attempts, 429, "too_many_attempts"},
                               Row{SignInRefusal::busy, 503, "busy"},
                               Row{SignInRefusal::unavailable, 503, "unavailable"}};
    for (const auto& row : table) {
        if (row.refusal != refusal) continue;
        metrics_.sign_in(row.code);
        auto response = refuse(reader, row.status, row.code);
        if (row.status == 429)
            response.fields.emplace_back("Retry-After", std::to_string(std::chrono::seconds(SignInLimits::login_window).count()));
        return response;
    }
    return refuse(reader, 500, "internal");
}

net::awaitable<http::Response> Entrance::sign_out(http::Request request)
{
    std::string token(request.cookie("tsunagi_session"));
    const bool is_secure = secure(request);
    auto caller = co_await sessions_.find(std::move(token), Touch::no);
    if (caller.ok()) {
        if (!same_secret(request.field("x-tsunagi-csrf"), caller->session.csrf))
            co_return refuse(words(request), 403, "csrf_wrong");
        const bool ended = co_await sessions_.sign_out(*caller);
        if (!ended) co_return refuse(words(request), 503, "unavailable");
        live_.end_session(caller->session_key);
        co_await session_note(*caller, "session.closed");
        const std::optional<CounselorId> leaver = caller->account.id;
        co_await sessions_.end_duty_of_absent(leaver);
    }
    http::Response response{204, {{"Cache-Control", "no-store"}}, {}};
    response.fields.emplace_back("Set-Cookie", Sessions::cleared_cookie(is_secure));
    co_return response;
}

json Entrance::me_json(const Caller& caller) const
{
    const auto role = permissions_of(caller.account.role);
    json value;
    const auto counselor = desks_.index().counselor(caller.account.desk, caller.account.id);
    value["counselor"] = counselor ? colleague_json(*counselor) : json::object();
    value["desk"]["id"] = caller.account.desk.text;
    value["desk"]["name"] = desks_.desk(caller.account.desk)->name;
    json lists = json::array();
    for (const char* name : {"queue", "mine", "bot", "counselor", "closed"})
        if (std::string_view(name) == "mine" ? role.lists_own : role.lists_all) lists.push_back(name);
    value["permissions"]["lists"] = std::move(lists);
    value["permissions"]["may_hold"] = role.may_hold;
    value["permissions"]["may_take_over"] = role.may_take_over;
    value["permissions"]["may_note"] = role.may_note;
    value["permissions"]["may_try_rules"] = role.may_try_rules;
    value["permissions"]["may_see_line"] = role.may_see_line;
    value["permissions"]["may_audit"] = role.may_audit;
    value["csrf"] = caller.session.csrf;
    return value;
}

bool Entrance::secure(const http::Request& request) const
{
    return request.secure || config_.public_url.starts_with("https://");
}

Words Entrance::words(const http::Request& request, const DeskId* desk) const
{
    const DeskId& id = desk != nullptr ? *desk : desks_.desks().front().id;
    return {desks_.playbooks().current(id), reader_language(request)};
}

}  // namespace tsunagi::api
