#include "server/api/live.h"

#include "server/api/permissions.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <deque>

namespace tsunagi::api {

/// One open console. Everything but the constants belongs to the socket's own thread.
struct Live::Connection {
    Connection(std::shared_ptr<http::WebSocket> ws, std::string key, bool all)
        : socket(std::move(ws)), session_key(std::move(key)), sees_all(all), wake(socket->executor())
    {
    }
    const std::shared_ptr<http::WebSocket> socket;
    const std::string session_key;
    const bool sees_all;
    std::deque<std::string> backlog;
    std::uint64_t seq = 0;  ///< the latest number put into the backlog
    bool ended = false;
    std::uint16_t close_code = http::live_ended_normally;
    net::steady_timer wake;

    void add(std::uint64_t number, std::string message)
    {
        seq = number;
        backlog.push_back(std::move(message));
        if (backlog.size() > live_backlog_max) end(http::live_ended_try_again);
        wake.cancel();
    }
    void end(std::uint16_t code = http::live_ended_normally)
    {
        if (!ended) close_code = code;
        ended = true;
        wake.cancel();
    }
};

namespace {

constexpr auto nothrow = net::as_tuple(net::use_awaitable);

/// What openapi.yaml calls the kinds of notices; nothing for those that a console need not hear of.
const char* live_kind(const store::Notice& notice)
{
    if (notice.kind == "conversation") return notice.revision > 0 ? "conversation" : "entry";
    if (notice.kind == "staff") return "staff";
    if (notice.kind == "desk") return "desk";
    return nullptr;
}

std::string live_message(const char* kind, std::uint64_t seq, const store::Notice& notice, bool sees_all)
{
    nlohmann::json message;
    message["seq"] = seq;
    message["kind"] = sees_all || notice.conversation.empty() ? kind : "other";
    if (sees_all && !notice.conversation.empty()) {
        message["conversation"] = notice.conversation;
        if (notice.revision > 0) message["version"] = notice.revision;
    }
    return message.dump();
}

std::string numbered(const char* kind, std::uint64_t seq, const std::string& epoch)
{
    nlohmann::json message;
    message["kind"] = kind;
    message["seq"] = seq;
    if (!epoch.empty()) message["epoch"] = epoch;
    return message.dump();
}

}  // namespace

Live::Live(store::Store& store, Sessions& sessions, desk::Clock& clock, desk::Random& random, Milliseconds beat)
    : sessions_(sessions), beat_(beat), epoch_(make_ulid(clock.now(), random.bits())),
      watch_(store.watch([this](const store::Change& change) { changed(change); }))
{
}

Live::~Live() { watch_.reset(); }

/// On the committer's thread: numbers the change and hands it to each connection's own thread.
void Live::changed(const store::Change& change)
{
    const char* kind = live_kind(change.notice);
    if (kind == nullptr) return;
    const std::lock_guard lock(mutex_);
    auto& desk = desks_[change.notice.desk];
    const std::uint64_t seq = ++desk.seq;
    std::erase_if(desk.connections, [](const std::weak_ptr<Connection>& one) { return one.expired(); });
    for (const auto& weak : desk.connections) {
        const auto connection = weak.lock();
        if (!connection) continue;
        auto message = live_message(kind, seq, change.notice, connection->sees_all);
        auto deliver = [connection, seq, message = std::move(message)]() mutable { connection->add(seq, std::move(message)); };
        net::post(connection->socket->executor(), std::move(deliver));
    }
}

void Live::end_session(const std::string& session_key)
{
    const std::lock_guard lock(mutex_);
    for (auto& [id, desk] : desks_)
        for (const auto& weak : desk.connections)
            if (const auto connection = weak.lock(); connection && connection->session_key == session_key)
                net::post(connection->socket->executor(), [connection] { connection->end(live_ended_session); });
}

std::size_t Live::connections() const
{
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const auto& [id, desk] : desks_)
        count += static_cast<std::size_t>(std::count_if(desk.connections.begin(), desk.connections.end(),
                                                        [](const auto& one) { return !one.expired(); }));
    return count;
}

/// The client says nothing; what it sends is dropped, and the end of its stream ends the connection.
net::awaitable<void> Live::watch_for_end(std::shared_ptr<Connection> connection)
{
    for (;;) {
        const auto message = co_await connection->socket->read();
        if (!message) break;
    }
    connection->end();
}

net::awaitable<void> Live::serve(Caller caller, std::string token, std::shared_ptr<http::WebSocket> socket)
{
    const bool sees_all = permissions_of(caller.account.role).lists_all;
    auto connection = std::make_shared<Connection>(std::move(socket), caller.session_key, sees_all);
    std::string hello;
    {
        // Under the lock: every later change finds the connection, every earlier one is within hello's number.
        const std::lock_guard lock(mutex_);
        auto& desk = desks_[caller.account.desk.text];
        connection->seq = desk.seq;
        hello = numbered("hello", desk.seq, epoch_);
        desk.connections.push_back(connection);
    }
    const auto executor = connection->socket->executor();
    auto reader_ended = [connection](std::exception_ptr failure) {
        if (failure) connection->end();
    };
    net::co_spawn(executor, watch_for_end(connection), std::move(reader_ended));

    using Steady = std::chrono::steady_clock;
    auto looked_at = Steady::now();
    bool open = co_await connection->socket->write(std::move(hello));
    while (open && !connection->ended) {
        bool is_quiet = false;
        if (connection->backlog.empty()) {
            connection->wake.expires_after(beat_);
            const auto waited = co_await connection->wake.async_wait(nothrow);
            if (connection->ended) break;
            is_quiet = !std::get<0>(waited) && connection->backlog.empty();
        }
        // A desk that is never quiet has sessions that end as well.
        if (is_quiet || Steady::now() - looked_at >= beat_) {
            const auto still = co_await sessions_.find(token, Touch::no);
            if (!still.ok()) connection->end(live_ended_session);
            if (connection->ended) break;
            looked_at = Steady::now();
        }
        std::string message;
        if (!connection->backlog.empty()) {
            message = std::move(connection->backlog.front());
            connection->backlog.pop_front();
        } else if (is_quiet) {
            message = numbered("beat", connection->seq, {});
        } else {
            continue;
        }
        open = co_await connection->socket->write(std::move(message));
    }
    connection->ended = true;
    connection->socket->close(connection->close_code);
}

}  // namespace tsunagi::api
