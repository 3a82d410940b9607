#include "server/webchat/web_chat.h"

#include "bot/base/number.h"
#include "bot/safety/hearing.h"
#include "server/http/peer.h"
#include "server/media/media_response.h"
#include "server/store/keys.h"
#include "server/webchat/answers.h"
#include "server/webchat/body.h"
#include "server/webchat/talk.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

// What she hears and is shown: by a waiting request, over the live line, and the pictures and files that go with it.

namespace tsunagi::webchat {

using nlohmann::json;

namespace {

std::string live_word(const char* kind)
{
    json value;
    value["kind"] = kind;
    return value.dump();
}

std::string writing_word(std::uint64_t at)
{
    json value;
    value["kind"] = "writing";
    value["at"] = at;
    value["shown_ms"] = Milliseconds{writing_shown}.count();
    return value.dump();
}

http::Response no_such_media() { return http::problem(404, "not_found", "There is nothing here."); }

}  // namespace

// ---------------------------------------------------------------------------- what is new

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
    if (loaded->conversation.address.kind == bot::ChannelKind::line && !loaded->conversation.risk.disguised) {
        const bool bell = co_await doorway_.she_reads(visit.desk, owner->conversation);
        talk["bell"] = bell;
    }
    const std::string standing = talk["holder"].get<std::string>();
    heard.seq = talk["seq"].get<std::uint64_t>();
    if (talk["entries"].empty() && standing == heard.standing) {
        const auto writing = writing_.since(loaded->conversation, desks_.clock().now());
        if (writing == 0 || writing == heard.writing) co_return News{{}, heard};
        heard.writing = writing;
        co_return News{writing_word(writing), heard};
    }
    heard.standing = standing;
    talk["kind"] = "talk";
    co_return News{talk.dump(-1, ' ', false, json::error_handler_t::replace), heard};
}

void WebChat::show_writing(const bot::Conversation& conversation)
{
    writing_.began(conversation.id, desks_.clock().now());
    listeners_.wake(Listeners::topic_of_conversation(conversation.desk.text, conversation.id.text));
}

net::awaitable<http::Response> WebChat::poll(Call call)
{
    const auto executor = co_await net::this_coro::executor;
    const auto listener = listeners_.listen(executor, Listeners::topic_of_person(call.desk->id.text, call.visit.user));
    if (!listener) co_return too_often();
    const auto end = desks_.clock().now() + chat_poll_longest;
    const std::string token(call.request.field("x-tsunagi-visit"));
    Heard heard{number_of<std::uint64_t>(query(call.request, "after")).value_or(0), query(call.request, "holder"),
                number_of<std::uint64_t>(query(call.request, "writing")).value_or(0)};
    for (;;) {
        auto fresh = co_await news(call.visit, listener, heard);
        if (!fresh.message.empty()) co_return http::json_response(200, std::move(fresh.message));
        heard = fresh.heard;
        const auto now = desks_.clock().now();
        if (now >= end || listeners_.is_stopping()) break;
        co_await listener->wait(end - now);
        const auto still = co_await visits_.find(call.desk->id, token);
        if (!still) co_return http::problem(401, "visit_over", "This visit is over.");  // she left meanwhile
    }
    co_return answer(200, json::object());
}

// ---------------------------------------------------------------------------- the live line

net::awaitable<std::optional<http::Response>> WebChat::live_gate(const http::Request& request)
{
    const bool known = desk_of(request) != nullptr;
    const bool from_here = http::same_origin(request, config_.public_url);
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
    Heard heard{.seq = whole_of(*body, "after").value_or(0), .standing = {}};
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

// ---------------------------------------------------------------------------- pictures and files

/// What a counselor sent to her, to the page of this visit alone: the address says which entry of her own conversation, and a
/// token whose it is. Whatever is wrong, the answer is the same, so that nobody learns what there is.
net::awaitable<http::Response> WebChat::show_media(Call call)
{
    const auto seq = number_of<std::uint64_t>(call.request.captures["seq"]);
    std::string token(call.request.field("x-tsunagi-visit"));
    const auto visit = co_await visits_.find(call.desk->id, std::move(token));
    if (!visit || !seq) co_return no_such_media();
    bot::ChannelAddress address = Visits::address_of(*visit);
    const auto owner = co_await desks_.owner_of(visit->desk, std::move(address));
    if (!owner) co_return no_such_media();
    std::string key = store::media_key(visit->desk, owner->conversation, *seq);
    const auto stored = co_await desks_.store().get(store::Space::media, std::move(key));
    if (!stored) co_return no_such_media();
    const auto entry = co_await desks_.entry(visit->desk, owner->conversation, *seq);  // last: it may have been withdrawn meanwhile
    const auto loaded = co_await desks_.load(visit->desk, owner->conversation);
    if (!entry || !shows_media(*entry) || !loaded || bot::is_hidden(loaded->conversation, *seq)) co_return no_such_media();
    auto blob = store::decode<store::MediaBlob>(stored->bytes);
    if (!blob.ok()) co_return no_such_media();
    co_return media::media_response(std::move(blob).value());
}

}  // namespace tsunagi::webchat
