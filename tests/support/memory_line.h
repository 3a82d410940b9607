#pragma once
#include "server/http/server.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tsunagi::testing {

namespace net = boost::asio;

/// A WebSocket whose other side says nothing and takes everything. One thread only.
class MemoryLine final : public http::WebSocket {
public:
    explicit MemoryLine(net::io_context& context) : context_(context), closed_(context, std::chrono::steady_clock::time_point::max()) {}

    net::awaitable<std::optional<std::string>> read() override
    {
        boost::system::error_code ignored;
        co_await closed_.async_wait(net::redirect_error(net::use_awaitable, ignored));
        co_return std::nullopt;
    }
    net::awaitable<bool> write(std::string text) override
    {
        heard.push_back(nlohmann::json::parse(text));
        co_return !code;
    }
    void close(std::uint16_t given) override
    {
        if (!code) code = given;
        closed_.expires_at(std::chrono::steady_clock::time_point::min());
    }
    net::any_io_executor executor() override { return context_.get_executor(); }

    std::vector<nlohmann::json> heard;
    std::optional<std::uint16_t> code;  ///< why it was closed

private:
    net::io_context& context_;
    net::steady_timer closed_;
};

}  // namespace tsunagi::testing
