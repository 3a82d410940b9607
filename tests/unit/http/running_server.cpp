#include "tests/unit/http/running_server.h"

#include <boost/asio/use_awaitable.hpp>

#include <doctest/doctest.h>

namespace tsunagi::http::test {
namespace {

/// How often a condition is looked at that nobody announces.
constexpr std::chrono::milliseconds glance{2};

Response text(std::string body)
{
    return {.status = 200, .fields = {{"Content-Type", "text/plain"}}, .body = std::move(body)};
}

net::awaitable<Response> hello(RunningServer* running, Request)
{
    ++running->handled;
    co_return text("hello");
}

net::awaitable<Response> echo(RunningServer* running, Request request)
{
    ++running->handled;
    co_return text(std::move(request.body));
}

net::awaitable<Response> body_size(RunningServer* running, Request request)
{
    ++running->handled;
    co_return text(std::to_string(request.body.size()));
}

net::awaitable<Response> captures(RunningServer* running, Request request)
{
    ++running->handled;
    co_return text(request.captures["desk"] + "|" + request.captures["rest"] + "|" + request.query["q"] + "|" +
                   request.peer);
}

net::awaitable<Response> throws(RunningServer*, Request)
{
    throw std::runtime_error("a secret that nobody may see");
    co_return Response{};
}

net::awaitable<Response> wait(RunningServer* running, Request)
{
    ++running->handled;
    running->note_thread();
    co_await running->door.pass();
    co_return text("waited");
}

net::awaitable<Response> split(RunningServer*, Request)
{
    co_return Response{.status = 302, .fields = {{"Location", "/a\r\nSet-Cookie: stolen=1"}}, .body = {}};
}

net::awaitable<Response> huge(RunningServer*, Request) { co_return text(std::string(8 * 1024 * 1024, 'x')); }

net::awaitable<std::optional<Response>> gate(RunningServer* running, const Request& request)
{
    if (request.query.contains("wait")) co_await running->door.pass();
    if (request.query.contains("throw")) throw std::runtime_error("gate");
    if (request.query.contains("refuse")) co_return problem(403, "forbidden", "Forbidden");
    co_return std::nullopt;
}

net::awaitable<void> talk(RunningServer* running, Request request, std::shared_ptr<WebSocket> socket)
{
    ++running->live;
    running->opened(socket);
    if (request.query.contains("burst")) throw std::runtime_error("live");
    for (;;) {
        auto said = co_await socket->read();
        if (!said || *said == "bye") break;
        auto back = "you said " + *said;
        const bool written = co_await socket->write(std::move(back));
        if (!written) break;
    }
    --running->live;
}

net::awaitable<void> flood(RunningServer* running, Request, std::shared_ptr<WebSocket> socket)
{
    ++running->live;
    for (bool taken = true; taken;) {
        std::string text(32 * 1024, 'x');
        taken = co_await socket->write(std::move(text));
    }
    --running->live;
}

template <class Work>
Handler bound(Work work, RunningServer* running)
{
    return [work, running](Request request) { return work(running, std::move(request)); };
}

}  // namespace

Threads::Threads(std::size_t count)
{
    for (std::size_t at = 0; at < count; ++at) {
        auto& context = *contexts_.emplace_back(std::make_unique<net::io_context>(1));
        guards_.push_back(net::make_work_guard(context));
        threads_.emplace_back([&context] { context.run(); });
    }
}

Threads::~Threads()
{
    for (auto& context : contexts_) context->stop();
    for (auto& thread : threads_) thread.join();
}

std::vector<net::io_context*> Threads::contexts()
{
    std::vector<net::io_context*> all;
    for (auto& context : contexts_) all.push_back(context.get());
    return all;
}

bool eventually(const std::function<bool()>& condition)
{
    const auto end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end) {
        if (condition()) return true;
        std::this_thread::sleep_for(glance);
    }
    return false;
}

net::awaitable<void> Door::pass()
{
    ++waiting_;
    const auto executor = co_await net::this_coro::executor;
    net::steady_timer timer(executor);
    while (!open_) {
        timer.expires_after(glance);
        co_await timer.async_wait(net::use_awaitable);
    }
    --waiting_;
}

RunningServer::RunningServer(Listen listen, std::size_t threads) : threads_(threads)
{
    listen.on_trouble = [this](std::string_view code) {
        const std::lock_guard lock(mutex_);
        troubles_.emplace_back(code);
    };
    server_ = std::make_unique<Server>(threads_.contexts(), std::move(listen), routes());
    server_->start();
}

RunningServer::~RunningServer()
{
    door.open();
    if (stopped_) return;
    CHECK(stop().wait_for(patience) == std::future_status::ready);
}

std::vector<Route> RunningServer::routes()
{
    std::vector<Route> table;
    table.push_back({Method::get, "/hello", bound(hello, this)});
    table.push_back({Method::post, "/echo", bound(echo, this), 64 * 1024});
    table.push_back({Method::post, "/big", bound(body_size, this), 1024 * 1024});
    table.push_back({Method::get, "/desk/{desk}/{rest*}", bound(captures, this)});
    table.push_back({Method::get, "/throws", bound(throws, this)});
    table.push_back({Method::get, "/wait", bound(wait, this)});
    table.push_back({Method::get, "/split", bound(split, this)});
    table.push_back({Method::get, "/huge", bound(huge, this)});
    auto live_gate = [this](const Request& request) { return gate(this, request); };
    table.push_back({.method = Method::post, .pattern = "/gated/{desk}", .handler = bound(body_size, this),
                     .body_limit_bytes = 1024 * 1024, .body_gate = live_gate});
    auto live_handler = [this](Request request, std::shared_ptr<WebSocket> socket) {
        return talk(this, std::move(request), std::move(socket));
    };
    table.push_back({.method = Method::get, .pattern = "/live", .live_gate = live_gate, .live = live_handler});
    auto flooding = [this](Request request, std::shared_ptr<WebSocket> socket) {
        return flood(this, std::move(request), std::move(socket));
    };
    table.push_back({.method = Method::get, .pattern = "/flood", .live = flooding});
    return table;
}

std::optional<RawResponse> RunningServer::ask(std::string_view bytes)
{
    auto raw = connect();
    raw.send(bytes);
    return raw.receive();
}

std::future<void> RunningServer::stop()
{
    stopped_ = true;
    auto done = std::make_shared<std::promise<void>>();
    auto ready = done->get_future();
    server_->stop([done] { done->set_value(); });
    return ready;
}

std::shared_ptr<WebSocket> RunningServer::last_live()
{
    const std::lock_guard lock(mutex_);
    return last_live_;
}

void RunningServer::opened(std::shared_ptr<WebSocket> socket)
{
    const std::lock_guard lock(mutex_);
    last_live_ = std::move(socket);
}

std::size_t RunningServer::threads_used()
{
    const std::lock_guard lock(mutex_);
    return threads_used_.size();
}

void RunningServer::note_thread()
{
    const std::lock_guard lock(mutex_);
    threads_used_.insert(std::this_thread::get_id());
}

std::vector<std::string> RunningServer::troubles()
{
    const std::lock_guard lock(mutex_);
    return troubles_;
}

}  // namespace tsunagi::http::test
