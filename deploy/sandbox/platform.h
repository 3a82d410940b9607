#pragma once
#include "deploy/sandbox/checker.h"
#include "deploy/sandbox/faults.h"
#include "deploy/sandbox/running_log.h"
#include "deploy/sandbox/webhooks.h"
#include "deploy/sandbox/world.h"
#include "server/http/server.h"

#include <optional>
#include <string>
#include <vector>

namespace tsunagi::sandbox {

/// A request to one of LINE's endpoints, its sender known and its body read.
struct Call {
    const http::Request& request;
    Channel& channel;
    const json& body;  ///< of endpoints that take JSON; null for the others
    std::string request_id;
    std::string retry_key;  ///< empty when none was sent
    std::vector<std::string>& notes;  ///< what a tester should know of this request, for the log

    /// A `{name}` part of the path.
    std::string capture(const char* name) const;
    std::string query(const char* name) const;
};

struct Answer {
    unsigned status = 200;
    json body = json::object();
    http::Fields fields{};
    std::string media_type{};  ///< when not empty, `bytes` are the answer and not `body`
    std::string bytes{};
};

/// LINE's error body (facts.md 51). `details` is left out when there are none.
Answer refuse(unsigned status, const std::string& message);
Answer refuse_body(const std::vector<Problem>& details);
/// `The property, 'to', in the request body is invalid (line: -, column: -)`
Answer refuse_property(const std::string& property);

/// What an endpoint wants of a request before it is called.
enum Wants : unsigned {
    nothing = 0,
    json_body = 1,       ///< application/json, an object
    retry_key = 2,       ///< X-Line-Retry-Key may be sent; elsewhere it is a 400 (facts.md 80)
    no_token = 4,        ///< no Authorization
    any_media = 8,       ///< a body of its own kind
};

/// One row of the table of endpoints.
struct Endpoint {
    http::Method method;
    const char* pattern;
    Answer (*answer)(World&, Call&);
    unsigned wants = nothing;
};

// The tables, each in its own file.
extern const std::vector<Endpoint> message_endpoints;    // message_api.cpp
extern const std::vector<Endpoint> account_endpoints;    // account_api.cpp
extern const std::vector<Endpoint> rich_menu_endpoints;  // rich_menu_api.cpp
extern const std::vector<Endpoint> oauth_endpoints;      // oauth_api.cpp

/// Answers as api.line.me and api-data.line.me do, both on one address: token, body, rules, faults, log.
class Platform {
public:
    /// The header field that makes the gate cut the connection.
    using CutField = std::pair<std::string, std::string>;

    Platform(World& world, Faults& faults, RunningLog& log, WebhookSender& webhooks, CutField cut);

    /// The rows for the server's table. They refer to this object.
    std::vector<http::Route> routes();

private:
    net::awaitable<http::Response> serve(const Endpoint* endpoint, http::Request request);
    net::awaitable<http::Response> test_webhook(http::Request request);

    Answer answer(const Endpoint* endpoint, const http::Request& request, const std::string& request_id,
                  std::vector<std::string>& notes);
    std::string channel_of(const http::Request& request) const;
    http::Response finish(const http::Request& request, const std::string& request_id, Answer answer,
                          const std::vector<std::string>& notes);

    World& world_;
    Faults& faults_;
    RunningLog& log_;
    WebhookSender& webhooks_;
    CutField cut_;
};

}  // namespace tsunagi::sandbox
