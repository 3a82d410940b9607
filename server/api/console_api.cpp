#include "server/api/console_api.h"

#include "server/api/answers.h"
#include "server/api/audit.h"
#include "server/api/audit_page.h"
#include "server/api/body.h"
#include "server/api/call.h"
#include "server/api/booklet_page.h"
#include "server/api/commands.h"
#include "server/api/conversation_json.h"
#include "server/api/conversations.h"
#include "server/api/entrance.h"
#include "server/api/live.h"
#include "server/api/media.h"
#include "server/api/permissions.h"
#include "server/api/risk_pages.h"
#include "server/api/sessions.h"

namespace tsunagi::api {

struct ConsoleApi::Parts {
    Parts(desk::DeskService& d, ops::Metrics& m, const config::ServerConfig& c, net::any_io_executor pool)
        : desks(d), sessions(d, std::move(pool)), conversations(d), commands(d, conversations),
          media(d, conversations), risk_pages(d), audit(d), live(d.store(), sessions, d.clock(), d.random()),
          entrance(d, m, c, sessions, audit, live)
    {
    }

    desk::DeskService& desks;
    Sessions sessions;
    Conversations conversations;
    Commands commands;
    Media media;
    LineHooks line;
    std::function<void(const bot::Conversation&)> typing_listener;
    RiskPages risk_pages;
    Audit audit;
    Live live;
    Entrance entrance;

    using Handle = net::awaitable<http::Response> (Parts::*)(Call);

    // ------------------------------------------------------------------------ the way in

    net::awaitable<http::Response> guard(http::Request request, Needs needs, Handle handle)
    {
        auto call = co_await entrance.admit(std::move(request), needs);
        if (!call.ok()) co_return call.error();
        co_return co_await (this->*handle)(std::move(*call));
    }
    /// The same before a large body is taken in: a stranger's, or one for a conversation that is not the caller's, never is.
    net::awaitable<std::optional<http::Response>> body_gate(http::Request head)
    {
        const auto call = co_await entrance.admit(std::move(head), Needs::keyed_change);
        if (!call.ok()) co_return call.error();
        const auto seen = co_await conversations.visible(*call);
        if (!seen) co_return refuse(call->words, 404, "not_found");
        co_return std::nullopt;
    }

    // ------------------------------------------------------------------------ the caller

    net::awaitable<http::Response> me(Call call) { co_return answer(200, entrance.me_json(call.caller)); }

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
        co_return answer(200, entrance.me_json(call.caller));
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
        if (holds && typing_listener) typing_listener(*seen);
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

void ConsoleApi::on_typing(std::function<void(const bot::Conversation&)> listener) { parts_->typing_listener = std::move(listener); }

net::awaitable<void> ConsoleApi::sweep() { return parts_->sessions.sweep(); }

net::awaitable<void> ConsoleApi::end_duty_of_absent() { return parts_->sessions.end_duty_of_absent(); }

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
    add(Method::post, "/api/v1/session", [parts](http::Request request) { return parts->entrance.sign_in(std::move(request)); });
    add(Method::delete_, "/api/v1/session", [parts](http::Request request) { return parts->entrance.sign_out(std::move(request)); });
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
        return parts->live_gate(std::string(request.cookie("tsunagi_session")), parts->entrance.same_origin(request), parts->entrance.words(request));
    };
    live.live = [parts](http::Request request, std::shared_ptr<http::WebSocket> socket) {
        return parts->serve_live(std::move(request), std::move(socket));
    };
    routes.push_back(std::move(live));
    return routes;
}

}  // namespace tsunagi::api
