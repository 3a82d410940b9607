// How many batches a second the embedded engine makes durable: 64 coroutines, each committing batches of five writes like
// those of an inbound message (conversation, entry, message place, event, queue), one after the other, over and over.
//   bench_store [SECONDS [COROUTINES [PEOPLE [DIR]]]]
#include "server/store/keys.h"
#include "server/store/records.h"
#include "server/store/rocks_store.h"
#include "tests/unit/store/samples.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <sys/resource.h>

using namespace tsunagi;
using namespace tsunagi::store;
using Clock = std::chrono::steady_clock;

namespace {

struct Bench {
    Store& store;
    std::size_t people;
    Clock::time_point until;
    std::uint64_t commits = 0;
    std::uint64_t failures = 0;
    std::vector<double> latencies_ms;
    std::mt19937_64 random{7};
};

ConversationId person(std::size_t number)
{
    char text[27];
    std::snprintf(text, sizeof text, "01JD%022zu", number);
    return ConversationId{text};
}

/// What one inbound message writes, for conversation `id` last seen at `version`.
Batch five_writes(const ConversationId& id, Version version, std::uint64_t number)
{
    const DeskId desk{"mirai"};
    auto conversation = samples::conversation();
    conversation.id = id;
    conversation.revision = number;
    auto entry = samples::entries()[0];
    entry.seq = number;
    const std::string event = "event-" + std::to_string(number);
    Batch batch;
    const auto conversation_row = conversation_key(desk, id);
    const auto event_row = event_key(desk, EventId{event});
    const auto place_row = message_key(desk, bot::ChannelKind::line, "line-main", event);
    batch.expects = {{Space::conversation, conversation_row, version}, {Space::event, event_row, absent},
                     {Space::entry, place_row, absent}};
    batch.writes = {
        {Space::conversation, conversation_row, encode(conversation)},
        {Space::entry, entry_key(desk, id, entry.at, number), encode(entry, {desk.text, "p"})},
        {Space::entry, place_row, encode(EntryPlace{id, entry.at, number})},
        {Space::event, event_row, encode(EventTaken{entry.at})},
        {Space::queue, queue_key(conversation), std::string()},
    };
    batch.notices = {{desk.text, "conversation", id.text, number}};
    return batch;
}

net::awaitable<void> one_after_the_other(Bench& bench, std::size_t lane, std::size_t lanes)
{
    std::uint64_t number = lane;
    while (Clock::now() < bench.until) {
        // Its own share of the people, so that no two lanes collide.
        const auto id = person(bench.random() % (bench.people / lanes) * lanes + lane);
        std::string key = conversation_key(DeskId{"mirai"}, id);
        const auto begun = Clock::now();
        const auto known = co_await bench.store.get(Space::conversation, std::move(key));
        auto batch = five_writes(id, known ? known->version : absent, number);
        const auto outcome = co_await bench.store.commit(std::move(batch));
        bench.latencies_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begun).count());
        if (outcome.ok()) ++bench.commits;
        else ++bench.failures;
        number += lanes;
    }
}

net::awaitable<void> preload(Store& store, std::size_t people)
{
    constexpr std::size_t people_per_batch = 2'000;
    for (std::size_t i = 0; i < people;) {
        Batch batch;
        for (const auto end = std::min(i + people_per_batch, people); i < end; ++i) {
            auto conversation = samples::conversation();
            conversation.id = person(i);
            std::string key = conversation_key(conversation.desk, conversation.id);
            batch.writes.push_back({Space::conversation, std::move(key), encode(conversation)});
        }
        const auto outcome = co_await store.commit(std::move(batch));
        if (!outcome.ok()) std::abort();
    }
}

/// Runs `tasks` on one io_context until all have ended.
void run(std::vector<net::awaitable<void>> tasks)
{
    net::io_context context;
    const auto ended = [](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
    };
    for (auto& task : tasks) net::co_spawn(context, std::move(task), ended);
    context.run();
}

std::size_t rss_mb()
{
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == "VmRSS:") {
            std::size_t kb = 0;
            status >> kb;
            return kb / 1024;
        }
    return 0;
}

double cpu_seconds()
{
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double seconds_since(Clock::time_point begun) { return std::chrono::duration<double>(Clock::now() - begun).count(); }

}  // namespace

int main(int argc, char** argv)
{
    const auto argument = [&](int i, const char* otherwise) { return std::string(argc > i ? argv[i] : otherwise); };
    const double seconds = std::atof(argument(1, "3").c_str());
    const auto lanes = static_cast<std::size_t>(std::atoi(argument(2, "64").c_str()));
    const auto people = static_cast<std::size_t>(std::atoll(argument(3, "10000").c_str()));
    const std::filesystem::path dir = argument(4, "/tmp/tsunagi-bench-store");
    std::filesystem::remove_all(dir);

    RocksOptions options;
    options.path = dir;
    auto store = open_rocks_store(options);
    auto begun = Clock::now();
    std::vector<net::awaitable<void>> tasks;
    tasks.push_back(preload(*store, people));
    run(std::move(tasks));
    std::printf("preloaded %zu people in %.1f s, RSS %zu MB\n", people, seconds_since(begun), rss_mb());
    store.reset();
    begun = Clock::now();
    store = open_rocks_store(options);
    std::printf("opened again in %.2f s\n", seconds_since(begun));

    const std::chrono::milliseconds duration(static_cast<int>(seconds * 1000));
    Bench bench{.store = *store, .people = people, .until = Clock::now() + duration, .latencies_ms = {}};
    begun = Clock::now();
    const double cpu_before = cpu_seconds();
    tasks.clear();
    for (std::size_t lane = 0; lane < lanes; ++lane) tasks.push_back(one_after_the_other(bench, lane, lanes));
    run(std::move(tasks));
    const double took = seconds_since(begun);
    const double cpu = cpu_seconds() - cpu_before;
    std::sort(bench.latencies_ms.begin(), bench.latencies_ms.end());
    const auto percentile = [&all = bench.latencies_ms](double p) {
        return all.empty() ? 0.0 : all[static_cast<std::size_t>(p * static_cast<double>(all.size() - 1))];
    };
    const auto commits = static_cast<double>(bench.commits);
    std::printf("%zu coroutines: %.0f commits/s (%llu failed), p50 %.2f ms, p99 %.2f ms, CPU %.0f us a commit, RSS %zu MB\n",
                lanes, commits / took, static_cast<unsigned long long>(bench.failures), percentile(0.5), percentile(0.99),
                cpu * 1e6 / commits, rss_mb());
    store.reset();
    std::filesystem::remove_all(dir);
    return bench.failures == 0 ? 0 : 1;
}
