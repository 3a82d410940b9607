#include "deploy/sandbox/platform.h"
#include "deploy/sandbox/ids.h"
#include "deploy/sandbox/json_read.h"

namespace tsunagi::sandbox {
namespace {

constexpr std::size_t request_bytes_max = 2u << 20;  // facts.md 49
constexpr std::size_t read_bytes_max = 3u << 20;     // taken in, so that what is too large is refused in LINE's words
constexpr int json_depth_max = 100;                  // deeper would only exhaust the stack of whoever prints it
constexpr std::int64_t hang_ms = 25'000;             // longer than any client's patience, shorter than the server's own

/// Nothing when the text is no JSON or nested absurdly deep.
std::optional<json> parse(const std::string& text)
{
    bool too_deep = false;
    const auto watch_depth = [&](int depth, json::parse_event_t, json&) {
        too_deep = too_deep || depth > json_depth_max;
        return !too_deep;
    };
    json value = json::parse(text, watch_depth, false);
    if (too_deep || value.is_discarded()) return std::nullopt;
    return value;
}

bool is_json_type(std::string_view content_type) { return content_type.substr(0, content_type.find(';')) == "application/json"; }

/// The request as a tester wants to see it: everything but the token.
json log_row(const http::Request& request, const std::string& request_id, const Answer& answer,
             const std::vector<std::string>& notes)
{
    json headers = json::object();
    for (const auto& [name, value] : request.fields) {
        std::string lower = name;
        for (char& letter : lower) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        if (lower != "authorization") headers[lower] = value;
    }
    json row = json::object();
    row["at_ms"] = now_ms();
    row["method"] = method_name(request.method);
    row["path"] = request.path;
    // Token requests carry secrets in query and answer; of those the log keeps only that they were made.
    const bool secret = request.path.rfind("/oauth2/", 0) == 0 || request.path.rfind("/v2/oauth/", 0) == 0;
    if (!request.query.empty() && !secret) row["query"] = request.query;
    row["headers"] = std::move(headers);
    row["bytes"] = request.body.size();
    if (auto body = parse(request.body); body && !secret) row["body"] = std::move(*body);
    row["status"] = answer.status;
    row["request_id"] = request_id;
    if (answer.media_type.empty() && !secret) row["answer"] = answer.body;
    if (!notes.empty()) row["notes"] = notes;
    return row;
}

Answer answer_of(const Fault& fault)
{
    switch (fault.effect) {
    case Effect::rate_limit: return refuse(429, "The API rate limit has been exceeded. Try again later.");
    case Effect::monthly_limit: return refuse(429, "You have reached your monthly limit.");
    case Effect::too_many_to_user: return refuse(429, "Too many messages have been sent to the same user.");
    case Effect::too_many_operations: return refuse(429, "Too many concurrent operations.");
    case Effect::html: {
        Answer edge{.status = fault.status == 500 ? 502 : fault.status, .media_type = "text/html"};
        edge.bytes = "<html><head><title>Bad Gateway</title></head><body>Bad Gateway</body></html>";
        return edge;
    }
    case Effect::close:
    case Effect::hang: return refuse(503, "Service Unavailable");  // nobody hears it
    default: break;
    }
    Answer told{.status = fault.status};
    if (!fault.body.is_null()) told.body = fault.body;
    else if (fault.status >= 400) told.body["message"] = fault.status == 500 ? "Internal server error" : "Error";
    return told;
}

bool spoils_answer(Effect effect) { return effect != Effect::none && effect != Effect::revoke_tokens; }

bool never_arrives(const Fault& fault) { return !fault.after && spoils_answer(fault.effect); }

}  // namespace

std::string Call::capture(const char* name) const
{
    const auto found = request.captures.find(name);
    return found == request.captures.end() ? std::string{} : found->second;
}

std::string Call::query(const char* name) const
{
    const auto found = request.query.find(name);
    return found == request.query.end() ? std::string{} : found->second;
}

Answer refuse(unsigned status, const std::string& message)
{
    Answer answer{.status = status};
    answer.body["message"] = message;
    return answer;
}

Answer refuse_body(const std::vector<Problem>& details)
{
    Answer answer = refuse(400, "The request body has " + std::to_string(details.size()) + " error(s)");
    json rows = json::array();
    for (const Problem& problem : details) {
        json row = json::object();
        row["message"] = problem.message;
        row["property"] = problem.property;
        rows.push_back(std::move(row));
    }
    answer.body["details"] = std::move(rows);
    return answer;
}

Answer refuse_property(const std::string& property)
{
    return refuse(400, "The property, '" + property + "', in the request body is invalid (line: -, column: -)");
}

Platform::Platform(World& world, Faults& faults, RunningLog& log, WebhookSender& webhooks, CutField cut)
    : world_(world), faults_(faults), log_(log), webhooks_(webhooks), cut_(std::move(cut))
{
}

std::vector<http::Route> Platform::routes()
{
    std::vector<http::Route> routes;
    const auto add = [&](http::Method method, const char* pattern, http::Handler handler) {
        http::Route route;
        route.method = method;
        route.pattern = pattern;
        route.handler = std::move(handler);
        route.body_limit_bytes = read_bytes_max;
        routes.push_back(std::move(route));
    };
    for (const auto* table : {&message_endpoints, &account_endpoints, &rich_menu_endpoints, &oauth_endpoints})
        for (const Endpoint& endpoint : *table)
            add(endpoint.method, endpoint.pattern,
                [this, row = &endpoint](http::Request request) { return serve(row, std::move(request)); });
    add(http::Method::post, "/v2/bot/channel/webhook/test",
        [this](http::Request request) { return test_webhook(std::move(request)); });
    // What the sandbox does not know is answered and logged too, so that a test sees a call to a wrong path.
    for (const auto method : {http::Method::get, http::Method::post, http::Method::put, http::Method::delete_})
        for (const char* pattern : {"/v2/{rest*}", "/oauth2/{rest*}", "/bot/{rest*}"})
            add(method, pattern, [this](http::Request request) { return serve(nullptr, std::move(request)); });
    return routes;
}

net::awaitable<http::Response> Platform::serve(const Endpoint* endpoint, http::Request request)
{
    const std::string request_id = make_uuid();
    const Fault fault = faults_.take(request.method, request.path).value_or(Fault{});
    const std::int64_t latency = random_between(faults_.latency_min_ms, faults_.latency_max_ms);
    co_await pause_ms(latency);
    if (!fault.after) co_await pause_ms(fault.delay_ms);
    if (fault.effect == Effect::revoke_tokens) world_.access_tokens().revoke_issued();

    std::vector<std::string> notes;
    Answer result;
    if (never_arrives(fault)) {
        notes.emplace_back("fault before acceptance");
        result = answer_of(fault);
    } else {
        result = answer(endpoint, request, request_id, notes);
        if (spoils_answer(fault.effect)) {
            notes.emplace_back("fault after the answer " + std::to_string(result.status));
            result = answer_of(fault);
        }
    }
    http::Response response = finish(request, request_id, std::move(result), notes);
    if (fault.after) co_await pause_ms(fault.delay_ms);
    if (fault.effect == Effect::hang) co_await pause_ms(hang_ms);
    if (fault.effect == Effect::close) response.fields.push_back(cut_);
    co_return response;
}

Answer Platform::answer(const Endpoint* endpoint, const http::Request& request, const std::string& request_id,
                        std::vector<std::string>& notes)
{
    const bool open = endpoint != nullptr && (endpoint->wants & Wants::no_token) != 0;
    const std::string channel_id = open ? world_.channels().front().id : channel_of(request);
    Channel* channel = world_.channel(channel_id);
    if (channel_id.empty() || channel == nullptr) {
        const bool absent = request.field("authorization").empty();
        return refuse(401, std::string("Authentication failed due to the following reason: ") +
                               (absent ? "authorization header is missing." : "invalid token.") +
                               " Confirm that the access token in the authorization header is valid.");
    }
    if (endpoint == nullptr) {
        notes.emplace_back("the sandbox does not know this path");
        return refuse(404, "Not found");
    }
    if (request.body.size() > request_bytes_max) return refuse(413, "Payload Too Large");

    const std::string key(request.field("x-line-retry-key"));
    if (!key.empty() && (endpoint->wants & Wants::retry_key) == 0)
        return refuse(400, "X-Line-Retry-Key is not supported by this API");
    if (!key.empty() && !is_uuid(key)) return refuse(400, "X-Line-Retry-Key must be a UUID");

    json body;
    if ((endpoint->wants & Wants::json_body) != 0) {
        const std::string type(request.field("content-type"));
        if (!is_json_type(type)) return refuse(415, "The content type, " + type + ", is not supported");
        auto parsed = parse(request.body);
        if (!parsed || !parsed->is_object())
            return refuse(400, "The request body could not be parsed as JSON (line: -, column: -)");
        body = std::move(*parsed);
    }
    Call call{request, *channel, body, request_id, key, notes};
    return endpoint->answer(world_, call);
}

std::string Platform::channel_of(const http::Request& request) const
{
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view field = request.field("authorization");
    if (field.substr(0, scheme.size()) != scheme) return {};
    return world_.access_tokens().channel_of(std::string(field.substr(scheme.size())), now_ms());
}

http::Response Platform::finish(const http::Request& request, const std::string& request_id, Answer answer,
                                const std::vector<std::string>& notes)
{
    log_.add(log_row(request, request_id, answer, notes), request.body.size());
    http::Response response;
    response.status = answer.status;
    response.fields = std::move(answer.fields);
    response.fields.emplace_back("x-line-request-id", request_id);
    response.fields.emplace_back("content-type", answer.media_type.empty() ? "application/json" : answer.media_type);
    response.body = answer.media_type.empty() ? dump(answer.body) : std::move(answer.bytes);
    return response;
}

net::awaitable<http::Response> Platform::test_webhook(http::Request request)
{
    const std::string request_id = make_uuid();
    const std::vector<std::string> notes;
    const std::string channel_id = channel_of(request);
    const Channel* channel = world_.channel(channel_id);
    if (channel_id.empty() || channel == nullptr) {
        Answer refused = refuse(401, "Authentication failed due to the following reason: invalid token. "
                                     "Confirm that the access token in the authorization header is valid.");
        co_return finish(request, request_id, std::move(refused), notes);
    }
    const auto asked = parse(request.body);
    std::string url = asked ? text_of(*asked, "endpoint") : std::string{};
    if (url.empty()) url = channel->webhook_url;
    if (url.empty()) {
        Answer refused = refuse(404, "Webhook endpoint not found");
        co_return finish(request, request_id, std::move(refused), notes);
    }
    json probe = json::object();
    probe["destination"] = channel->bot_user_id;
    probe["events"] = json::array();
    std::string body = dump(probe);
    std::string signature = sign(channel->secret, body);
    const Delivered delivered = co_await webhooks_.post(std::move(url), std::move(body), std::move(signature));

    Answer told;
    told.body["success"] = delivered.ok();
    told.body["timestamp"] = utc_text(now_ms());
    told.body["statusCode"] = delivered.status;
    told.body["reason"] = delivered.ok() ? "OK" : delivered.status != 0 ? "ERROR_STATUS_CODE"
                          : delivered.failure == "timeout" ? "REQUEST_TIMEOUT" : "COULD_NOT_CONNECT";
    told.body["detail"] = delivered.status != 0 ? std::to_string(delivered.status) : delivered.failure;
    co_return finish(request, request_id, std::move(told), notes);
}

}  // namespace tsunagi::sandbox
