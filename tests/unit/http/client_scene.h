#pragma once
#include "tests/unit/http/asking.h"

#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <future>
#include <string>
#include <utility>

namespace tsunagi::http::test {

using namespace std::chrono_literals;

inline constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A client on a thread of its own and a peer that the test plays by hand.
struct Scene {
    explicit Scene(ClientOptions options = {})
        : threads(2),
          client(threads[0].get_executor(), "http://127.0.0.1:" + std::to_string(listener.port()), std::move(options))
    {
    }

    /// Sends from another thread than the client's, as everyone may.
    std::future<Answer> post(std::string body = "message")
    {
        return begin_send(threads[1], client, request(std::move(body)));
    }
    /// Returns when all that was begun has come as far as it can without the peer.
    void settle()
    {
        for (const std::size_t thread : {1U, 0U}) {  // the senders' first, then the client's
            std::promise<void> passed;
            net::post(threads[thread], [&passed] { passed.set_value(); });
            passed.get_future().wait();
        }
    }
    static ClientRequest request(std::string body)
    {
        return {.method = Method::post,
                .path = "/v2/bot/push",
                .fields = {{"X-Line-Retry-Key", "k"}},
                .body = std::move(body)};
    }

    RawListener listener;
    Threads threads;
    Client client;
};

inline ClientOptions quick()
{
    ClientOptions options;
    options.deadlines = {
        .queue = 200ms, .resolve = 200ms, .connect = 200ms, .handshake = 200ms, .write = 200ms, .read = 200ms};
    return options;
}

inline Answer outcome(std::future<Answer>& future)
{
    REQUIRE(future.wait_for(patience) == std::future_status::ready);
    return future.get();
}

inline bool is_ok(std::future<Answer>& future)
{
    const auto answer = outcome(future);
    return answer.ok() && answer.value().status == 200 && answer.value().body == "ok";
}

inline bool is(ClientFailure failure, std::future<Answer>& future)
{
    const auto answer = outcome(future);
    return !answer.ok() && answer.error() == failure;
}

}  // namespace tsunagi::http::test
