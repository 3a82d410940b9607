#include "server/mail/smtp.h"
#include "tests/unit/http/certificate.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <istream>
#include <optional>
#include <thread>
#include <vector>

using namespace tsunagi;
using namespace tsunagi::mail;
namespace net = boost::asio;

namespace {

const Message short_mail{.from = "tsunagi@example.jp", .to = "on-call@example.jp", .id = "01JD-1-4-0", .subject = "確認", .body = "link\n", .date = {}};
const std::atomic<bool> go_on{false};

/// A relay on loopback that speaks to one caller, in plain text or with `certificate` in TLS from the first byte on, and keeps what it heard.
class TinyRelay {
public:
    enum class Manner { takes, refuses_the_recipient, refuses_the_sign_in, says_nothing };
    explicit TinyRelay(Manner manner, const http::test::Certificate* certificate = nullptr) : manner_(manner)
    {
        if (certificate != nullptr) {
            tls_.emplace(net::ssl::context::tls_server);
            tls_->use_certificate_chain_file(certificate->certificate_file());
            tls_->use_private_key_file(certificate->key_file(), net::ssl::context::pem);
        }
        thread_ = std::thread([this] { serve(); });
    }
    ~TinyRelay()
    {
        if (thread_.joinable()) heard();
    }
    Relay address(Security security) const
    {
        return {.host = "127.0.0.1", .port = acceptor_.local_endpoint().port(), .security = security};
    }
    /// Everything the caller said; ends the relay.
    std::string heard()
    {
        if (!thread_.joinable()) return heard_;
        boost::system::error_code over;
        net::io_context context;
        net::ip::tcp::socket(context).connect(acceptor_.local_endpoint(), over);  // ends the wait for a caller who never came
        thread_.join();
        return heard_;
    }

private:
    void serve()
    {
        boost::system::error_code failed;
        net::ip::tcp::socket socket(context_);
        acceptor_.accept(socket, failed);
        if (!tls_) return converse(socket, failed);
        net::ssl::stream<net::ip::tcp::socket&> secure(socket, *tls_);
        if (!failed) secure.handshake(net::ssl::stream_base::server, failed);
        converse(secure, failed);
    }
    template <class Stream>
    void converse(Stream& socket, boost::system::error_code failed)
    {
        if (!failed && manner_ != Manner::says_nothing) say(socket, "220 tiny");
        net::streambuf buffer;
        bool in_data = false;
        while (!failed) {
            net::read_until(socket, buffer, "\r\n", failed);
            if (failed) return;
            std::istream lines(&buffer);
            std::string line;
            std::getline(lines, line);
            heard_ += line + "\n";
            if (manner_ == Manner::says_nothing) continue;
            if (in_data && line != ".\r") continue;
            in_data = line.starts_with("DATA");
            answer(socket, line);
        }
    }
    template <class Stream>
    void answer(Stream& socket, const std::string& line)
    {
        if (line.starts_with("EHLO")) return say(socket, "250-tiny\r\n250 AUTH PLAIN");
        if (line.starts_with("AUTH")) return say(socket, manner_ == Manner::refuses_the_sign_in ? "535 no" : "235 yes");
        if (line.starts_with("RCPT") && manner_ == Manner::refuses_the_recipient) return say(socket, "550 no such box");
        say(socket, line.starts_with("DATA") ? "354 go on" : "250 yes");
    }
    template <class Stream>
    static void say(Stream& socket, const std::string& line)
    {
        boost::system::error_code gone;
        net::write(socket, net::buffer(line + "\r\n"), gone);
    }

    Manner manner_;
    std::optional<net::ssl::context> tls_;
    net::io_context context_;
    net::ip::tcp::acceptor acceptor_{context_, {net::ip::make_address("127.0.0.1"), 0}};
    std::string heard_;
    std::thread thread_;
};

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("smtp: a relay's address says how the way is kept from listeners")
{
    const auto security = [](std::string_view url) { return relay_at(url).value().security; };
    CHECK(security("smtps://mail.example.jp") == Security::tls);
    CHECK(security("smtps://127.0.0.1:4650") == Security::tls);
    CHECK(security("smtp://mail.example.jp:587") == Security::starttls);
    CHECK(security("smtp://192.0.2.7") == Security::starttls);
    CHECK(security("smtp://127.0.0.1.example.com") == Security::starttls);
    CHECK(security("smtp://localhost.example.com") == Security::starttls);
    CHECK(security("smtp://[2001:db8::1]") == Security::starttls);
    for (const auto* here : {"smtp://127.0.0.1:25", "smtp://127.1.2.3", "smtp://localhost:25", "smtp://[::1]:25"}) CHECK(security(here) == Security::loopback);
    CHECK(relay_at("smtp://mail.example.jp").value().port == 587);
    CHECK(relay_at("smtps://mail.example.jp").value().port == 465);
    CHECK(relay_at("smtp://[::1]:2525").value().host == "::1");
    for (const auto* bad : {"", "mail.example.jp", "http://mail.example.jp", "smtp://", "smtp://:25", "smtp://a:", "smtp://a:0", "smtp://a:65536", "smtp://a:25x",
                            "smtp://a/b", "smtp://user@a", "smtp://a b", "smtp://a\r\nQUIT", "smtp://[::1", "smtp://[::1]25", "smtp://[a]", "smtp://-a"}) {
        CAPTURE(bad);
        CHECK_FALSE(relay_at(bad).has_value());
    }
}

TEST_CASE("smtp: a relay takes the mail, for the one address it is for")
{
    TinyRelay tiny(TinyRelay::Manner::takes);
    auto relay = tiny.address(Security::loopback);
    relay.user = "tsunagi";
    relay.password = "secret";
    CHECK_FALSE(send(relay, short_mail, go_on).has_value());
    const auto heard = tiny.heard();
    CHECK(holds(heard, "EHLO example.jp\r"));
    CHECK(holds(heard, "AUTH PLAIN"));
    CHECK(holds(heard, "MAIL FROM:<tsunagi@example.jp>"));
    CHECK(holds(heard, "RCPT TO:<on-call@example.jp>"));
    CHECK(holds(heard, "Message-ID: <01JD-1-4-0@example.jp>"));
}

TEST_CASE("smtp: over TLS a relay is believed only with a trusted certificate for its very name; another one hears not a word")
{
    const http::test::Certificate ours("localhost");
    const http::test::Certificate stranger("localhost");
    const http::test::Certificate elsewhere("elsewhere.example");
    const auto outcome = [](const http::test::Certificate& shown, const http::test::Certificate& trusted, const std::string& host) {
        TinyRelay tiny(TinyRelay::Manner::takes, &shown);
        auto relay = tiny.address(Security::tls);
        relay.host = host;
        relay.ca_file = trusted.certificate_file();
        relay.user = "tsunagi";
        relay.password = "secret";
        const auto failure = send(relay, short_mail, go_on);
        const auto heard = tiny.heard();
        CHECK(holds(heard, "AUTH") == !failure.has_value());
        CHECK(holds(heard, "MAIL") == !failure.has_value());
        return failure;
    };
    CHECK_FALSE(outcome(ours, ours, "localhost").has_value());
    CHECK_FALSE(outcome(ours, ours, "127.0.0.1").has_value());
    CHECK(outcome(stranger, ours, "localhost") == SendFailure::tls_failed);
    CHECK(outcome(elsewhere, elsewhere, "localhost") == SendFailure::tls_failed);
}

TEST_CASE("smtp: a proxy of the environment never hears who is called")
{
    ::setenv("all_proxy", "http://127.0.0.1:1", 1);
    TinyRelay tiny(TinyRelay::Manner::takes);
    const auto failure = send(tiny.address(Security::loopback), short_mail, go_on);
    ::unsetenv("all_proxy");
    CHECK_FALSE(failure.has_value());
    CHECK(holds(tiny.heard(), "MAIL FROM"));
}

TEST_CASE("smtp: nobody listens: the mail certainly did not go")
{
    std::uint16_t free_port = 0;
    {
        net::io_context context;
        free_port = net::ip::tcp::acceptor(context, {net::ip::make_address("127.0.0.1"), 0}).local_endpoint().port();
    }
    CHECK(send(Relay{.host = "127.0.0.1", .port = free_port, .security = Security::loopback}, short_mail, go_on) == SendFailure::connect_failed);
}

TEST_CASE("smtp: without STARTTLS a relay elsewhere hears neither the sign-in nor the mail")
{
    TinyRelay tiny(TinyRelay::Manner::takes);
    auto relay = tiny.address(Security::starttls);
    relay.user = "tsunagi";
    relay.password = "secret";
    CHECK(send(relay, short_mail, go_on) == SendFailure::tls_failed);
    const auto heard = tiny.heard();
    CHECK(holds(heard, "EHLO"));
    CHECK_FALSE(holds(heard, "AUTH"));
    CHECK_FALSE(holds(heard, "MAIL"));
}

TEST_CASE("smtp: what a relay refuses is known as refused, and nothing of it went out")
{
    TinyRelay no_box(TinyRelay::Manner::refuses_the_recipient);
    CHECK(send(no_box.address(Security::loopback), short_mail, go_on) == SendFailure::refused);
    CHECK_FALSE(holds(no_box.heard(), "DATA"));
    TinyRelay no_entry(TinyRelay::Manner::refuses_the_sign_in);
    auto relay = no_entry.address(Security::loopback);
    relay.user = "tsunagi";
    relay.password = "wrong";
    CHECK(send(relay, short_mail, go_on) == SendFailure::sign_in_refused);
}

TEST_CASE("smtp: a relay that says nothing is given up at the deadline, or when the program ends")
{
    using namespace std::chrono_literals;
    const auto begun = std::chrono::steady_clock::now();
    {
        TinyRelay tiny(TinyRelay::Manner::says_nothing);
        CHECK(send(tiny.address(Security::loopback), short_mail, go_on, {.connect = 300ms, .whole = 300ms}) == SendFailure::timed_out);
    }
    {
        TinyRelay tiny(TinyRelay::Manner::says_nothing);
        CHECK(send(tiny.address(Security::loopback), short_mail, go_on, {.connect = 20s, .whole = 300ms}) == SendFailure::timed_out);
    }
    const std::atomic<bool> stop{true};
    TinyRelay tiny(TinyRelay::Manner::says_nothing);
    CHECK(send(tiny.address(Security::loopback), short_mail, stop) == SendFailure::stopped);
    CHECK(std::chrono::steady_clock::now() - begun < 10s);
}

TEST_CASE("smtp: an unsound message reaches nobody")
{
    auto message = short_mail;
    message.to = "a@example.jp\r\nRCPT TO:<b@example.jp>";
    CHECK(send(Relay{.host = "127.0.0.1", .port = 1, .security = Security::loopback}, message, go_on) == SendFailure::message_unsound);
}
