#include "server/api/console_api.h"

#include "server/api/accounts.h"
#include "server/api/answers.h"
#include "server/api/audit.h"
#include "server/api/audit_page.h"
#include "server/api/body.h"
#include "server/api/call.h"
#include "server/api/booklet_page.h"
#include "server/api/commands.h"
#include "server/api/conversation_json.h"
#include "server/api/conversations.h"
#include "server/api/live.h"
#include "server/api/media.h"
#include "server/api/permissions.h"
#include "server/api/risk_pages.h"
#include "server/api/sessions.h"
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

/// What a route demands before its handler is called.
enum class Needs {
    session,         ///< a signed-in caller
    report,          ///< and the CSRF word; the page sends it by itself
    change,          ///< and the CSRF word
    keyed_change,    ///< and an Idempotency-Key
};

/// A person is there when she changes something, or when the page says that it heard a key or a pointer just now.
Touch touch_of(const http::Request& request, Needs needs)
{
    const bool acts = needs == Needs::change || needs == Needs::keyed_change;
    return acts || request.field("x-tsunagi-present") == "1" ? Touch::yes : Touch::no;
}

}  // namespace

struct ConsoleApi::Parts {
    Parts(desk::DeskService& d, ops::Metrics& m, const config::ServerConfig& c, net::any_io_executor pool)
        : desks(d), metrics(m), config(c), sessions(d, std::move(pool)), conversations(d), commands(d, conversations),
          media(d, conversations), risk_pages(d), audit(d), live(d.store(), sessions, d.clock(), d.random())
    {
    }

    desk::DeskService& desks;
    ops::Metrics& metrics;
    const config::ServerConfig& config;
    Sessions sessions;
    Conversations conversations;
    Commands commands;
    Media media;
    LineHooks line;
    RiskPages risk_pages;
    Audit audit;
    Live live;

    using Handle = net::awaitable<http::Response> (Parts::*)(Call);

    bool secure(const http::Request& request) const { return request.secure || config.public_url.starts_with("https://"); }

    /// Words to answer with when no desk is known: the first desk's catalogue.
    Words words(const http::Request& request, const DeskId* desk = nullptr) const
    {
        const DeskId& id = desk != nullptr ? *desk : desks.desks().front().id;
        return {desks.playbooks().current(id), reader_language(request)};
    }

    // ------------------------------------------------------------------------ the way in

    /// A caller who may make this request, or the answer to who may not.
    net::awaitable<Result<Call, http::Response>> admit(http::Request request, Needs needs)
    {
        std::string token(request.cookie("tsunagi_session"));
        auto caller = co_await sessions.find(std::move(token), touch_of(request, needs));
        if (!caller.ok()) {
            const bool expired = caller.error() == SessionRefusal::session_expired;
            co_return refuse(words(request), 401, expired ? "session_expired" : "not_signed_in");
        }
        if (desks.desk(caller->account.desk) == nullptr) co_return refuse(words(request), 401, "not_signed_in");
        const Words reader = words(request, &caller->account.desk);
        if (needs != Needs::session && !same_secret(request.field("x-tsunagi-csrf"), caller->session.csrf))
            co_return refuse(reader, 403, "csrf_wrong");
        if (needs == Needs::keyed_change && !is_ulid(request.field("idempotency-key")))
            co_return refuse(reader, 400, "idempotency_key_missing");
        Call call{std::move(request), std::move(*caller), reader};
        co_return call;
    }
    net::awaitable<http::Response> guard(http::Request request, Needs needs, Handle handle)
    {
        auto call = co_await admit(std::move(request), needs);
        if (!call.ok()) co_return call.error();
        co_return co_await (this->*handle)(std::move(*call));
    }
    /// The same before a large body is taken in: a stranger's, or one for a conversation that is not the caller's, never is.
    net::awaitable<std::optional<http::Response>> body_gate(http::Request head)
    {
        const auto call = co_await admit(std::move(head), Needs::keyed_change);
        if (!call.ok()) co_return call.error();
        const auto seen = co_await conversations.visible(*call);
        if (!seen) co_return refuse(call->words, 404, "not_found");
        co_return std::nullopt;
    }

    net::awaitable<http::Response> sign_in(http::Request request)
    {
        const auto body = body_of(request.body);
        const auto desk = body ? text_of(*body, "desk") : std::nullopt;
        const auto login = body ? text_of(*body, "login") : std::nullopt;
        const auto password = body ? text_of(*body, "password") : std::nullopt;
        if (!desk || !login || !password || desk->size() > desk_bytes_max || login->size() > login_bytes_max ||
            password->size() > password_bytes_max)
            co_return refuse(words(request), 400, "invalid_request");
        const DeskId id{*desk};
        if (desks.desk(id) == nullptr) {
            metrics.sign_in("login_failed");
            co_return refuse(words(request), 401, "login_failed");
        }
        const Words reader = words(request, &id);
        SignIn wanted{id, *login, *password, text_of(*body, "otp"), http::who_asks(request)};
        auto signed_in = co_await sessions.sign_in(std::move(wanted));
        if (!signed_in.ok()) co_return sign_in_refused(signed_in.error(), reader);
        metrics.sign_in("signed_in");
        Caller caller = signed_in->caller;
        co_await session_note(caller, "session.opened");
        auto response = answer(200, me_json(caller));
        response.fields.emplace_back("Set-Cookie", Sessions::cookie(signed_in->token, secure(request)));
        co_return response;
    }

    /// Not a coroutine itself: what it makes on the way is gone before anybody awaits.
    net::awaitable<bool> session_note(const Caller& caller, const char* action)
    {
        return audit.note(caller, action, caller.account.id.text, {});
    }

    http::Response sign_in_refused(SignInRefusal refusal, const Words& reader)
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
            metrics.sign_in(row.code);
            auto response = refuse(reader, row.status, row.code);
            if (row.status == 429)
                response.fields.emplace_back("Retry-After", std::to_string(std::chrono::seconds(SignInLimits::login_window).count()));
            return response;
        }
        return refuse(reader, 500, "internal");
    }

    /// Without a session it is done already.
    net::awaitable<http::Response> sign_out(http::Request request)
    {
        std::string token(request.cookie("tsunagi_session"));
        const bool is_secure = secure(request);
        auto caller = co_await sessions.find(std::move(token), Touch::no);
        if (caller.ok()) {
            if (!same_secret(request.field("x-tsunagi-csrf"), caller->session.csrf))
                co_return refuse(words(request), 403, "csrf_wrong");
            const bool ended = co_await sessions.sign_out(*caller);
            if (!ended) co_return refuse(words(request), 503, "unavailable");
            live.end_session(caller->session_key);
            co_await session_note(*caller, "session.closed");
        }
        http::Response response{204, {{"Cache-Control", "no-store"}}, {}};
        response.fields.emplace_back("Set-Cookie", Sessions::cleared_cookie(is_secure));
        co_return response;
    }

    // ------------------------------------------------------------------------ the caller

    json me_json(const Caller& caller) const
    {
        const auto role = permissions_of(caller.account.role);
        json value;
        const auto counselor = desks.index().counselor(caller.account.desk, caller.account.id);
        value["counselor"] = counselor ? colleague_json(*counselor) : json::object();
        value["desk"]["id"] = caller.account.desk.text;
        value["desk"]["name"] = desks.desk(caller.account.desk)->name;
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
    net::awaitable<http::Response> me(Call call) { co_return answer(200, me_json(call.caller)); }

    net::awaitable<http::Response> set_duty(Call call)
    {
        if (!permissions_of(call.caller.account.role).may_hold) co_return refuse(call.words, 403, "forbidden");
        const auto body = body_of(call.request.body);
        const auto on_duty = body ? flag_of(*body, "on_duty") : std::nullopt;
        if (!on_duty) co_return refuse(call.words, 400, "invalid_request");
        DeskId desk_id = call.desk();
        CounselorId counselor = call.caller.account.id;
        const bool kept = co_await desks.set_duty(std::move(desk_id), std::move(counselor), *on_duty);
        if (!kept) co_return refuse(call.words, 503, "unavailable");
        co_return answer(200, me_json(call.caller));
    }

    // ------------------------------------------------------------------------ forwarding, with the audit's notes

    net::awaitable<http::Response> noted(net::awaitable<http::Response> work, Caller caller, std::string action, std::string subject,
                                         std::map<std::string, std::string> values = {})
    {
        auto response = co_await std::move(work);
        if (response.status == 200) co_await audit.note(std::move(caller), std::move(action), std::move(subject), std::move(values));
        co_return response;
    }
    /// What shows somebody's words, or that somebody is there.
    net::awaitable<http::Response> noted_reading(net::awaitable<http::Response> work, Caller caller, std::string action, std::string subject)
    {
        auto response = co_await std::move(work);
        if (response.status == 200) co_await audit.note_reading(std::move(caller), std::move(action), std::move(subject));
        co_return response;
    }
    net::awaitable<http::Response> noted_conversation(net::awaitable<http::Response> work, Caller caller, std::string id)
    {
        return noted_reading(std::move(work), std::move(caller), "conversation.read", std::move(id));
    }
    net::awaitable<http::Response> list(Call call)
    {
        Caller caller = call.caller;
        std::string holder = call.request.query["holder"];
        return noted_reading(conversations.list(std::move(call)), std::move(caller), "list.read", std::move(holder));
    }
    net::awaitable<http::Response> staff(Call call) { return conversations.staff(std::move(call)); }
    net::awaitable<http::Response> desk_page(Call call)
    {
        auto low_quota = low_quota_json(channels_of(call), desks.clock().now());
        return conversations.desk(std::move(call), std::move(low_quota));
    }
    net::awaitable<http::Response> log(Call call)
    {
        Caller caller = call.caller;
        std::string id = call.capture("id");
        return noted_conversation(conversations.log(std::move(call)), std::move(caller), std::move(id));
    }
    net::awaitable<http::Response> detail(Call call)
    {
        Caller caller = call.caller;
        std::string id = call.capture("id");
        return noted_conversation(conversations.detail(std::move(call)), std::move(caller), std::move(id));
    }
    template <net::awaitable<http::Response> (Commands::*command)(Call)>
    net::awaitable<http::Response> noted_command(Call call, const char* action)
    {
        Caller caller = call.caller;
        std::string id = call.capture("id");
        return noted((commands.*command)(std::move(call)), std::move(caller), action, std::move(id));
    }
    net::awaitable<http::Response> claim(Call call) { return noted_command<&Commands::claim>(std::move(call), "conversation.claimed"); }
    net::awaitable<http::Response> transfer(Call call)
    {
        return noted_command<&Commands::transfer>(std::move(call), "conversation.transferred");
    }
    net::awaitable<http::Response> give_back(Call call)
    {
        return noted_command<&Commands::return_to_bot>(std::move(call), "conversation.returned");
    }
    net::awaitable<http::Response> close(Call call) { return noted_command<&Commands::close>(std::move(call), "conversation.closed"); }
    net::awaitable<http::Response> send_text(Call call) { return commands.send_text(std::move(call)); }
    net::awaitable<http::Response> add_note(Call call) { return commands.add_note(std::move(call)); }

    net::awaitable<http::Response> set_risk(Call call) { return noted_command<&Commands::set_risk>(std::move(call), "risk.set"); }
    net::awaitable<http::Response> end_disguise(Call call)
    {
        return noted_command<&Commands::end_disguise>(std::move(call), "disguise.ended");
    }
    net::awaitable<http::Response> set_safe_contact(Call call)
    {
        return noted_command<&Commands::set_safe_contact>(std::move(call), "safe_contact.changed");
    }
    net::awaitable<http::Response> dismiss_mark(Call call)
    {
        Caller caller = call.caller;
        std::string id = call.capture("id");
        std::map<std::string, std::string> values{{"seq", call.capture("seq")}};
        return noted(commands.dismiss_mark(std::move(call)), std::move(caller), "risk.dismissed", std::move(id), std::move(values));
    }
    net::awaitable<http::Response> try_text(Call call) { return risk_pages.try_text(std::move(call)); }
    net::awaitable<http::Response> dismissed(Call call)
    {
        Caller caller = call.caller;
        return noted_reading(risk_pages.dismissed(std::move(call)), std::move(caller), "risk.dismissed_read", {});
    }
    net::awaitable<http::Response> read_audit(Call call)
    {
        Caller caller = call.caller;
        return noted_reading(audit_page(desks, std::move(call)), std::move(caller), "audit.read", {});
    }
    net::awaitable<http::Response> show_booklet(Call call) { co_return booklet_page(call, desks.clock()); }
    /// Part of the log is on somebody's screen: kept for the day she withdraws something. When it is the screen of who
    /// answers her, LINE now shows her "read", and never sooner.
    net::awaitable<http::Response> has_on_screen(Call call)
    {
        auto seen = co_await conversations.visible(call);
        if (!seen) co_return refuse(call.words, 404, "not_found");
        const auto body = body_of(call.request.body);
        if (!body) co_return refuse(call.words, 400, "invalid_request");
        const auto from = seq_of(*body, "from");
        const auto to = seq_of(*body, "to");
        if (from && to) {
            const store::Sighting::Range shown{*from, *to};
            const DeskId desk = call.desk();
            const CounselorId by = call.caller.account.id;
            co_await desks.note_on_screen(desk, seen->id, by, shown);
        }
        const bool holds = seen->holder.is_counselor() && seen->holder.counselor == call.caller.account.id;
        if (holds && line.on_screen && !seen->mark_as_read_token.empty()) line.on_screen(std::move(*seen));
        co_return http::Response{204, {{"Cache-Control", "no-store"}}, {}};
    }
    std::vector<ChannelStatus> channels_of(const Call& call) const
    {
        return line.status ? line.status(call.desk()) : std::vector<ChannelStatus>();
    }
    /// Who answers her is writing: she may be shown it. A draft is nobody else's business, so nothing of it is told.
    net::awaitable<http::Response> is_typing(Call call)
    {
        auto seen = co_await conversations.visible(call);
        if (!seen) co_return refuse(call.words, 404, "not_found");
        const bool holds = seen->holder.is_counselor() && seen->holder.counselor == call.caller.account.id;
        if (holds && line.typing) line.typing(std::move(*seen));
        co_return http::Response{204, {{"Cache-Control", "no-store"}}, {}};
    }
    net::awaitable<http::Response> line_status(Call call)
    {
        if (!permissions_of(call.caller.account.role).may_see_line) co_return refuse(call.words, 403, "forbidden");
        json value;
        value["channels"] = json::array();
        for (auto& channel : channels_of(call)) {
            for (auto& remark : channel.remarks) remark = call.words.text("line.finding." + remark);
            value["channels"].push_back(channel_json(channel, desks.clock().now()));
        }
        co_return answer(200, value);
    }
    net::awaitable<http::Response> send_media(Call call)
    {
        auto sendable = media.sendable(call);
        if (!sendable.ok()) co_return refuse(call.words, 422, sendable.error());
        auto checked = std::move(sendable).value();
        call.request.body.clear();
        co_return co_await commands.send_media(std::move(call), std::move(checked));
    }
    net::awaitable<http::Response> show_media(Call call)
    {
        Caller caller = call.caller;
        std::string id = call.capture("id");
        return noted_conversation(media.show(std::move(call)), std::move(caller), std::move(id));
    }

    // ------------------------------------------------------------------------ live

    /// Browsers always name the page's origin; a page of another site must not open this socket with our cookie.
    bool same_origin(const http::Request& request) const
    {
        const std::string origin(request.field("origin"));
        const std::string host(request.field("host"));
        if (origin.empty() || host.empty()) return false;
        if (origin == config.public_url) return true;
        return origin == (request.secure ? "https://" : "http://") + host || origin == "https://" + host;
    }
    net::awaitable<std::optional<http::Response>> live_gate(std::string token, bool from_here, Words reader)
    {
        if (!from_here) co_return refuse(reader, 403, "origin_wrong");
        const auto caller = co_await sessions.find(std::move(token), Touch::no);
        if (!caller.ok()) co_return refuse(reader, 401, "not_signed_in");
        co_return std::nullopt;
    }
    net::awaitable<void> serve_live(http::Request request, std::shared_ptr<http::WebSocket> socket)
    {
        std::string token(request.cookie("tsunagi_session"));
        auto caller = co_await sessions.find(token, Touch::no);
        if (!caller.ok()) co_return socket->close(live_ended_session);
        co_await live.serve(std::move(*caller), std::move(token), std::move(socket));
    }
};

ConsoleApi::ConsoleApi(desk::DeskService& desks, ops::Metrics& metrics, const config::ServerConfig& config,
                       net::any_io_executor pool)
    : parts_(std::make_unique<Parts>(desks, metrics, config, std::move(pool)))
{
}
ConsoleApi::~ConsoleApi() = default;

void ConsoleApi::set_line(LineHooks hooks) { parts_->line = std::move(hooks); }

net::awaitable<void> ConsoleApi::sweep() { return parts_->sessions.sweep(); }

std::vector<http::Route> ConsoleApi::routes()
{
    using http::Method;
    struct Row {
        Method method;
        const char* path;
        Needs needs;
        Parts::Handle handle;
    };
    static const Row table[] = {
        {Method::get, "/api/v1/me", Needs::session, &Parts::me},
        {Method::put, "/api/v1/me/duty", Needs::keyed_change, &Parts::set_duty},
        {Method::get, "/api/v1/desk", Needs::session, &Parts::desk_page},
        {Method::get, "/api/v1/staff", Needs::session, &Parts::staff},
        {Method::get, "/api/v1/booklet", Needs::session, &Parts::show_booklet},
        {Method::get, "/api/v1/conversations", Needs::session, &Parts::list},
        {Method::get, "/api/v1/conversations/{id}", Needs::session, &Parts::detail},
        {Method::get, "/api/v1/conversations/{id}/messages", Needs::session, &Parts::log},
        {Method::get, "/api/v1/line", Needs::session, &Parts::line_status},
        {Method::post, "/api/v1/conversations/{id}/on-screen", Needs::report, &Parts::has_on_screen},
        {Method::post, "/api/v1/conversations/{id}/typing", Needs::change, &Parts::is_typing},
        {Method::get, "/api/v1/media/{id}/{seq}", Needs::session, &Parts::show_media},
        {Method::post, "/api/v1/conversations/{id}/messages", Needs::keyed_change, &Parts::send_text},
        {Method::post, "/api/v1/conversations/{id}/notes", Needs::keyed_change, &Parts::add_note},
        {Method::post, "/api/v1/conversations/{id}/claim", Needs::keyed_change, &Parts::claim},
        {Method::post, "/api/v1/conversations/{id}/transfer", Needs::keyed_change, &Parts::transfer},
        {Method::post, "/api/v1/conversations/{id}/return", Needs::keyed_change, &Parts::give_back},
        {Method::post, "/api/v1/conversations/{id}/close", Needs::keyed_change, &Parts::close},
        {Method::post, "/api/v1/conversations/{id}/risk", Needs::keyed_change, &Parts::set_risk},
        {Method::post, "/api/v1/conversations/{id}/disguise/end", Needs::keyed_change, &Parts::end_disguise},
        {Method::post, "/api/v1/conversations/{id}/entries/{seq}/risk/dismiss", Needs::keyed_change, &Parts::dismiss_mark},
        {Method::put, "/api/v1/conversations/{id}/safe-contact", Needs::keyed_change, &Parts::set_safe_contact},
        {Method::post, "/api/v1/risk/try", Needs::change, &Parts::try_text},
        {Method::get, "/api/v1/risk/dismissed", Needs::session, &Parts::dismissed},
        {Method::get, "/api/v1/audit", Needs::session, &Parts::read_audit},
    };
    Parts* parts = parts_.get();
    std::vector<http::Route> routes;
    const auto add = [&routes](Method method, const char* path, http::Handler handler) {
        routes.push_back({.method = method, .pattern = path, .handler = std::move(handler), .body_limit_bytes = body_bytes_max});
    };
    add(Method::post, "/api/v1/session", [parts](http::Request request) { return parts->sign_in(std::move(request)); });
    add(Method::delete_, "/api/v1/session", [parts](http::Request request) { return parts->sign_out(std::move(request)); });
    for (const Row& row : table)
        add(row.method, row.path, [parts, row](http::Request request) { return parts->guard(std::move(request), row.needs, row.handle); });

    http::Route upload{.method = Method::post, .pattern = "/api/v1/conversations/{id}/media", .handler = {}};
    upload.handler = [parts](http::Request request) { return parts->guard(std::move(request), Needs::keyed_change, &Parts::send_media); };
    upload.body_limit_bytes = sent_file_bytes_max;
    upload.body_gate = [parts](const http::Request& head) { return parts->body_gate(head); };
    routes.push_back(std::move(upload));

    http::Route live;
    live.pattern = "/api/v1/live";
    live.live_gate = [parts](const http::Request& request) {
        return parts->live_gate(std::string(request.cookie("tsunagi_session")), parts->same_origin(request), parts->words(request));
    };
    live.live = [parts](http::Request request, std::shared_ptr<http::WebSocket> socket) {
        return parts->serve_live(std::move(request), std::move(socket));
    };
    routes.push_back(std::move(live));
    return routes;
}

}  // namespace tsunagi::api
