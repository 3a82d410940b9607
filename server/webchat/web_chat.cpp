#include "server/webchat/web_chat.h"

#include "bot/base/number.h"
#include "bot/base/text.h"
#include "server/http/peer.h"
#include "server/webchat/body.h"
#include "server/webchat/page.h"
#include "server/webchat/talk.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

namespace tsunagi::webchat {
namespace {

using nlohmann::json;

http::Response too_often()
{
    auto response = http::problem(429, "too_often", "Too many requests. Please wait a little.");
    response.fields.emplace_back("Retry-After", "60");
    return response;
}

http::Response answer(unsigned status, const json& value)
{
    return http::json_response(status, value.dump(-1, ' ', false, json::error_handler_t::replace));
}

http::Response not_kept() { return http::problem(503, "not_kept", "It could not be kept just now. Please send it again."); }

std::string query(const http::Request& request, const std::string& name)
{
    const auto found = request.query.find(name);
    return found == request.query.end() ? std::string() : found->second;
}

/// The number in `text`; 0 when it is none.
std::uint64_t number(std::string_view text)
{
    return number_of<std::uint64_t>(text).value_or(0);
}

std::string live_word(const char* kind)
{
    json value;
    value["kind"] = kind;
    return value.dump();
}

}  // namespace

WebChat::WebChat(desk::DeskService& desks, const config::ServerConfig& config, Milliseconds first_word)
    : desks_(desks), config_(config), first_word_(first_word), secrets_(config.master_key, desks.random()), visits_(desks, secrets_),
      listeners_(desks.store()), doorway_(desks, secrets_, listeners_, config.public_url)
{
    desks_.set_doorway([this](bot::Conversation conversation, desk::DoorOccasion occasion) {
        return doorway_.notice(std::move(conversation), occasion);
    });
}

// ---------------------------------------------------------------------------- the way in

std::vector<http::Route> WebChat::routes()
{
    using http::Method;
    struct Row {
        Method method;
        const char* path;
        Needs needs;
        Handle handle;
    };
    static const Row table[] = {
        {Method::get, "/chat/{desk}", Needs::desk, &WebChat::page},
        {Method::get, "/chat/{desk}/chat.js", Needs::desk, &WebChat::asset},
        {Method::get, "/chat/{desk}/chat.css", Needs::desk, &WebChat::asset},
        {Method::get, "/chat/{desk}/embed.js", Needs::desk, &WebChat::asset},
        {Method::get, "/chat/{desk}/words", Needs::desk, &WebChat::words},
        {Method::post, "/chat/{desk}/visits", Needs::same_origin, &WebChat::open_visit},
        {Method::post, "/chat/{desk}/messages", Needs::visit, &WebChat::take_message},
        {Method::get, "/chat/{desk}/poll", Needs::visit, &WebChat::poll},
        {Method::post, "/chat/{desk}/code", Needs::visit, &WebChat::make_code},
        {Method::post, "/chat/{desk}/bell", Needs::visit, &WebChat::set_bell},
        {Method::post, "/chat/{desk}/leave", Needs::patience, &WebChat::leave},
    };
    std::vector<http::Route> routes;
    for (const Row& row : table)
        routes.push_back({.method = row.method,
                          .pattern = row.path,
                          .handler = [this, row](http::Request request) { return guard(std::move(request), row.needs, row.handle); },
                          .body_limit_bytes = chat_body_bytes_max,
                          .live_gate = {},
                          .live = {}});
    http::Route live;
    live.pattern = "/chat/{desk}/live";
    live.live_gate = [this](const http::Request& request) { return live_gate(request); };
    live.live = [this](http::Request request, std::shared_ptr<http::WebSocket> socket) {
        return serve_live(std::move(request), std::move(socket));
    };
    routes.push_back(std::move(live));
    return routes;
}

const config::DeskConfig* WebChat::desk_of(const http::Request& request) const
{
    const auto found = request.captures.find("desk");
    if (found == request.captures.end()) return nullptr;
    const auto* desk = desks_.desk(DeskId{found->second});
    return desk != nullptr && desk->web_chat.enabled ? desk : nullptr;
}

/// Whether the request comes from a page of ours. Browsers name the page's origin with every POST and every WebSocket.
bool WebChat::same_origin(const http::Request& request) const
{
    const std::string origin(request.field("origin"));
    const std::string host(request.field("host"));
    if (origin.empty() || host.empty()) return false;
    if (origin == config_.public_url) return true;
    return origin == (request.secure ? "https://" : "http://") + host || origin == "https://" + host;
}

net::awaitable<http::Response> WebChat::guard(http::Request request, Needs needs, Handle handle)
{
    Call call;
    call.desk = desk_of(request);
    if (call.desk == nullptr) co_return http::problem(404, "no_such_desk", "There is no such page.");
    const auto now = desks_.clock().now();
    if (needs != Needs::desk && !reaching_.take(http::who_asks(request), now)) co_return too_often();
    const bool needs_origin = needs == Needs::same_origin || (needs == Needs::visit && request.method == http::Method::post);
    if (needs_origin && !same_origin(request)) co_return http::problem(403, "origin_wrong", "Not from another site.");
    if (needs == Needs::visit) {
        std::string token(request.field("x-tsunagi-visit"));
        auto visit = co_await visits_.find(call.desk->id, std::move(token));
        if (!visit) co_return http::problem(401, "visit_over", "This visit is over.");
        call.visit = std::move(*visit);
    }
    call.request = std::move(request);
    co_return co_await (this->*handle)(std::move(call));
}

// ---------------------------------------------------------------------------- the page

net::awaitable<http::Response> WebChat::page(Call call)
{
    const auto playbook = desks_.playbooks().current(call.desk->id);
    const auto language = language_for(*call.desk, query(call.request, "language"), call.request.field("accept-language"));
    co_return page_response(*call.desk, *playbook, language);
}

net::awaitable<http::Response> WebChat::asset(Call call)
{
    const auto& path = call.request.path;
    const auto name = path.substr(path.rfind('/') + 1);
    co_return asset_response(name, name.ends_with(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8");
}

net::awaitable<http::Response> WebChat::words(Call call)
{
    const auto playbook = desks_.playbooks().current(call.desk->id);
    const auto language = language_for(*call.desk, query(call.request, "language"), call.request.field("accept-language"));
    auto response = words_response(*call.desk, *playbook, language);
    // Words are nobody's secret, and embed.js asks for its button's from the city's own page.
    response.fields.emplace_back("Access-Control-Allow-Origin", "*");
    co_return response;
}

// ---------------------------------------------------------------------------- visits

net::awaitable<http::Response> WebChat::open_visit(Call call)
{
    using Outcome = Visits::Entry::Outcome;
    const auto body = body_of(call.request.body);
    if (!body) co_return http::problem(400, "invalid_request", "The request is not valid.");
    const std::string peer = http::who_asks(call.request);
    const auto now = desks_.clock().now();
    const auto code = text_of(*body, "code");
    const auto door = text_of(*body, "door");
    Visits::Entry entry;
    if (code || door) {
        if (!guessing_.has(peer, now)) co_return too_often();
        DeskId desk = call.desk->id;
        std::string secret = code ? *code : *door;
        if (code) entry = co_await visits_.open_by_code(std::move(desk), std::move(secret));
        else entry = co_await visits_.open_by_door(std::move(desk), std::move(secret));
        if (entry.outcome == Outcome::unknown) {
            guessing_.take(peer, now);
            if (code) co_return http::problem(404, "code_unknown", "This code is not known.");
            co_return http::problem(404, "door_closed", "This link is used or too old.");
        }
    } else {
        if (!opening_.take(peer, now)) co_return too_often();
        DeskId desk = call.desk->id;
        auto token = co_await visits_.open(std::move(desk));
        if (token) entry = {Outcome::opened, std::move(*token)};
    }
    if (entry.outcome != Outcome::opened) co_return not_kept();
    json value;
    value["visit"] = entry.token;
    co_return answer(201, value);
}

/// The quick exit and the idle lock: the token comes as the body, as sendBeacon can carry it, and is all the permission
/// there is. No look at the origin: of a page that sends no referrer some browsers name it `null` here (Fetch standard).
net::awaitable<http::Response> WebChat::leave(Call call)
{
    std::string token = call.request.body;
    const auto visit = co_await visits_.find(call.desk->id, token);
    const bool closed = co_await visits_.close(std::move(token));
    if (!closed) co_return not_kept();
    if (visit) listeners_.wake(Listeners::topic_of_person(visit->desk.text, visit->user));  // its live line ends, too
    co_return http::Response{.status = 204, .fields = {{"Cache-Control", "no-store"}}, .body = {}};
}

net::awaitable<http::Response> WebChat::make_code(Call call)
{
    if (!speaking_.take(call.visit.user, desks_.clock().now())) co_return too_often();
    bot::ChannelAddress address = Visits::address_of(call.visit);
    DeskId desk = call.desk->id;
    const auto owner = co_await desks_.owner_of(std::move(desk), std::move(address));
    if (!owner) co_return http::problem(409, "nothing_said", "There is nothing to come back to yet.");
    const auto code = co_await visits_.new_code(call.visit);
    if (!code) co_return not_kept();
    json value;
    value["code"] = *code;
    co_return answer(200, value);
}

net::awaitable<http::Response> WebChat::set_bell(Call call)
{
    const auto body = body_of(call.request.body);
    const auto on = body ? flag_of(*body, "on") : std::nullopt;
    if (!on) co_return http::problem(400, "invalid_request", "The request is not valid.");
    bot::ChannelAddress address = Visits::address_of(call.visit);
    DeskId desk = call.desk->id;
    const auto owner = co_await desks_.owner_of(desk, std::move(address));
    if (!owner) co_return http::problem(409, "nothing_said", "There is nobody to tell yet.");
    const bool kept = co_await doorway_.set_bell(desk, owner->conversation, *on);
    if (!kept) co_return not_kept();
    co_return answer(200, json::object());
}

// ---------------------------------------------------------------------------- what she says

/// A tap on the language's button in the desk's flows: the one way a conversation changes its language. An OtherReceived
/// when no flow offers it.
bot::InboundContent WebChat::language_tap(const DeskId& desk, const bot::Language& language) const
{
    const auto playbook = desks_.playbooks().current(desk);
    for (const auto& [flow_id, flow] : playbook->flows)
        for (const auto& [node_id, node] : flow.nodes) {
            const auto* ask = std::get_if<bot::Ask>(&node.body);
            if (ask == nullptr) continue;
            for (const auto& choice : ask->choices)
                if (choice.language == language)
                    return bot::PostbackReceived{"a=" + playbook->short_version + "&f=" + flow_id.text + "&n=" + node_id.text +
                                                     "&c=" + choice.id,
                                                 {}};
        }
    return bot::OtherReceived{"language", {}};
}

net::awaitable<http::Response> WebChat::take_message(Call call)
{
    const auto now = desks_.clock().now();
    if (!speaking_.take(call.visit.user, now)) co_return too_often();
    const auto body = body_of(call.request.body);
    const auto id = body ? text_of(*body, "id") : std::nullopt;
    if (!id || !is_ulid(*id)) co_return http::problem(400, "invalid_request", "The request is not valid.");
    const auto text = text_of(*body, "text");
    const auto data = text_of(*body, "data");
    const auto switch_to = text_of(*body, "switch_to");

    bot::Inbound inbound;
    inbound.desk = call.desk->id;
    inbound.event = EventId{*id};
    inbound.from = Visits::address_of(call.visit);
    inbound.message_id = *id;
    inbound.sent_at = now;  // her clock may be wrong, and the order of a screen must not be
    inbound.received_at = now;
    if (text) {
        if (fold_for_matching(*text).empty()) co_return http::problem(422, "text_empty", "There is no text.");
        if (utf16_length(*text) > chat_text_units_max) co_return http::problem(422, "text_too_long", "The text is too long.");
        inbound.content = bot::TextReceived{*text, {}};
    } else if (data && !data->empty() && data->size() <= chat_data_bytes_max) {
        inbound.content = bot::PostbackReceived{*data, {}};
    } else if (switch_to) {
        bot::ChannelAddress address = inbound.from;
        const auto owner = co_await desks_.owner_of(inbound.desk, std::move(address));
        if (!owner) co_return answer(200, json::object());  // nothing said yet: her first message will bring it
        inbound.content = language_tap(inbound.desk, *switch_to);
        if (std::holds_alternative<bot::OtherReceived>(inbound.content)) co_return answer(200, json::object());
    } else {
        co_return http::problem(400, "invalid_request", "The request is not valid.");
    }
    bot::Language language = text_of(*body, "language").value_or(std::string());
    const auto received = co_await desks_.receive(std::move(inbound), std::move(language));
    if (received == desk::Received::refused) co_return not_kept();
    listeners_.wake(Listeners::topic_of_person(call.desk->id.text, call.visit.user));  // her first words began a conversation
    json value;
    value["kept"] = true;
    co_return answer(200, value);
}

// ---------------------------------------------------------------------------- what she hears

/// What is new for `visit` since `after`, which moves on, or how she stands when that changed; empty when nothing is.
net::awaitable<WebChat::News> WebChat::news(Visit visit, std::shared_ptr<Listeners::Listener> listener, Heard heard)
{
    bot::ChannelAddress address = Visits::address_of(visit);
    const auto owner = co_await desks_.owner_of(visit.desk, std::move(address));
    if (!owner) co_return News{{}, heard};
    listeners_.follow(listener, Listeners::topic_of_conversation(visit.desk.text, owner->conversation.text));
    // The conversation first: what is committed between the two reads is read again next time, never passed over.
    const auto loaded = co_await desks_.load(visit.desk, owner->conversation);
    if (!loaded) co_return News{{}, heard};
    const auto entries = co_await entries_after(desks_.store(), visit.desk, owner->conversation, heard.seq);
    auto talk = talk_json(loaded->conversation, entries, heard.seq);
    if (loaded->conversation.address.kind == bot::ChannelKind::line) {
        const bool bell = co_await doorway_.she_reads(visit.desk, owner->conversation);
        talk["bell"] = bell;
    }
    const std::string standing = talk["holder"].get<std::string>();
    if (talk["entries"].empty() && standing == heard.standing) {
        heard.seq = talk["seq"].get<std::uint64_t>();
        co_return News{{}, heard};
    }
    heard.seq = talk["seq"].get<std::uint64_t>();
    heard.standing = standing;
    talk["kind"] = "talk";
    co_return News{talk.dump(-1, ' ', false, json::error_handler_t::replace), heard};
}

net::awaitable<http::Response> WebChat::poll(Call call)
{
    const auto executor = co_await net::this_coro::executor;
    const auto listener = listeners_.listen(executor, Listeners::topic_of_person(call.desk->id.text, call.visit.user));
    if (!listener) co_return too_often();
    const auto end = desks_.clock().now() + chat_poll_longest;
    Heard heard{number(query(call.request, "after")), query(call.request, "holder")};
    for (;;) {
        auto fresh = co_await news(call.visit, listener, heard);
        if (!fresh.message.empty()) co_return http::json_response(200, std::move(fresh.message));
        heard = fresh.heard;
        const auto now = desks_.clock().now();
        if (now >= end) break;
        co_await listener->wait(end - now);
    }
    co_return answer(200, json::object());
}

net::awaitable<std::optional<http::Response>> WebChat::live_gate(const http::Request& request)
{
    const bool known = desk_of(request) != nullptr;
    const bool from_here = same_origin(request);
    const bool in_time = reaching_.take(http::who_asks(request), desks_.clock().now());
    if (!known) co_return http::problem(404, "no_such_desk", "There is no such page.");
    if (!from_here) co_return http::problem(403, "origin_wrong", "Not from another site.");
    if (!in_time) co_return too_often();
    co_return std::nullopt;
}

/// The page says nothing more; the end of its stream ends the connection.
net::awaitable<void> WebChat::watch_for_end(std::shared_ptr<http::WebSocket> socket, std::shared_ptr<Listeners::Listener> listener,
                                            std::shared_ptr<bool> ended)
{
    for (;;) {
        const auto message = co_await socket->read();
        if (!message) break;
    }
    *ended = true;
    listener->wake();
}

net::awaitable<void> WebChat::serve_live(http::Request request, std::shared_ptr<http::WebSocket> socket)
{
    const auto* desk = desk_of(request);
    // Answered pings keep a line open, so a stranger who never says whose it is must be shown out.
    net::steady_timer patience(socket->executor(), first_word_);
    patience.async_wait([socket](boost::system::error_code stopped) {
        if (!stopped) socket->close();
    });
    const auto first = co_await socket->read();
    patience.cancel();
    const auto body = first ? body_of(*first) : std::nullopt;
    const auto token = body ? text_of(*body, "visit") : std::nullopt;
    std::optional<Visit> visit;
    if (desk != nullptr && token) visit = co_await visits_.find(desk->id, *token);
    std::shared_ptr<Listeners::Listener> listener;
    if (visit) listener = listeners_.listen(socket->executor(), Listeners::topic_of_person(visit->desk.text, visit->user));
    if (!listener) {
        std::string over = live_word(visit ? "busy" : "over");
        co_await socket->write(std::move(over));
        socket->close();
        co_return;
    }
    const auto ended = std::make_shared<bool>(false);
    const auto executor = socket->executor();
    auto reader_ended = [ended, listener](std::exception_ptr failure) {
        if (failure) *ended = true;
    };
    net::co_spawn(executor, watch_for_end(socket, listener, ended), std::move(reader_ended));
    Heard heard{whole_of(*body, "after").value_or(0), {}};
    bool open = true;
    while (open && !*ended) {
        auto fresh = co_await news(*visit, listener, heard);
        heard = fresh.heard;
        if (!fresh.message.empty()) {
            open = co_await socket->write(std::move(fresh.message));
            continue;
        }
        const auto asleep_at = std::chrono::steady_clock::now();
        co_await listener->wait(chat_beat);
        if (*ended) break;
        visit = co_await visits_.find(desk->id, *token);
        std::string word = live_word(visit ? "beat" : "over");
        const bool was_quiet = std::chrono::steady_clock::now() - asleep_at >= chat_beat;
        if (!visit || was_quiet) open = co_await socket->write(std::move(word));
        if (!visit) break;
    }
    *ended = true;
    socket->close();
}

}  // namespace tsunagi::webchat
