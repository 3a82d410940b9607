#include "deploy/sandbox/gate.h"
#include "deploy/sandbox/bell.h"
#include "deploy/sandbox/ids.h"
#include "server/http/await.h"

#include <boost/asio/write.hpp>

#include <array>
#include <string_view>

namespace tsunagi::sandbox {
namespace {

using tcp = net::ip::tcp;
constexpr std::size_t buffer_bytes = 64 * 1024;
constexpr std::int64_t accept_pause_ms = 100;  // out of sockets: some will be given back

void close_socket(tcp::socket& socket)
{
    boost::system::error_code ignored;
    socket.close(ignored);
}

}  // namespace

struct Gate::Pair {
    explicit Pair(tcp::socket from) : client(std::move(from)), server(client.get_executor()) {}
    tcp::socket client, server;
    std::array<char, buffer_bytes> up, down;
};

Gate::Gate(net::io_context& context, const std::string& address, std::uint16_t port)
    : context_(context), endpoint_(net::ip::make_address(address), port), acceptor_(context), cut_value_(random_hex(16))
{
}

void Gate::open(std::uint16_t inner_port)
{
    inner_port_ = inner_port;
    acceptor_.open(endpoint_.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    acceptor_.bind(endpoint_);
    acceptor_.listen();
    start(context_.get_executor(), accept());
}

std::uint16_t Gate::port() const { return acceptor_.local_endpoint().port(); }

void Gate::close()
{
    boost::system::error_code ignored;
    acceptor_.close(ignored);
}

net::awaitable<void> Gate::accept()
{
    for (;;) {
        auto [error, client] = co_await acceptor_.async_accept(http::nothrow);
        if (!acceptor_.is_open()) co_return;
        if (!error) start(context_.get_executor(), pass(std::move(client)));
        else co_await pause_ms(accept_pause_ms);
    }
}

net::awaitable<void> Gate::pass(tcp::socket client)
{
    const auto pair = std::make_shared<Pair>(std::move(client));
    const tcp::endpoint inner(net::ip::address_v4::loopback(), inner_port_);
    const auto [error] = co_await pair->server.async_connect(inner, http::nothrow);
    if (error) co_return;
    boost::system::error_code ignored;
    pair->client.set_option(tcp::no_delay(true), ignored);
    pair->server.set_option(tcp::no_delay(true), ignored);
    start(context_.get_executor(), upstream(pair));
    co_await downstream(pair);
}

net::awaitable<void> Gate::upstream(std::shared_ptr<Pair> pair)
{
    for (;;) {
        const auto space = net::buffer(pair->up);
        const auto [error, count] = co_await pair->client.async_read_some(space, http::nothrow);
        if (error) break;
        const auto bytes = net::buffer(pair->up, count);
        const auto [failed, written] = co_await net::async_write(pair->server, bytes, http::nothrow);
        if (failed) break;
    }
    boost::system::error_code ignored;
    pair->server.shutdown(tcp::socket::shutdown_send, ignored);  // the server ends what it began, then closes
}

net::awaitable<void> Gate::downstream(std::shared_ptr<Pair> pair)
{
    const std::string mark = cut_name_ + ": " + cut_value_;
    for (;;) {
        const auto space = net::buffer(pair->down);
        const auto [error, count] = co_await pair->server.async_read_some(space, http::nothrow);
        if (error) break;
        if (std::string_view(pair->down.data(), count).find(mark) != std::string_view::npos) break;
        const auto bytes = net::buffer(pair->down, count);
        const auto [failed, written] = co_await net::async_write(pair->client, bytes, http::nothrow);
        if (failed) break;
    }
    close_socket(pair->client);
    close_socket(pair->server);
}

}  // namespace tsunagi::sandbox
