#include "tests/unit/http/raw.h"

#include "server/http/wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace tsunagi::http::test {
namespace {

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

void set_patience(int socket)
{
    const timeval time{.tv_sec = patience.count(), .tv_usec = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

}  // namespace

std::string RawResponse::field(std::string_view name) const
{
    std::string_view rest = head;
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find("\r\n"));
        rest.remove_prefix(std::min(rest.size(), line.size() + 2));
        const auto colon = line.find(':');
        if (colon != std::string_view::npos && same_name(line.substr(0, colon), name))
            return std::string(trimmed(line.substr(colon + 1)));
    }
    return {};
}

Raw::Raw(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    set_patience(socket_);
    const auto address = loopback(port);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) close();
}

Raw::~Raw() { close(); }

bool Raw::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

bool Raw::read_more()
{
    char block[16 * 1024];
    const auto count = ::recv(socket_, block, sizeof block, 0);
    if (count <= 0) return false;
    inbox_.append(block, static_cast<std::size_t>(count));
    return true;
}

std::string Raw::receive_until(std::string_view text)
{
    std::size_t at = 0;
    while ((at = inbox_.find(text)) == std::string::npos)
        if (!read_more()) return {};
    auto found = inbox_.substr(0, at + text.size());
    inbox_.erase(0, found.size());
    return found;
}

std::optional<RawResponse> Raw::receive(bool head_only)
{
    RawResponse response{.head = receive_until("\r\n\r\n")};
    if (!response.head.starts_with("HTTP/1.1 ")) return std::nullopt;
    response.status = static_cast<unsigned>(std::stoul(response.head.substr(9, 3)));
    const auto length = response.field("content-length");
    if (head_only || length.empty()) return response;
    const std::size_t size = std::stoul(length);
    while (inbox_.size() < size)
        if (!read_more()) return std::nullopt;
    response.body = inbox_.substr(0, size);
    inbox_.erase(0, size);
    return response;
}

std::string Raw::receive_all()
{
    while (read_more()) {
    }
    return std::exchange(inbox_, {});
}

bool Raw::closed()
{
    char block[16 * 1024];
    for (;;) {
        const auto count = ::recv(socket_, block, sizeof block, 0);
        if (count > 0) continue;
        return count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
    }
}

void Raw::close()
{
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
}

void Raw::reset()
{
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
}

void Raw::shut_writing() { ::shutdown(socket_, SHUT_WR); }

RawListener::RawListener(int backlog) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    auto address = loopback(0);
    socklen_t size = sizeof address;
    const bool listening = ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                           ::listen(socket_, backlog) == 0 &&
                           ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    if (!listening) throw std::runtime_error("cannot listen");
    port_ = ntohs(address.sin_port);
}

RawListener::~RawListener() { ::close(socket_); }

bool RawListener::is_called() const
{
    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, 0) == 1;
}

Raw RawListener::accept()
{
    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    constexpr int patience_ms = static_cast<int>(std::chrono::milliseconds(patience).count());
    if (::poll(&waiting, 1, patience_ms) != 1) throw std::runtime_error("nobody connected");
    const int connection = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) throw std::runtime_error("cannot accept");
    set_patience(connection);
    return Raw(connection);
}

}  // namespace tsunagi::http::test
