#include "server/desk/turns.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

using namespace tsunagi;
namespace net = boost::asio;

namespace {

net::awaitable<void> yield_once()
{
    const auto executor = co_await net::this_coro::executor;
    auto token = net::use_awaitable;
    co_await net::post(executor, token);
}

net::awaitable<void> take_a_turn(desk::Turns& turns, std::string key, int number, std::atomic<int>& inside, std::vector<int>& order)
{
    const auto turn = co_await turns.take(std::move(key));
    CHECK(++inside == 1);
    order.push_back(number);
    co_await yield_once();
    co_await yield_once();
    --inside;
}

void must_not_fail(std::exception_ptr failure) { CHECK_FALSE(failure); }

}  // namespace

TEST_CASE("turns: a turn that outlives its turns ends in peace, and nobody is resumed any more")
{
    net::io_context context;
    auto turns = std::make_unique<desk::Turns>();
    std::optional<desk::Turns::Turn> kept;
    bool resumed = false;
    const auto keep = [](desk::Turns& of, std::optional<desk::Turns::Turn>& in) -> net::awaitable<void> {
        auto turn = co_await of.take("hana");
        in = std::move(turn);
    };
    const auto wait = [](desk::Turns& of, bool& told) -> net::awaitable<void> {
        const auto turn = co_await of.take("hana");
        told = true;
    };
    net::co_spawn(context, keep(*turns, kept), [](std::exception_ptr) {});
    net::co_spawn(context, wait(*turns, resumed), [](std::exception_ptr) {});
    context.poll();
    REQUIRE(kept);
    turns.reset();
    kept.reset();
    context.restart();
    context.poll();
    CHECK_FALSE(resumed);
}

TEST_CASE("turns: one at a time for a key, in the order of asking")
{
    desk::Turns turns;
    net::io_context context;
    std::atomic<int> inside{0};
    std::vector<int> order;
    for (int i = 0; i < 100; ++i) net::co_spawn(context, take_a_turn(turns, "a", i, inside, order), must_not_fail);
    context.run();
    REQUIRE(order.size() == 100);
    for (int i = 0; i < 100; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
    CHECK(turns.held() == 0);
}

TEST_CASE("turns: other keys do not wait")
{
    desk::Turns turns;
    net::io_context context;
    std::vector<int> order_a;
    std::vector<int> order_b;
    std::atomic<int> inside_a{0};
    std::atomic<int> inside_b{0};
    net::co_spawn(context, take_a_turn(turns, "a", 1, inside_a, order_a), must_not_fail);
    net::co_spawn(context, take_a_turn(turns, "b", 2, inside_b, order_b), must_not_fail);
    context.run_one();
    context.run_one();
    CHECK(turns.held() == 2);
    context.run();
    CHECK(turns.held() == 0);
}

TEST_CASE("turns: three threads and few keys: never two inside, nobody forgotten")
{
    desk::Turns turns;
    constexpr int keys = 5;
    constexpr int each = 200;
    std::vector<std::atomic<int>> inside(keys);
    std::vector<std::vector<int>> order(keys);
    // As in the server, a context outlives every thread: another one may still be waking it when its own work is done.
    std::array<net::io_context, 3> contexts;
    std::vector<std::thread> threads;
    for (auto& context : contexts) {
        threads.emplace_back([&] {
            auto guard = net::make_work_guard(context);
            std::atomic<int> left{keys * each};
            for (int i = 0; i < keys * each; ++i) {
                const auto key = static_cast<std::size_t>(i % keys);
                auto ended = [&](std::exception_ptr failure) {
                    CHECK_FALSE(failure);
                    if (--left == 0) guard.reset();
                };
                net::co_spawn(context, take_a_turn(turns, std::to_string(key), i, inside[key], order[key]), ended);
            }
            context.run();
        });
    }
    for (auto& thread : threads) thread.join();
    for (const auto& taken : order) CHECK(taken.size() == 3 * each);
    CHECK(turns.held() == 0);
}
