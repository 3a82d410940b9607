#include "deploy/sandbox/live.h"
#include "deploy/sandbox/bell.h"
#include "deploy/sandbox/json_read.h"

#include <chrono>

namespace tsunagi::sandbox {
namespace {

constexpr std::size_t backlog_max = 2'000;  // records one page may be behind
constexpr std::chrono::hours forever{24 * 365};

}  // namespace

struct LiveFeed::Listener {
    std::shared_ptr<http::WebSocket> socket;
    std::deque<std::string> backlog;
    Bell bell;
    bool over = false;     ///< the page is gone
    bool written = false;  ///< the writer has ended
};

void LiveFeed::publish(const json& record)
{
    const std::string kind = text_of(record, "record");
    if (listeners_.empty() || kind == "accepted" || kind == "rich_menu_image") return;
    const std::string text = dump(record);
    for (const auto& listener : listeners_) {
        if (listener->backlog.size() >= backlog_max) {
            listener->socket->close();
            continue;
        }
        listener->backlog.push_back(text);
        listener->bell.ring();
    }
}

http::Route LiveFeed::route(const std::string& pattern, http::Gate gate)
{
    http::Route route;
    route.method = http::Method::get;
    route.pattern = pattern;
    route.live_gate = std::move(gate);
    route.live = [this](http::Request, std::shared_ptr<http::WebSocket> socket) { return listen(std::move(socket)); };
    return route;
}

net::awaitable<void> LiveFeed::listen(std::shared_ptr<http::WebSocket> socket)
{
    const auto listener = std::make_shared<Listener>();
    listener->socket = socket;
    const auto place = listeners_.insert(listeners_.end(), listener);
    start(socket->executor(), write_all(listener));
    for (;;) {
        const auto said = co_await socket->read();  // a page says nothing; this notices that it is gone
        if (!said) break;
    }
    listeners_.erase(place);
    listener->over = true;
    while (!listener->written) {  // the socket is ours only until we return
        listener->bell.ring();
        co_await pause_ms(1);
    }
}

net::awaitable<void> LiveFeed::write_all(std::shared_ptr<Listener> listener)
{
    while (!listener->over) {
        if (listener->backlog.empty()) {
            const auto until = std::chrono::steady_clock::now() + forever;
            co_await listener->bell.wait(until);
            continue;
        }
        std::string text = std::move(listener->backlog.front());
        listener->backlog.pop_front();
        const bool written = co_await listener->socket->write(std::move(text));
        if (!written) break;
    }
    listener->written = true;
    listener->socket->close();
}

void LiveFeed::close()
{
    for (const auto& listener : listeners_) listener->socket->close();
}

}  // namespace tsunagi::sandbox
