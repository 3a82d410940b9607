// Fills a store with people who were here before, as the server would have kept them: the people of webhook_load.
//
//   webhook_people --config DIR --data DIR --desk mirai --people 1000000
#include "server/config/config.h"
#include "server/desk/desk_service.h"
#include "server/store/keys.h"
#include "server/store/rocks_store.h"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace net = boost::asio;
using namespace tsunagi;

namespace {

constexpr unsigned people_per_batch = 1'000;

struct Options {
    std::string config;
    std::string data;
    std::string desk = "mirai";
    unsigned people = 10'000;
};

/// Somebody whom the bot heard and who has not written for long.
bot::Conversation somebody(const config::DeskConfig& desk, desk::Clock& clock, desk::Random& random, unsigned number)
{
    char user[34];
    std::snprintf(user, sizeof user, "U%032llx", static_cast<unsigned long long>(number));
    const auto now = clock.now();
    bot::Conversation conversation;
    conversation.desk = desk.id;
    conversation.id = ConversationId{make_ulid(now, random.bits())};
    conversation.person = PersonId{make_ulid(now, random.bits())};
    conversation.address = {bot::ChannelKind::line, desk.line_channels.front().name, user};
    conversation.holder.since = now;
    conversation.language = desk.languages.front();
    conversation.answers = {{"topic", "money", "お金のこと"}, {"story", "家賃が払えません", "家賃が払えません"}};
    conversation.position.flow = FlowId{"first-contact"};
    conversation.opened_at = conversation.last_activity_at = now;
    conversation.revision = 4;
    return conversation;
}

net::awaitable<void> fill(store::Store& store, desk::DeskService& desks, Options options)
{
    const auto* desk = desks.desk(DeskId{options.desk});
    if (desk == nullptr || desk->line_channels.empty()) throw std::runtime_error("no such desk, or one without LINE");
    for (unsigned number = 0; number < options.people;) {
        store::Batch batch;
        for (const auto end = std::min(number + people_per_batch, options.people); number < end; ++number) {
            const auto conversation = somebody(*desk, desks.clock(), desks.random(), number);
            const auto put = [&batch](store::Space space, std::string key, std::string bytes) {
                batch.writes.push_back({space, std::move(key), std::move(bytes)});
            };
            put(store::Space::identity, desks.identity_key(desk->id, conversation.address),
                store::encode(store::Identity{conversation.person, conversation.id}));
            put(store::Space::conversation, store::conversation_key(desk->id, conversation.id), store::encode(conversation));
            put(store::Space::queue, store::queue_key(conversation), {});
        }
        const auto committed = co_await store.commit(std::move(batch));
        if (!committed.ok()) throw std::runtime_error("the store did not take them");
    }
}

}  // namespace

int main(int argc, char** argv)
{
    Options options;
    CLI::App app{"fills a store with people for the benchmark"};
    app.add_option("--config", options.config)->required();
    app.add_option("--data", options.data)->required();
    app.add_option("--desk", options.desk);
    app.add_option("--people", options.people);
    CLI11_PARSE(app, argc, argv);
    try {
        const auto config = config::load(options.config);
        if (!config.ok()) throw std::runtime_error("config has mistakes");
        net::io_context context(1);
        const auto store = store::open_rocks_store({.path = options.data + "/store"});
        desk::SystemClock clock;
        desk::SystemRandom random;
        desk::DeskService desks(*store, config, clock, random);
        net::co_spawn(context, fill(*store, desks, options), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
        context.run();
        return 0;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "webhook_people: %s\n", failure.what());
        return 1;
    }
}
