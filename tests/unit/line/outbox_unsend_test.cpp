// What was changed or taken away where it waits is never sent as it was when it was put there.
#include "server/line/outbox.h"
#include "tests/unit/desk/desk_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

/// Takes everything and remembers the words.
struct TakingApi final : line::Api {
    std::vector<std::string> texts;

    net::awaitable<line::SendResult> take(std::vector<bot::OutboundMessage> messages)
    {
        for (const auto& message : messages) texts.push_back(message.text);
        co_return line::SendResult{line::SendOutcome::accepted, {"1"}, 200};
    }
    net::awaitable<line::SendResult> reply(std::string, std::string, std::vector<bot::OutboundMessage> messages) override
    {
        return take(std::move(messages));
    }
    net::awaitable<line::SendResult> push(std::string, std::string, std::vector<bot::OutboundMessage> messages, std::string) override
    {
        return take(std::move(messages));
    }
    net::awaitable<line::Reach> reach(std::string, std::string) override { co_return line::Reach::yes; }
};

struct WaitingFixture : DeskFixture {
    ops::Metrics metrics;
    TakingApi platform;
    line::Outbox sender{{context.get_executor()}, store, platform, clock, random, metrics};

    /// The request that answers her first words, as it was committed.
    store::OutboxRow first_request()
    {
        say("U1", "e1", "ひみつのことば");
        return outbox.front();
    }
    void put(const store::OutboxRow& row, bool keeps)
    {
        store::Batch batch;
        const auto key = store::outbox_key(row.desk, row.conversation, row.seq);
        batch.writes.push_back({store::Space::outbox, key, keeps ? std::optional(store::encode(row)) : std::nullopt});
        CHECK(store.apply(batch).ok());
    }
    void send(const store::OutboxRow& row)
    {
        sender.add(row);
        context.restart();
        for (int step = 0; step < 10'000 && sender.busy() > 0; ++step) context.run_one();
        REQUIRE(sender.busy() == 0);
        CHECK(sender.waiting() == 0);
    }
};

}  // namespace

TEST_CASE("outbox: what was taken out of a waiting request does not go out")
{
    WaitingFixture desk;
    auto row = desk.first_request();
    row.messages.resize(1);
    row.messages.front().message.text = "・お話: ひみつのことば";
    auto changed = row;
    changed.messages.front().message.text = "・お話: …";
    desk.put(changed, true);
    desk.send(row);
    CHECK(desk.platform.texts == std::vector<std::string>{"・お話: …"});
}

TEST_CASE("outbox: a request that is gone from the store is not sent")
{
    WaitingFixture desk;
    const auto row = desk.first_request();
    desk.put(row, false);
    desk.send(row);
    CHECK(desk.platform.texts.empty());
}

TEST_CASE("outbox: while the store cannot be read nothing goes out unseen, and nothing is left behind")
{
    WaitingFixture desk;
    const auto row = desk.first_request();
    int failures = 3;
    desk.store.before_read = [&failures](store::Space) {
        if (failures-- > 0) throw std::runtime_error("reading failed");
    };
    desk.send(row);
    desk.store.before_read = nullptr;
    CHECK(desk.platform.texts.size() == row.messages.size());
    CHECK(desk.store.rows(store::Space::outbox).empty());
}

TEST_CASE("outbox: what the bot may not push leaves the month's last messages to counselors, and says so")
{
    WaitingFixture desk;
    auto row = desk.first_request();
    row.reply.reset();
    desk.put(row, true);
    desk.sender.set_may_push([](const store::OutboxRow&) { return false; });
    desk.send(row);
    CHECK(desk.platform.texts.empty());
    for (const auto& entry : desk.log(row.conversation))
        if (entry.kind == bot::EntryKind::outbound) CHECK(entry.failure == "send.failed.reserve");
}

TEST_CASE("outbox: changed between the look and the attempt, it is looked at again")
{
    WaitingFixture desk;
    auto row = desk.first_request();
    row.messages.resize(1);
    row.messages.front().message.text = "・お話: ひみつのことば";
    desk.put(row, true);
    bool raced = false;
    desk.store.before_commit = [&](const store::Batch&) -> std::optional<store::CommitFailure> {
        if (std::exchange(raced, true)) return std::nullopt;
        auto changed = row;
        changed.messages.front().message.text = "・お話: …";
        desk.put(changed, true);
        return std::nullopt;
    };
    desk.send(row);
    CHECK(desk.platform.texts == std::vector<std::string>{"・お話: …"});
}
