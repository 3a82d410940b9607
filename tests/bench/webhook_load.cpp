// Sends signed LINE text events over keep-alive connections and prints one JSON line: rate, p50, p99, answers by status.
//
//   webhook_load --port P --path /line/mirai/webhook --secret S [--users 10000] [--connections 64] [--seconds 10] [--rate 0]
//
// rate 0: as fast as the server answers. Otherwise that many events a second over all connections, each timed from when it
// should have been sent, so that a stalled server does not hide its delay (no coordinated omission). Loopback only.
#include "server/line/signature.h"

#include <CLI/CLI.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace net = boost::asio;
using Clock = std::chrono::steady_clock;
using net::ip::tcp;

namespace {

struct Options {
    unsigned short port = 8080;
    std::string path = "/line/mirai/webhook";
    std::string secret;
    unsigned users = 10'000;
    unsigned connections = 64;
    unsigned seconds = 10;
    double rate = 0;
    std::uint64_t first_id = 0;
};

struct Load {
    Options options;
    Clock::time_point begin;
    Clock::time_point end;
    std::uint64_t next = 0;
    std::vector<double> latencies_ms = {};
    std::map<int, std::uint64_t> statuses = {};
};

constexpr const char* texts[] = {"家賃が払えません", "子どもが二人います", "はい", "わからない", "仕事をさがしています", "2"};

std::string request_of(Load& load)
{
    const std::uint64_t number = load.options.first_id + load.next++;
    const auto now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    char head[1024];
    const int written = std::snprintf(
        head, sizeof head,
        R"({"destination":"U00000000000000000000000000000000","events":[{"type":"message","mode":"active","timestamp":%lld,)"
        R"("source":{"type":"user","userId":"U%032llx"},"webhookEventId":"01BENCH%019llu","deliveryContext":{"isRedelivery":false},)"
        R"("replyToken":"%032llx","message":{"type":"text","id":"%018llu","quoteToken":"q","text":"%s"}}]})",
        static_cast<long long>(now_ms), static_cast<unsigned long long>(number * 2654435761ULL % load.options.users),
        static_cast<unsigned long long>(number), static_cast<unsigned long long>(number),
        static_cast<unsigned long long>(number), texts[number % std::size(texts)]);
    const std::string body(head, static_cast<std::size_t>(written));
    std::string request = "POST " + load.options.path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json; charset=utf-8\r\n"
                          "x-line-signature: " + tsunagi::line::sign(body, load.options.secret) +
                          "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    return request + body;
}

/// Reads one answer with a Content-Length (or none); its status.
net::awaitable<int> read_answer(tcp::socket& socket, std::string& buffer)
{
    auto dynamic = net::dynamic_buffer(buffer);
    const std::size_t head = co_await net::async_read_until(socket, dynamic, "\r\n\r\n", net::use_awaitable);
    const int status = std::atoi(buffer.c_str() + 9);
    std::size_t length = 0;
    std::string lower = buffer.substr(0, head);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (const auto at = lower.find("content-length:"); at != std::string::npos)
        length = static_cast<std::size_t>(std::atoll(lower.c_str() + at + 15));
    while (buffer.size() < head + length) {
        std::array<char, 4096> more{};
        const std::size_t got = co_await socket.async_read_some(net::buffer(more), net::use_awaitable);
        buffer.append(more.data(), got);
    }
    buffer.erase(0, head + length);
    co_return status;
}

net::awaitable<void> connection(Load& load, unsigned index)
{
    const auto executor = co_await net::this_coro::executor;
    tcp::socket socket(executor);
    co_await socket.async_connect({net::ip::address_v4::loopback(), load.options.port}, net::use_awaitable);
    socket.set_option(tcp::no_delay(true));
    std::string buffer;
    net::steady_timer timer(executor);
    const auto gap = load.options.rate > 0 ? std::chrono::duration<double>(load.options.connections / load.options.rate)
                                           : std::chrono::duration<double>(0);
    for (std::uint64_t i = 0; Clock::now() < load.end; ++i) {
        auto due = Clock::now();
        if (load.options.rate > 0) {
            due = load.begin + std::chrono::duration_cast<Clock::duration>(gap * (static_cast<double>(i) + double(index) / load.options.connections));
            if (due >= load.end) break;
            if (due > Clock::now()) {
                timer.expires_at(due);
                co_await timer.async_wait(net::use_awaitable);
            }
        }
        const std::string request = request_of(load);
        if (load.options.rate <= 0) due = Clock::now();
        co_await net::async_write(socket, net::buffer(request), net::use_awaitable);
        const int status = co_await read_answer(socket, buffer);
        ++load.statuses[status];
        load.latencies_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - due).count());
    }
}

double quantile(std::vector<double>& sorted, double part)
{
    if (sorted.empty()) return 0;
    return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(part * static_cast<double>(sorted.size())))];
}

}  // namespace

int main(int argc, char** argv)
{
    Load load;
    CLI::App app{"signed webhook load for the benchmark, loopback only"};
    app.add_option("--port", load.options.port)->required();
    app.add_option("--path", load.options.path);
    app.add_option("--secret", load.options.secret)->required();
    app.add_option("--users", load.options.users);
    app.add_option("--connections", load.options.connections);
    app.add_option("--seconds", load.options.seconds);
    app.add_option("--rate", load.options.rate);
    app.add_option("--first-id", load.options.first_id);
    CLI11_PARSE(app, argc, argv);

    net::io_context context(1);
    load.begin = Clock::now();
    load.end = load.begin + std::chrono::seconds(load.options.seconds);
    load.latencies_ms.reserve(1 << 20);
    for (unsigned i = 0; i < load.options.connections; ++i)
        net::co_spawn(context, connection(load, i), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
    context.run();
    const double seconds = std::chrono::duration<double>(Clock::now() - load.begin).count();
    std::sort(load.latencies_ms.begin(), load.latencies_ms.end());
    std::uint64_t ok = load.statuses[200];
    std::uint64_t other = 0;
    for (const auto& [status, count] : load.statuses)
        if (status != 200) other += count;
    std::printf("{\"events_per_second\":%.0f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.1f,\"ok\":%llu,\"other\":%llu,\"next_id\":%llu}\n",
                static_cast<double>(ok) / seconds, quantile(load.latencies_ms, 0.5), quantile(load.latencies_ms, 0.99),
                load.latencies_ms.empty() ? 0 : load.latencies_ms.back(), static_cast<unsigned long long>(ok),
                static_cast<unsigned long long>(other), static_cast<unsigned long long>(load.options.first_id + load.next));
    return other == 0 ? 0 : 1;
}
