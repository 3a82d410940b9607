// What the outbox does when our own side fails, not LINE's.
#include "server/line/outbox.h"
#include "tests/unit/desk/desk_fixture.h"

#include <stdexcept>

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

/// Takes everything, or throws as often as a test says.
struct ScriptedApi final : line::Api {
    int throws = 0;
    std::function<void()> on_taken;
    std::vector<std::string> replied;  ///< tokens, in order
    std::vector<std::string> pushed;   ///< users, in order

    net::awaitable<line::SendResult> reply(std::string, std::string token, std::vector<bot::OutboundMessage>) override
    {
        if (throws-- > 0) throw std::invalid_argument("a request that cannot be written");
        replied.push_back(std::move(token));
        if (on_taken) on_taken();
        co_return line::SendResult{line::SendOutcome::accepted, {"1"}, 200};
    }
    net::awaitable<line::SendResult> push(std::string, std::string user, std::vector<bot::OutboundMessage>, std::string) override
    {
        if (throws-- > 0) throw std::invalid_argument("a request that cannot be written");
        pushed.push_back(std::move(user));
        co_return line::SendResult{line::SendOutcome::accepted, {"1"}, 200};
    }
    net::awaitable<line::Reach> reach(std::string, std::string) override { co_return line::Reach::yes; }
};

struct OutboxFixture : DeskFixture {
    ops::Metrics metrics;
    ScriptedApi platform;
    line::Outbox sender{{context.get_executor()}, store, platform, clock, random, metrics};

    OutboxFixture()
    {
        desks.on_outbox([this](store::OutboxRow row) { sender.add(std::move(row)); });
    }
    void run_until_sent()
    {
        context.restart();
        for (int step = 0; step < 10'000 && sender.busy() > 0; ++step) context.run_one();
        CHECK(sender.busy() == 0);
    }
    bot::SendState state_of_answer(const ConversationId& conversation)
    {
        for (const auto& entry : log(conversation))
            if (entry.kind == bot::EntryKind::outbound) return entry.state;
        return bot::SendState::failed;
    }
};

}  // namespace

TEST_CASE("outbox: a request that cannot even be made ends neither the program nor its line: it is made once more")
{
    OutboxFixture desk;
    desk.platform.throws = 1;
    desk.say("U1", "e1", "こんにちは");
    desk.say("U2", "e2", "こんにちは");
    desk.run_until_sent();
    CHECK(desk.platform.throws < 0);
    CHECK(desk.platform.replied == std::vector<std::string>{"token-e1", "token-e2"});
    CHECK(desk.store.rows(store::Space::outbox).empty());
}

TEST_CASE("outbox: what LINE has taken is written down as soon as the store can be read again, and is not sent twice")
{
    OutboxFixture desk;
    int failures = 5;
    desk.platform.on_taken = [&] {
        desk.store.before_read = [&failures](store::Space) {
            if (failures-- > 0) throw std::runtime_error("reading failed");
        };
    };
    desk.say("U1", "e1", "こんにちは");
    desk.run_until_sent();
    CHECK(failures < 0);
    desk.store.before_read = nullptr;
    CHECK(desk.platform.replied.size() + desk.platform.pushed.size() == 1);
    CHECK(desk.state_of_answer(desk.only_conversation().id) == bot::SendState::accepted);
    CHECK(desk.sender.waiting() == 0);
}
