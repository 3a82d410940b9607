#include "server/webchat/web_chat.h"

#include "bot/base/text.h"
#include "server/http/peer.h"
#include "server/webchat/answers.h"
#include "server/webchat/body.h"
#include "server/webchat/page.h"

#include <sstream>
#include <utility>

// The way in, the page, visits and what she says; what she hears and is shown is in hearing.cpp.

namespace tsunagi::webchat {

using nlohmann::json;

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
        {Method::get, "/chat/{desk}/media/{seq}", Needs::patience, &WebChat::show_media},
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

net::awaitable<http::Response> WebChat::guard(http::Request request, Needs needs, Handle handle)
{
    Call call;
    call.desk = desk_of(request);
    if (call.desk == nullptr) co_return http::problem(404, "no_such_desk", "There is no such page.");
    const auto now = desks_.clock().now();
    if (needs != Needs::desk && !reaching_.take(http::who_asks(request), now)) co_return too_often();
    const bool needs_origin = needs == Needs::same_origin || (needs == Needs::visit && request.method == http::Method::post);
    if (needs_origin && !http::same_origin(request, config_.public_url)) co_return http::problem(403, "origin_wrong", "Not from another site.");
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
    std::string token = call.request.body.substr(0, call.request.body.find('\n'));
    const auto visit = co_await visits_.find(call.desk->id, token);
    if (visit && token.size() < call.request.body.size()) {
        std::string unsent = call.request.body.substr(token.size() + 1);
        co_await take_unsent(call.desk, *visit, std::move(unsent));
    }
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
    if (!speaking_.take(call.visit.user, desks_.clock().now())) co_return too_often();
    auto body = body_of(call.request.body);
    if (!body) co_return http::problem(400, "invalid_request", "The request is not valid.");
    co_return co_await take(call.desk, std::move(call.visit), std::move(*body));
}

/// What was still on its way when she left: she had sent it, and nobody is to lose it for her having to hurry. What cannot be taken is
/// dropped, for there is nobody left to be told.
net::awaitable<void> WebChat::take_unsent(const config::DeskConfig* desk, Visit visit, std::string unsent)
{
    std::istringstream lines(std::move(unsent));
    for (std::string line; std::getline(lines, line) && speaking_.take(visit.user, desks_.clock().now());) {
        auto message = body_of(line);
        Visit same = visit;
        if (message) co_await take(desk, std::move(same), std::move(*message));
    }
}

net::awaitable<http::Response> WebChat::take(const config::DeskConfig* desk, Visit visit, json body)
{
    const auto now = desks_.clock().now();
    const auto id = text_of(body, "id");
    if (!id || !is_ulid(*id)) co_return http::problem(400, "invalid_request", "The request is not valid.");
    const auto text = text_of(body, "text");
    const auto data = text_of(body, "data");
    const auto switch_to = text_of(body, "switch_to");

    bot::Inbound inbound;
    inbound.desk = desk->id;
    inbound.event = EventId{*id};
    inbound.from = Visits::address_of(visit);
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
        if (std::holds_alternative<bot::OtherReceived>(inbound.content))  // a definite no: what may yet be kept is told again and again
            co_return http::problem(422, "language_unknown", "No flow has a button for this language.");
    } else {
        co_return http::problem(400, "invalid_request", "The request is not valid.");
    }
    bot::Language language = text_of(body, "language").value_or(std::string());
    const auto received = co_await desks_.receive(std::move(inbound), std::move(language));
    if (received == desk::Received::refused) co_return not_kept();
    listeners_.wake(Listeners::topic_of_person(desk->id.text, visit.user));  // her first words began a conversation
    json value;
    value["kept"] = true;
    co_return answer(200, value);
}

}  // namespace tsunagi::webchat
