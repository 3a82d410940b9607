#include "server/http/client.h"

#include "server/http/await.h"
#include "server/http/connection.h"
#include "server/http/tls.h"
#include "server/http/wire.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <deque>
#include <stdexcept>

namespace tsunagi::http {
namespace {

using Clock = std::chrono::steady_clock;
/// Never empty when it arrives; Asio wants a type that can be, for what crosses from one executor to another.
using Answer = std::optional<Result<Response, ClientFailure>>;

/// Fields that belong to the connection, not to the caller.
bool is_connection_field(std::string_view name)
{
    return same_name(name, "host") || same_name(name, "content-length") || same_name(name, "connection") ||
           same_name(name, "transfer-encoding");
}

bool fit_to_send(const ClientRequest& request)
{
    const auto visible = [](char c) { return c > 0x20 && c < 0x7f; };
    return !method_name(request.method).empty() && request.path.starts_with('/') &&
           std::all_of(request.path.begin(), request.path.end(), visible) &&
           std::all_of(request.fields.begin(), request.fields.end(),
                       [](const auto& field) { return is_field_name(field.first) && is_field_value(field.second); });
}

std::string to_bytes(const ClientRequest& request, const BaseAddress& base)
{
    std::string bytes;
    bytes.append(method_name(request.method)).append(" ").append(request.path).append(" HTTP/1.1\r\nHost: ");
    bytes.append(base.authority).append("\r\n");
    for (const auto& [name, value] : request.fields)
        if (!is_connection_field(name)) bytes.append(name).append(": ").append(value).append("\r\n");
    const bool may_lack_body = request.method == Method::get || request.method == Method::head ||
                               request.method == Method::options || request.method == Method::delete_;
    if (!request.body.empty() || !may_lack_body)
        bytes.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
    bytes.append("\r\n").append(request.body);
    return bytes;
}

}  // namespace

/// Everything but the constants is touched on the executor only.
struct Client::State : std::enable_shared_from_this<Client::State> {
    State(net::any_io_executor on, BaseAddress to, ClientOptions with)
        : executor(std::move(on)), base(std::move(to)), options(std::move(with))
    {
        if (base.secure) tls.emplace(client_tls(options.ca_file));
    }

    /// Somebody who waits for one of connections_max. Lives in the frame of take_place, which also takes it out again.
    struct Waiter {
        net::steady_timer timer;
        bool seated = false;
    };
    /// The right to one connection. Goes to the next in the queue, or back.
    struct Place {
        explicit Place(State& of) : state(&of) {}
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        ~Place() { state->give_place(); }
        State* state;
    };

    net::awaitable<bool> take_place();
    void give_place();
    std::unique_ptr<Connection> take_idle();
    void keep(std::unique_ptr<Connection> connection);
    void trouble(std::string_view code) const
    {
        if (options.on_trouble) options.on_trouble(code);
    }

    static net::awaitable<Answer> exchange(std::shared_ptr<State> state, ClientRequest request);

    const net::any_io_executor executor;
    const BaseAddress base;
    const ClientOptions options;
    std::optional<net::ssl::context> tls;
    std::size_t busy = 0;
    std::deque<Waiter*> waiting;
    std::deque<std::unique_ptr<Connection>> idle;  ///< the longest idle first
    bool closed = false;
};

net::awaitable<bool> Client::State::take_place()
{
    if (busy < options.connections_max) {
        ++busy;
        co_return true;
    }
    Waiter waiter{.timer = net::steady_timer(executor)};
    struct InQueue {
        State& state;
        Waiter& waiter;
        ~InQueue() { std::erase(state.waiting, &waiter); }
    } const in_queue{*this, waiter};
    waiting.push_back(&waiter);
    waiter.timer.expires_after(options.deadlines.queue);
    co_await waiter.timer.async_wait(nothrow);
    co_return waiter.seated;
}

void Client::State::give_place()
{
    if (waiting.empty()) {
        --busy;
        return;
    }
    Waiter& next = *waiting.front();
    waiting.pop_front();
    next.seated = true;
    next.timer.expires_at(Clock::time_point::min());
}

std::unique_ptr<Connection> Client::State::take_idle()
{
    while (!idle.empty()) {
        auto connection = std::move(idle.back());
        idle.pop_back();
        if (connection->idle_since + options.idle_age_max > Clock::now() && !connection->stale()) return connection;
    }
    return nullptr;
}

void Client::State::keep(std::unique_ptr<Connection> connection)
{
    if (closed) return;
    const auto now = Clock::now();
    while (!idle.empty() && idle.front()->idle_since + options.idle_age_max <= now) idle.pop_front();
    connection->idle_since = now;
    idle.push_back(std::move(connection));
}

net::awaitable<Answer> Client::State::exchange(std::shared_ptr<State> state, ClientRequest request)
{
    const bool seated = co_await state->take_place();
    if (!seated) {
        state->trouble("queue_full");
        co_return ClientFailure::not_sent;
    }
    const Place place(*state);
    const std::string bytes = to_bytes(request, state->base);

    auto connection = state->take_idle();
    Connection::Written written;
    if (connection) written = co_await connection->write(bytes);
    // Nothing went out, so the peer had closed: nobody can have acted, and a fresh connection may try.
    const bool fresh = !connection || (!written.complete && written.bytes == 0 && !written.timed_out);
    if (fresh) {
        connection = make_connection(state->executor, state->base, state->options, state->tls ? &*state->tls : nullptr);
        const auto failed = co_await connection->open();
        if (!failed.empty()) {
            state->trouble(failed);
            co_return ClientFailure::not_sent;
        }
        written = co_await connection->write(bytes);
    }
    if (!written.complete) {
        if (written.bytes == 0) co_return ClientFailure::not_sent;
        co_return ClientFailure::ambiguous;
    }
    auto response = co_await connection->read(request.method == Method::head);
    if (response.ok() && connection->reusable()) state->keep(std::move(connection));
    co_return std::move(response);
}

Client::Client(net::any_io_executor executor, std::string base, ClientOptions options)
{
    auto address = parse_base(base);
    if (!address) throw std::invalid_argument("not a base address: " + base);
    if (options.connections_max == 0) throw std::invalid_argument("a client needs a connection");
    state_ = std::make_shared<State>(std::move(executor), std::move(*address), std::move(options));
}

Client::~Client()
{
    auto executor = state_->executor;
    auto close = [state = std::move(state_)] {
        state->closed = true;
        state->idle.clear();
    };
    net::post(executor, std::move(close));
}

net::awaitable<Result<Response, ClientFailure>> Client::send(ClientRequest request)
{
    if (!fit_to_send(request)) throw std::invalid_argument("a request that cannot be written");
    auto work = State::exchange(state_, std::move(request));
    const net::any_io_executor here = co_await net::this_coro::executor;
    Answer answer;
    if (here == state_->executor)
        answer = co_await std::move(work);
    else
        answer = co_await net::co_spawn(state_->executor, std::move(work), net::use_awaitable);
    co_return std::move(*answer);
}

}  // namespace tsunagi::http
