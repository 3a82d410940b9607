#include "tests/unit/http/asking.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>

namespace tsunagi::http::test {
namespace {

net::awaitable<void> run(Client* client, ClientRequest request, std::shared_ptr<std::promise<Answer>> outcome)
{
    auto work = client->send(std::move(request));
    auto answer = co_await std::move(work);
    outcome->set_value(std::move(answer));
}

/// Exceptions stay on their thread: libstdc++ counts their owners where ThreadSanitizer cannot see it.
net::awaitable<void> try_to_send(Client* client, ClientRequest request, std::shared_ptr<std::promise<bool>> refused)
{
    bool threw = false;
    try {
        auto work = client->send(std::move(request));
        [[maybe_unused]] const auto answer = co_await std::move(work);
    } catch (const std::invalid_argument&) {
        threw = true;
    }
    refused->set_value(threw);
}

void must_not_throw(std::exception_ptr failure)
{
    if (failure) std::rethrow_exception(failure);
}

/// What comes within patience.
template <class T>
T arrived(std::future<T> future)
{
    if (future.wait_for(patience) != std::future_status::ready)
        throw std::runtime_error("the client never came to an end");
    return future.get();
}

}  // namespace

std::future<Answer> begin_send(net::io_context& context, Client& client, ClientRequest request)
{
    auto outcome = std::make_shared<std::promise<Answer>>();
    auto future = outcome->get_future();
    net::co_spawn(context, run(&client, std::move(request), std::move(outcome)), must_not_throw);
    return future;
}

Answer send(net::io_context& context, Client& client, ClientRequest request)
{
    return arrived(begin_send(context, client, std::move(request)));
}

bool refuses(net::io_context& context, Client& client, ClientRequest request)
{
    auto refused = std::make_shared<std::promise<bool>>();
    auto future = refused->get_future();
    net::co_spawn(context, try_to_send(&client, std::move(request), std::move(refused)), must_not_throw);
    return arrived(std::move(future));
}

}  // namespace tsunagi::http::test
