#include "server/http/websocket.h"
#include "tests/unit/http/certificate.h"
#include "tests/unit/http/running_server.h"

#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <doctest/doctest.h>

using namespace tsunagi::http;
using namespace tsunagi::http::test;
namespace beast = boost::beast;
namespace ws = beast::websocket;
using tcp = net::ip::tcp;

namespace {

/// A blocking WebSocket client over plain TCP.
struct Peer {
    explicit Peer(std::uint16_t port) : socket(io)
    {
        auto& layer = socket.next_layer();
        layer.connect(tcp::endpoint(net::ip::address_v4::loopback(), port));
        const timeval time{.tv_sec = patience.count(), .tv_usec = 0};
        ::setsockopt(layer.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    }
    bool shake_hands(const std::string& target = "/live")
    {
        boost::system::error_code error;
        socket.handshake(response, "a", target, error);
        return !error;
    }
    bool say(std::string_view text)
    {
        boost::system::error_code error;
        socket.write(net::buffer(text), error);
        return !error;
    }
    /// The next message; empty when the connection ended.
    std::string hear()
    {
        beast::flat_buffer buffer;
        boost::system::error_code error;
        socket.read(buffer, error);
        return error ? std::string{} : beast::buffers_to_string(buffer.data());
    }
    /// Why the server closed, once it has.
    unsigned close_code()
    {
        while (!hear().empty()) {
        }
        return socket.reason().code;
    }

    net::io_context io;
    ws::stream<tcp::socket> socket;
    ws::response_type response;
};

std::string upgrade(std::string_view target, std::string_view more = {})
{
    return "GET " + std::string(target) +
           " HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
           "13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
           std::string(more);
}

}  // namespace

TEST_CASE("live: a conversation over WebSocket, and its end")
{
    RunningServer running;
    Peer peer(running.port());
    REQUIRE(peer.shake_hands());
    CHECK(peer.say("こんにちは"));
    CHECK(peer.hear() == "you said こんにちは");
    CHECK(peer.say(std::string(live_message_bytes_max, 'x')));
    CHECK(peer.hear().size() == live_message_bytes_max + 9);
    CHECK(peer.say("bye"));
    CHECK(peer.close_code() == ws::close_code::normal);
    CHECK(eventually([&] { return running.live == 0 && running.server().connections() == 0; }));
}

TEST_CASE("live: the gate decides before the upgrade, and may refuse like any handler")
{
    RunningServer running;
    Peer refused(running.port());
    CHECK_FALSE(refused.shake_hands("/live?refuse"));
    CHECK(refused.response.result_int() == 403);
    Peer broken(running.port());
    CHECK_FALSE(broken.shake_hands("/live?throw"));
    CHECK(broken.response.result_int() == 500);
    CHECK(running.troubles() == std::vector<std::string>{"live_gate_threw"});
    CHECK(running.live == 0);
}

TEST_CASE("live: what is no proper upgrade is answered as HTTP")
{
    RunningServer running;
    const auto plain = running.ask("GET /live HTTP/1.1\r\nHost: a\r\n\r\n");
    REQUIRE(plain);
    CHECK(plain->status == 426);
    CHECK(plain->field("upgrade") == "websocket");
    CHECK(running.ask("POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")->status == 405);
    auto early = running.connect();
    early.send(upgrade("/live", "\x81\x85"));
    CHECK(early.receive()->status == 400);
    auto key = upgrade("/live");
    key.replace(key.find("dGhl"), 24, "short");
    CHECK(running.ask(key)->status == 400);
    CHECK(running.live == 0);
    CHECK(running.ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")->status == 200);
}

TEST_CASE("live: too large, not text, or broken frames end the connection and only that")
{
    RunningServer running;
    Peer large(running.port());
    REQUIRE(large.shake_hands());
    large.say(std::string(live_message_bytes_max + 1, 'x'));
    CHECK(large.close_code() == ws::close_code::too_big);
    Peer binary(running.port());
    REQUIRE(binary.shake_hands());
    binary.socket.binary(true);
    CHECK(binary.say("x"));
    CHECK(binary.close_code() == ws::close_code::unknown_data);
    Peer invalid(running.port());
    REQUIRE(invalid.shake_hands());
    invalid.say("\xff\xfe");
    CHECK(invalid.close_code() != ws::close_code::none);

    auto raw = running.connect();
    raw.send(upgrade("/live"));
    CHECK(raw.receive()->status == 101);
    raw.send(std::string(16, '\xff'));
    CHECK(raw.closed());
    raw.close();
    CHECK(eventually([&] { return running.live == 0 && running.server().connections() == 0; }));
}

TEST_CASE("live: a peer that vanishes is noticed")
{
    RunningServer running;
    auto raw = running.connect();
    raw.send(upgrade("/live"));
    CHECK(raw.receive()->status == 101);
    REQUIRE(eventually([&] { return running.live == 1; }));
    raw.reset();
    CHECK(eventually([&] { return running.live == 0 && running.server().connections() == 0; }));
}

TEST_CASE("live: who is silent is asked with a ping, and cut off without an answer")
{
    Listen listen;
    listen.limits.live_idle_timeout = std::chrono::milliseconds(200);
    RunningServer running(listen);
    auto raw = running.connect();
    raw.send(upgrade("/live"));
    CHECK(raw.receive()->status == 101);
    CHECK(raw.receive_until("\x89").size() == 1);
    CHECK(raw.closed());
    CHECK(eventually([&] { return running.live == 0 && running.server().connections() == 0; }));
}

TEST_CASE("live: who answers pings may be silent as long as he likes")
{
    Listen listen;
    listen.limits.live_idle_timeout = std::chrono::milliseconds(200);
    listen.limits.handler_timeout = std::chrono::milliseconds(400);     // ends with the upgrade
    listen.limits.live_write_timeout = std::chrono::milliseconds(400);  // ends with the message
    RunningServer running(listen);
    Peer peer(running.port());
    int pings = 0;
    REQUIRE(peer.shake_hands());
    CHECK(peer.say("here"));
    CHECK(peer.hear() == "you said here");
    peer.socket.control_callback([&](ws::frame_type kind, beast::string_view) {
        if (kind == ws::frame_type::ping && ++pings == 5) running.last_live()->close();
    });
    CHECK(peer.close_code() == ws::close_code::normal);  // answers pings while it waits
    CHECK(pings >= 5);
    CHECK(running.troubles().empty());
}

TEST_CASE("live: who does not read is cut off by the write deadline")
{
    Listen listen;
    listen.limits.live_write_timeout = std::chrono::milliseconds(200);
    RunningServer running(listen);
    auto raw = running.connect();
    raw.send(upgrade("/flood"));
    CHECK(raw.receive()->status == 101);
    REQUIRE(eventually([&] { return running.live == 1; }));
    CHECK(eventually([&] { return running.live == 0 && running.server().connections() == 0; }));
}

TEST_CASE("live: close from another thread, even twice and late")
{
    RunningServer running;
    Peer peer(running.port());
    REQUIRE(peer.shake_hands());
    REQUIRE(eventually([&] { return running.last_live() != nullptr; }));
    const auto socket = running.last_live();
    socket->close();
    socket->close();
    CHECK(peer.close_code() == ws::close_code::normal);
    CHECK(eventually([&] { return running.live == 0 && running.server().connections() == 0; }));
    socket->close();
    CHECK(running.ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")->status == 200);
}

TEST_CASE("live: a handler that throws closes with 1011")
{
    RunningServer running;
    Peer peer(running.port());
    REQUIRE(peer.shake_hands("/live?burst"));
    CHECK(peer.close_code() == ws::close_code::internal_error);
}

TEST_CASE("live: a graceful stop tells everyone 1001")
{
    RunningServer running({}, 2);
    Peer first(running.port()), second(running.port());
    REQUIRE(first.shake_hands());
    REQUIRE(second.shake_hands());
    REQUIRE(eventually([&] { return running.live == 2; }));
    auto stopped = running.stop();
    CHECK(first.close_code() == ws::close_code::going_away);
    CHECK(second.close_code() == ws::close_code::going_away);
    CHECK(stopped.wait_for(patience) == std::future_status::ready);
    CHECK(running.live == 0);
}

TEST_CASE("live: over TLS as well")
{
    const Certificate certificate("localhost");
    Listen listen;
    listen.tls = Tls{.certificate_file = certificate.certificate_file(), .key_file = certificate.key_file()};
    RunningServer running(listen);
    net::io_context io;
    net::ssl::context context(net::ssl::context::tls_client);
    ws::stream<net::ssl::stream<tcp::socket>> socket(io, context);
    beast::get_lowest_layer(socket).connect(tcp::endpoint(net::ip::address_v4::loopback(), running.port()));
    socket.next_layer().handshake(net::ssl::stream_base::client);
    socket.handshake("a", "/live");
    socket.write(net::buffer(std::string_view("hi")));
    beast::flat_buffer buffer;
    socket.read(buffer);
    CHECK(beast::buffers_to_string(buffer.data()) == "you said hi");
    boost::system::error_code ignored;
    socket.close(ws::close_code::normal, ignored);
    CHECK(eventually([&] { return running.live == 0; }));
}

TEST_CASE("live: the page is told why it was ended")
{
    RunningServer running;
    Peer peer(running.port());
    REQUIRE(peer.shake_hands());
    CHECK(peer.say("hello"));
    CHECK(peer.hear() == "you said hello");
    running.last_live()->close(4401);
    CHECK(peer.close_code() == 4401);
}
