#pragma once
#include "deploy/sandbox/faults.h"
#include "deploy/sandbox/json_read.h"
#include "deploy/sandbox/person_actions.h"
#include "deploy/sandbox/running_log.h"
#include "deploy/sandbox/webhooks.h"
#include "deploy/sandbox/world.h"
#include "server/http/server.h"

#include <functional>
#include <string>
#include <vector>

namespace tsunagi::sandbox {

/// An answer of the control API.
inline http::Response reply(unsigned status, const json& body) { return http::json_response(status, dump(body)); }

/// What the query says of `name`; empty when it does not.
inline std::string query_of(const http::Request& request, const char* name)
{
    const auto found = request.query.find(name);
    return found == request.query.end() ? std::string() : found->second;
}

/// The sandbox's own API under /_sandbox/: people and what they do, transcripts, logs, faults (README.md lists it).
/// For programs on this machine and for the phone page, for nobody else.
class Control {
public:
    Control(World& world, Faults& faults, RunningLog& requests, RunningLog& sent, WebhookSender& webhooks);

    /// Rows for the server's table. They refer to this object.
    std::vector<http::Route> routes();

    /// The refusal when the request comes from another machine, or from a web page that is not ours.
    static std::optional<http::Response> refuse_strangers(const http::Request& request);

private:
    using Answer = http::Response (Control::*)(const http::Request&, const json& body);
    using SlowAnswer = net::awaitable<http::Response> (Control::*)(http::Request);
    struct Row;
    struct SlowRow;
    static const std::vector<Row> rows;
    static const std::vector<SlowRow> slow_rows;
    net::awaitable<http::Response> serve(Answer answer, http::Request request);
    net::awaitable<http::Response> serve_slowly(SlowAnswer answer, http::Request request);

    // people
    http::Response list_channels(const http::Request&, const json&);
    http::Response list_people(const http::Request&, const json&);
    http::Response create_person(const http::Request&, const json&);
    http::Response send(const http::Request&, const json&);
    http::Response send_media(const http::Request&, const json&);
    http::Response follow(const http::Request&, const json&);
    http::Response unfollow(const http::Request&, const json&);
    http::Response unsend(const http::Request&, const json&);
    http::Response content(const http::Request&, const json&);
    http::Response rich_menu_image(const http::Request&, const json&);
    // what goes wrong
    http::Response get_faults(const http::Request&, const json&);
    http::Response add_faults(const http::Request&, const json&);
    http::Response clear_faults(const http::Request&, const json&);
    http::Response settings(const http::Request&, const json&);
    http::Response reset(const http::Request&, const json&);
    http::Response clear_requests(const http::Request&, const json&);
    // waiting for something
    net::awaitable<http::Response> transcript(http::Request);
    net::awaitable<http::Response> list_requests(http::Request);
    net::awaitable<http::Response> list_sent(http::Request);
    net::awaitable<http::Response> idle(http::Request);
    net::awaitable<http::Response> send_events(http::Request);

    Channel* channel_of(const http::Request& request);
    json about(const Channel& channel, const Person& person) const;
    json transcript_now(const Channel& channel, const Person& person, std::int64_t after) const;
    net::awaitable<http::Response> list(RunningLog* log, http::Request request);

    World& world_;
    Faults& faults_;
    RunningLog& requests_;
    RunningLog& sent_;
    WebhookSender& webhooks_;
    PersonActions actions_;
    Bell changed_;  ///< rings when a chat changes
};

}  // namespace tsunagi::sandbox
