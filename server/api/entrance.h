#pragma once
#include "server/api/audit.h"
#include "server/api/body.h"
#include "server/api/call.h"
#include "server/api/live.h"
#include "server/api/sessions.h"
#include "server/config/config.h"
#include "server/desk/desk_service.h"
#include "server/ops/metrics.h"

namespace tsunagi::api {

/// What a route demands before its handler is called.
enum class Needs {
    session,         ///< a signed-in caller
    report,          ///< and the CSRF word; the page sends it by itself
    change,          ///< and the CSRF word
    keyed_change,    ///< and an Idempotency-Key
};

/// The way into the console: signing in and out, and who may make a request at all. Thread-safe; the references outlive it.
class Entrance {
public:
    Entrance(desk::DeskService& desks, ops::Metrics& metrics, const config::ServerConfig& config, Sessions& sessions, Audit& audit,
             Live& live)
        : desks_(desks), metrics_(metrics), config_(config), sessions_(sessions), audit_(audit), live_(live)
    {
    }

    /// A caller who may make this request, or the answer to who may not: 401 `not_signed_in`, `session_expired`; 403 `csrf_wrong`;
    /// 400 `idempotency_key_missing`.
    net::awaitable<Result<Call, http::Response>> admit(http::Request request, Needs needs);

    /// The session and its cookie; or 400, 401 `login_failed`, `otp_required`, `otp_wrong`, 403 `origin_wrong`, 429, 503.
    net::awaitable<http::Response> sign_in(http::Request request);
    /// 204, also without a session: then it is done already. 403 `csrf_wrong`, 503.
    net::awaitable<http::Response> sign_out(http::Request request);

    /// Words to answer with when no desk is known: the first desk's catalogue.
    Words words(const http::Request& request, const DeskId* desk = nullptr) const;
    bool same_origin(const http::Request& request) const { return http::same_origin(request, config_.public_url); }
    /// Who the caller is and what her role may do; openapi.yaml `Me`.
    json me_json(const Caller& caller) const;

private:
    bool secure(const http::Request& request) const;
    net::awaitable<bool> session_note(const Caller& caller, const char* action);
    http::Response sign_in_refused(SignInRefusal refusal, const Words& reader);

    desk::DeskService& desks_;
    ops::Metrics& metrics_;
    const config::ServerConfig& config_;
    Sessions& sessions_;
    Audit& audit_;
    Live& live_;
};

}  // namespace tsunagi::api
