#include "tests/unit/http/asking.h"
#include "tests/unit/http/certificate.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <fstream>

using namespace tsunagi::http;
using namespace tsunagi::http::test;
using namespace std::chrono_literals;

namespace {

Listen secured_by(const Certificate& certificate)
{
    Listen listen;
    listen.tls = Tls{.certificate_file = certificate.certificate_file(), .key_file = certificate.key_file()};
    return listen;
}

std::string address(const std::string& host, const RunningServer& running)
{
    return "https://" + host + ":" + std::to_string(running.port());
}

ClientOptions trusting(const Certificate& certificate)
{
    ClientOptions options;
    options.ca_file = certificate.certificate_file();
    return options;
}

bool is_hello(const Answer& answer) { return answer.ok() && answer.value().body == "hello"; }
bool not_sent(const Answer& answer) { return !answer.ok() && answer.error() == ClientFailure::not_sent; }

}  // namespace

TEST_CASE("tls: requests are served, bodies large and small, and the connection is kept")
{
    const Certificate certificate("localhost");
    RunningServer running(secured_by(certificate));
    Threads threads(1);
    Client client(threads[0].get_executor(), address("localhost", running), trusting(certificate));
    CHECK(is_hello(send(threads[0], client, {.path = "/hello"})));
    const auto big =
        send(threads[0], client, {.method = Method::post, .path = "/big", .body = std::string(1024 * 1024, 'x')});
    REQUIRE(big.ok());
    CHECK(big.value().body == "1048576");
    CHECK(running.server().connections() == 1);
}

TEST_CASE("tls: who came over TLS is told to come no other way; over plain HTTP only when a proxy of ours says so")
{
    const Certificate certificate("localhost");
    RunningServer secure(secured_by(certificate));
    Threads threads(1);
    Client client(threads[0].get_executor(), address("localhost", secure), trusting(certificate));
    for (const auto* path : {"/hello", "/nowhere", "/throws"}) {
        const auto answer = send(threads[0], client, {.path = path});
        REQUIRE(answer.ok());
        CHECK(find_field(answer.value().fields, "strict-transport-security") == "max-age=31536000");
    }

    const auto told = [](RunningServer& running, std::string_view more) {
        const auto response = running.ask("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + std::string(more) + "\r\n");
        REQUIRE(response);
        return !response->field("Strict-Transport-Security").empty();
    };
    RunningServer behind_proxy;
    CHECK_FALSE(told(behind_proxy, ""));
    CHECK_FALSE(told(behind_proxy, "X-Forwarded-Proto: http\r\n"));
    CHECK(told(behind_proxy, "X-Forwarded-Proto: https\r\n"));
    Listen open;
    open.proxies = {};
    RunningServer direct(open);
    CHECK_FALSE(told(direct, "X-Forwarded-Proto: https\r\n"));
}

TEST_CASE("tls: a server is believed only with a trusted certificate for the very host")
{
    const Certificate certificate("localhost");
    const Certificate stranger("localhost");
    const Certificate elsewhere("elsewhere.example");
    RunningServer running(secured_by(certificate));
    RunningServer wrong_host(secured_by(elsewhere));
    Threads threads(1);

    Client by_address(threads[0].get_executor(), address("127.0.0.1", running), trusting(certificate));
    CHECK(is_hello(send(threads[0], by_address, {.path = "/hello"})));

    std::string trouble;
    auto options = trusting(stranger);
    options.on_trouble = [&](std::string_view code) { trouble = code; };
    Client distrusting(threads[0].get_executor(), address("localhost", running), options);
    CHECK(not_sent(send(threads[0], distrusting, {.path = "/hello"})));
    CHECK(trouble == "handshake_failed");

    Client deceived(threads[0].get_executor(), address("localhost", wrong_host), trusting(elsewhere));
    CHECK(not_sent(send(threads[0], deceived, {.path = "/hello"})));
    Client by_system(threads[0].get_executor(), address("localhost", running), {});
    CHECK(not_sent(send(threads[0], by_system, {.path = "/hello"})));
    CHECK(running.handled == 1);
}

TEST_CASE("tls: a renewed certificate serves new connections, old ones go on")
{
    const Certificate certificate("localhost");
    const Certificate first("localhost");
    const Certificate renewed("localhost");
    certificate.replace_with(first);
    RunningServer running(secured_by(certificate));
    Threads threads(1);
    Client old(threads[0].get_executor(), address("localhost", running), trusting(first));
    CHECK(is_hello(send(threads[0], old, {.path = "/hello"})));

    certificate.replace_with(renewed);
    CHECK(running.server().reload_tls().empty());
    CHECK(is_hello(send(threads[0], old, {.path = "/hello"})));
    Client new_old(threads[0].get_executor(), address("localhost", running), trusting(first));
    CHECK(not_sent(send(threads[0], new_old, {.path = "/hello"})));
    Client fresh(threads[0].get_executor(), address("localhost", running), trusting(renewed));
    CHECK(is_hello(send(threads[0], fresh, {.path = "/hello"})));
}

TEST_CASE("tls: a broken renewal is refused and the old certificate stays")
{
    const Certificate certificate("localhost");
    const Certificate first("localhost");
    const Certificate other("localhost");
    certificate.replace_with(first);
    RunningServer running(secured_by(certificate));
    std::filesystem::copy_file(other.key_file(), certificate.key_file(),
                               std::filesystem::copy_options::overwrite_existing);
    const auto says = [&](std::string_view words) { return running.server().reload_tls().find(words) != std::string::npos; };
    CHECK(says("does not belong to the certificate"));
    std::ofstream(certificate.key_file()) << "not a key";
    CHECK(says("key.pem is no private key"));
    std::filesystem::remove(certificate.key_file());
    CHECK(says("key.pem cannot be read: No such file"));
    certificate.replace_with(first);
    std::ofstream(certificate.certificate_file()) << "not a certificate";
    CHECK(says("certificate.pem is no chain"));
    std::filesystem::remove(certificate.certificate_file());
    CHECK(says("certificate.pem cannot be read: No such file"));

    Threads threads(1);
    Client client(threads[0].get_executor(), address("localhost", running), trusting(first));
    CHECK(is_hello(send(threads[0], client, {.path = "/hello"})));
}

TEST_CASE("tls: a server without a usable certificate does not start")
{
    Threads threads(1);
    Listen listen;
    listen.tls = Tls{.certificate_file = "/nowhere.pem", .key_file = "/nowhere.pem"};
    Server server(threads.contexts(), listen, {});
    CHECK_THROWS_WITH(server.start(), "the certificate /nowhere.pem cannot be read: No such file or directory");
}

TEST_CASE("tls: plain talk, silence and half a handshake on a TLS port harm nobody")
{
    const Certificate certificate("localhost");
    auto listen = secured_by(certificate);
    listen.limits.header_timeout = 200ms;
    RunningServer running(listen);
    auto plain = running.connect();
    plain.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(plain.closed());
    auto silent = running.connect();
    CHECK(silent.closed());
    auto half = running.connect();
    half.send("\x16\x03\x01\x02");
    CHECK(half.closed());
    CHECK(running.handled == 0);

    Threads threads(1);
    Client client(threads[0].get_executor(), address("localhost", running), trusting(certificate));
    CHECK(is_hello(send(threads[0], client, {.path = "/hello"})));
}

TEST_CASE("tls: slow-loris inside TLS is told 408")
{
    const Certificate certificate("localhost");
    auto listen = secured_by(certificate);
    listen.limits.header_timeout = 300ms;
    RunningServer running(listen);
    net::io_context io;
    net::ssl::context context(net::ssl::context::tls_client);
    net::ssl::stream<net::ip::tcp::socket> stream(io, context);
    stream.next_layer().connect({net::ip::address_v4::loopback(), running.port()});
    stream.handshake(net::ssl::stream_base::client);
    net::write(stream, net::buffer(std::string_view("GET /hello HTTP/1.1\r\nHos")));
    std::string answer;
    boost::system::error_code end;
    net::read(stream, net::dynamic_buffer(answer), end);
    CHECK(answer.starts_with("HTTP/1.1 408 "));
    CHECK(end == net::error::eof);  // close_notify, not a torn connection
}

TEST_CASE("tls: deadlines, limits and stop hold as without TLS")
{
    const Certificate certificate("localhost");
    auto listen = secured_by(certificate);
    listen.limits.handler_timeout = 100ms;
    RunningServer running(listen);
    Threads threads(1);
    Client client(threads[0].get_executor(), address("localhost", running), trusting(certificate));

    const auto late = send(threads[0], client, {.path = "/wait"});
    REQUIRE(late.ok());
    CHECK(late.value().status == 503);
    const auto large =
        send(threads[0], client, {.method = Method::post, .path = "/echo", .body = std::string(70'000, 'x')});
    REQUIRE(large.ok());
    CHECK(large.value().status == 413);
    CHECK(is_hello(send(threads[0], client, {.path = "/hello"})));
    running.door.open();
    CHECK(running.stop().wait_for(patience) == std::future_status::ready);
}
