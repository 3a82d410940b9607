#include "server/http/server.h"

#include "server/http/await.h"
#include "server/http/peer.h"
#include "server/http/session.h"
#include "server/http/tls.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>

#include <optional>
#include <stdexcept>

namespace tsunagi::http {
namespace {

using tcp = net::ip::tcp;

/// After a failed accept, most often for want of file descriptors: some connections end meanwhile.
constexpr std::chrono::milliseconds accept_pause{50};

tcp::acceptor bound_to(net::io_context& context, const Listen& listen)
{
    boost::system::error_code error;
    const auto address = net::ip::make_address(listen.address, error);
    if (error) throw std::runtime_error("cannot listen on " + listen.address + ": an IP address is wanted, 0.0.0.0 for all");
    const tcp::endpoint endpoint(address, listen.port);
    tcp::acceptor acceptor(context);
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(net::socket_base::reuse_address(true), error);
    if (!error && address.is_v6()) acceptor.set_option(net::ip::v6_only(false), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(net::socket_base::max_listen_connections, error);
    if (!error) return acceptor;
    std::string why = "cannot listen on " + listen.address + " port " + std::to_string(listen.port) + ": " + error.message();
    if (error == net::error::address_in_use) why += "; stop the program that has it (ss -ltnp shows which), or choose another port";
    throw std::runtime_error(why);
}

void start_session(std::shared_ptr<Shared> shared, Lane& lane, tcp::socket socket)
{
    const std::string peer = peer_of(socket);
    const auto& limits = shared->limits;
    if (shared->connections >= limits.connections_max + refusals_max) return;  // closes the socket
    if (shared->shares.of(share_of(peer)) >= limits.connections_per_address_max + refusals_max) return;
    auto session = serve(Seat(shared, lane, peer), std::move(socket));
    auto ended = [shared](std::exception_ptr failure) {
        if (failure) shared->trouble("session_threw");
    };
    net::co_spawn(lane.context, std::move(session), std::move(ended));
}

/// Takes connections and hands each to the lane that has the fewest. One acceptor and not one a lane with SO_REUSEPORT:
/// LINE comes over few connections that stay, and the kernel's hash may put all of them on one thread.
net::awaitable<void> accept_all(std::shared_ptr<Shared> shared, tcp::acceptor acceptor)
{
    shared->acceptor = &acceptor;
    net::steady_timer pause(acceptor.get_executor());
    while (!shared->draining) {
        Lane& lane = shared->least_busy();
        const net::any_io_executor home = lane.context.get_executor();
        auto accepted = co_await acceptor.async_accept(home, nothrow);
        if (shared->draining) break;
        if (std::get<0>(accepted)) {
            shared->trouble("accept_failed");
            pause.expires_after(accept_pause);
            co_await pause.async_wait(nothrow);
            continue;
        }
        start_session(shared, lane, std::move(std::get<1>(accepted)));
    }
    shared->acceptor = nullptr;
}

void rethrow(std::exception_ptr failure)
{
    if (failure) std::rethrow_exception(failure);
}

}  // namespace

struct Server::State : Shared {
    using Shared::Shared;

    std::optional<tcp::acceptor> bound;  ///< between bind() and start()

    /// Tells every lane, on its own thread, that nothing new begins; `at_once` closes what has begun as well.
    static void drain(const std::shared_ptr<State>& state, bool at_once)
    {
        for (auto& lane : state->lanes) {
            auto task = [state, &lane = *lane, at_once] {
                if (lane.index == 0 && state->acceptor != nullptr) state->acceptor->close();
                lane.begin_drain();
                if (at_once) lane.abort_all();
            };
            net::post(lane->context, std::move(task));
        }
    }
};

Server::Server(std::vector<net::io_context*> contexts, Listen listen, std::vector<Route> routes)
{
    if (contexts.empty()) throw std::invalid_argument("a server needs an io_context");
    state_ = std::make_shared<State>(std::move(contexts), std::move(listen), std::move(routes));
}

Server::~Server()
{
    if (!state_->started || state_->finished) return;
    state_->draining = true;
    state_->finished = true;
    State::drain(state_, true);
}

void Server::bind()
{
    if (state_->listen.tls)
        if (const auto trouble = reload_tls(); !trouble.empty()) throw std::runtime_error(trouble);
    state_->bound = bound_to(state_->lanes[0]->context, state_->listen);
    state_->port = state_->bound->local_endpoint().port();
}

void Server::start()
{
    if (state_->started.exchange(true)) throw std::logic_error("a server starts once");
    if (!state_->bound) bind();
    auto acceptor = std::move(*state_->bound);
    state_->bound.reset();
    net::co_spawn(state_->lanes[0]->context, accept_all(state_, std::move(acceptor)), rethrow);
    for (auto& lane : state_->lanes) net::co_spawn(lane->context, Lane::watch(state_, lane->index), rethrow);
}

std::uint16_t Server::port() const { return state_->port; }

void Server::stop(std::function<void()> done)
{
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->draining.exchange(true)) return;
        state_->done = std::move(done);
    }
    if (!state_->started) return net::post(state_->lanes[0]->context, [state = state_] { state->finish(); });
    State::drain(state_, false);
}

std::string Server::reload_tls()
{
    if (!state_->listen.tls) return "this server has no certificate";
    auto fresh = server_tls(*state_->listen.tls);
    if (!fresh) {
        const auto trouble = tls_trouble(*state_->listen.tls);
        return trouble.empty() ? "the certificate " + state_->listen.tls->certificate_file + " cannot be used" : trouble;
    }
    const std::lock_guard lock(state_->mutex);
    state_->tls = std::move(fresh);
    return {};
}

std::size_t Server::connections() const { return state_->connections; }

}  // namespace tsunagi::http
