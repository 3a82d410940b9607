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

}  // namespace

std::future<Answer> begin_send(net::io_context& context, Client& client, ClientRequest request)
{
    auto outcome = std::make_shared<std::promise<Answer>>();
    auto future = outcome->get_future();
    net::co_spawn(context, run(&client, std::move(request), outcome), [outcome](std::exception_ptr failure) {
        if (failure) outcome->set_exception(failure);
    });
    return future;
}

Answer send(net::io_context& context, Client& client, ClientRequest request)
{
    auto future = begin_send(context, client, std::move(request));
    if (future.wait_for(patience) != std::future_status::ready)
        throw std::runtime_error("the client never came to an end");
    return future.get();
}

}  // namespace tsunagi::http::test
