#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace tsunagi::sandbox {

namespace net = boost::asio;

/// The sandbox's front door: passes bytes to the HTTP server behind it and back, and cuts a connection instead of passing
/// an answer that carries `cut_mark` in its header.
///
/// An HTTP server answers every request it has read, and rightly so; a platform that dies in between does not. With the
/// gate in front, `accepted, and then the line went dead` is a fault like any other.
class Gate {
public:
    Gate(net::io_context& context, const std::string& address, std::uint16_t port);

    /// The header field whose presence cuts: name and value. The value is random, so that no content can hold it.
    const std::string& cut_name() const { return cut_name_; }
    const std::string& cut_value() const { return cut_value_; }

    /// Begins to pass connections on to 127.0.0.1:`inner_port`. Throws std::system_error when the address is taken.
    void open(std::uint16_t inner_port);
    std::uint16_t port() const;
    void close();

private:
    struct Pair;
    net::awaitable<void> accept();
    net::awaitable<void> pass(net::ip::tcp::socket client);
    static net::awaitable<void> upstream(std::shared_ptr<Pair> pair);
    net::awaitable<void> downstream(std::shared_ptr<Pair> pair);

    net::io_context& context_;
    net::ip::tcp::endpoint endpoint_;
    net::ip::tcp::acceptor acceptor_;
    std::uint16_t inner_port_ = 0;
    std::string cut_name_ = "x-sandbox-cut", cut_value_;
};

}  // namespace tsunagi::sandbox
