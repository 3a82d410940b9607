#include "tests/unit/desk/desk_fixture.h"

#include <set>

using namespace tsunagi;
using namespace tsunagi::testing;
using desk::Received;

namespace {

std::size_t inbound_count(const std::vector<bot::Entry>& log)
{
    return static_cast<std::size_t>(
        std::count_if(log.begin(), log.end(), [](const bot::Entry& entry) { return entry.kind == bot::EntryKind::inbound; }));
}

using Outcomes = std::vector<Result<desk::Commanded, desk::CommandFailure>>;

net::awaitable<void> collect(desk::DeskService& desks, desk::Command command, Outcomes& outcomes)
{
    auto outcome = co_await desks.command(std::move(command));
    outcomes.push_back(std::move(outcome));
}

}  // namespace

TEST_CASE("desk: a first message opens one conversation, keeps her words and puts the answer into the outbox")
{
    DeskFixture desk;
    CHECK(desk.say("U1", "e1", "家賃が払えません") == Received::committed);
    const auto conversation = desk.only_conversation();
    CHECK(conversation.holder.is_bot());
    CHECK(inbound_count(desk.log(conversation.id)) == 1);
    REQUIRE(desk.outbox.size() == 1);
    CHECK(desk.outbox[0].reply->token == "token-e1");
    CHECK(desk.store.rows(store::Space::outbox).size() == 1);
}

TEST_CASE("desk: the same event again, however often, changes nothing and sends nothing")
{
    DeskFixture desk;
    desk.say("U1", "e1", "こんにちは");
    const auto commits = desk.store.commits();
    for (int i = 0; i < 5; ++i) CHECK(desk.say("U1", "e1", "こんにちは") == Received::repeated);
    CHECK(desk.store.commits() == commits);
    CHECK(desk.outbox.size() == 1);
}

TEST_CASE("desk: what LINE delivers late says nothing of whether she can be reached now")
{
    DeskFixture desk;
    const auto arrives = [&](const std::string& event, std::chrono::minutes sent, bot::InboundContent content) {
        auto inbound = desk.text("U1", event, "");
        if (!std::holds_alternative<bot::TextReceived>(content)) inbound.message_id.clear();
        inbound.content = std::move(content);
        inbound.sent_at = friday_eleven + sent;
        CHECK(run_on(desk.context, desk.desks.receive(inbound)) == Received::committed);
        return desk.only_conversation().reachable;
    };
    using std::chrono::minutes;
    CHECK(arrives("e1", minutes(1), bot::TextReceived{"こんにちは", {}}));
    CHECK(arrives("e4", minutes(4), bot::Followed{true}));
    CHECK(arrives("e3", minutes(3), bot::Unfollowed{}));  // redelivered behind what followed it
    CHECK_FALSE(arrives("e6", minutes(6), bot::Unfollowed{}));
    CHECK_FALSE(arrives("e5", minutes(5), bot::TextReceived{"さよなら", {}}));
    CHECK_FALSE(arrives("e2", minutes(2), bot::Followed{false}));
    CHECK(arrives("e7", minutes(7), bot::TextReceived{"やっぱり", {}}));
}

TEST_CASE("desk: one message under two event ids is still one message")
{
    DeskFixture desk;
    auto first = desk.text("U1", "e1", "こんにちは");
    auto second = desk.text("U1", "e2", "こんにちは");
    second.message_id = first.message_id;
    CHECK(run_on(desk.context, desk.desks.receive(first)) == Received::committed);
    CHECK(run_on(desk.context, desk.desks.receive(second)) == Received::repeated);
    CHECK(inbound_count(desk.log(desk.only_conversation().id)) == 1);
}

TEST_CASE("desk: two first messages in the same instant open one conversation")
{
    DeskFixture desk;
    int committed = 0;
    for (const char* event : {"e1", "e2", "e3"}) {
        auto ended = [&committed](std::exception_ptr failure, Received received) {
            CHECK_FALSE(failure);
            if (received == Received::committed) ++committed;
        };
        net::co_spawn(desk.context, desk.desks.receive(desk.text("U1", event, "たすけて")), std::move(ended));
    }
    desk.context.restart();
    desk.context.run();
    CHECK(committed == 3);
    CHECK(inbound_count(desk.log(desk.only_conversation().id)) == 3);
}

TEST_CASE("desk: when the store cannot keep it, nothing is kept and the platform is asked to come again")
{
    DeskFixture desk;
    for (const auto failure : {store::CommitFailure::unavailable, store::CommitFailure::full}) {
        desk.store.before_commit = [failure](const store::Batch&) { return failure; };
        CHECK(desk.say("U1", "e1", "こんにちは") == Received::refused);
    }
    CHECK(desk.conversations().empty());
    CHECK(desk.outbox.empty());
    desk.store.before_commit = nullptr;
    CHECK(desk.say("U1", "e1", "こんにちは") == Received::committed);
}

TEST_CASE("desk: a commit whose answer was lost counts: its message goes out now, not after the next restart")
{
    DeskFixture desk;
    const auto yamada = desk.hire("山田");
    desk.store.after_commit = [](const store::Batch&) { return store::CommitFailure::unavailable; };
    CHECK(desk.say("U1", "e1", "こんにちは") == Received::committed);
    CHECK(desk.outbox.size() == 1);
    CHECK(desk.say("U1", "e2", "人と話したい") == Received::committed);
    CHECK(desk.desks.index().waiting(mirai) == 1);
    CHECK(desk.command(desk.only_conversation().id, yamada, desk::Claim{}, "01K0000000000000000000000A").ok());
    CHECK(desk.desks.index().waiting(mirai) == 0);
    desk.store.after_commit = nullptr;
    CHECK(desk.say("U1", "e1", "こんにちは") == Received::repeated);
    CHECK(inbound_count(desk.log(desk.only_conversation().id)) == 2);
}

TEST_CASE("desk: another process changed the conversation meanwhile: decided again on what is true now")
{
    DeskFixture desk;
    desk.say("U1", "e1", "こんにちは");
    int conflicts = 2;
    desk.store.before_commit = [&conflicts](const store::Batch&) -> std::optional<store::CommitFailure> {
        if (conflicts-- > 0) return store::CommitFailure::conflict;
        return std::nullopt;
    };
    CHECK(desk.say("U1", "e2", "つづきです") == Received::committed);
    CHECK(inbound_count(desk.log(desk.only_conversation().id)) == 2);
}

TEST_CASE("desk: a flow whose version is gone: she is told so, what she answered stays, and a human reads on")
{
    DeskFixture desk;
    desk.say("U1", "e1", "家賃が払えません");
    const auto begun = desk.only_conversation();
    REQUIRE(begun.answers.size() == 1);
    auto changed = *desk.config.playbooks.at(mirai);
    changed.version = PlaybookVersion{"fedcba9876543210"};
    changed.messages["flow.failed"] = {{"ja", "先に進めなくなりました"}};
    bot::prepare(changed);
    desk.config.playbooks.insert_or_assign(mirai, std::make_shared<const bot::Playbook>(std::move(changed)));
    desk::DeskService restarted{desk.store, desk.config, desk.clock, desk.random};  // its old files can no longer be read
    run_on(desk.context, restarted.start());
    run_on(desk.context, restarted.receive(desk.text("U1", "e2", "来月もです")));
    const auto now = desk.only_conversation();
    CHECK(now.holder.is_queue());
    CHECK(now.handoff->reason == "flow_failed");
    CHECK(now.answers.size() == 1);
    CHECK(stands_in_log(desk, "先に進めなくなりました"));
    CHECK(stands_in_log(desk, "来月もです"));
}

TEST_CASE("desk: two counselors claim in the same instant, a thousand times: one winner each, the loser learns who")
{
    DeskFixture desk;
    const auto yamada = desk.hire("山田");
    const auto sato = desk.hire("佐藤");
    for (int round = 0; round < 1000; ++round) {
        const std::string user = "U" + std::to_string(round);
        desk.say(user, "e1" + user, "こんにちは");
        desk.say(user, "e2" + user, "人と話したい");
        ConversationId id;
        for (const auto& conversation : desk.conversations())
            if (conversation.address.user == user) id = conversation.id;
        Outcomes outcomes;
        for (const auto& by : {yamada, sato}) {
            desk::Command command{mirai, id, by, make_ulid(desk.clock.now(), desk.random.bits()), desk::Claim{}};
            net::co_spawn(desk.context, collect(desk.desks, std::move(command), outcomes),
                          [](std::exception_ptr failure) { CHECK_FALSE(failure); });
        }
        desk.context.restart();
        desk.context.run();
        REQUIRE(outcomes.size() == 2);
        const int winners = static_cast<int>(outcomes[0].ok()) + static_cast<int>(outcomes[1].ok());
        REQUIRE(winners == 1);
        const auto& won = outcomes[0].ok() ? outcomes[0] : outcomes[1];
        const auto& lost = outcomes[0].ok() ? outcomes[1] : outcomes[0];
        REQUIRE(lost.error().refusal == handoff::Refusal::already_held);
        REQUIRE(lost.error().holder_name == won->conversation.holder.counselor_name);
        REQUIRE(desk.command(id, won->conversation.holder.counselor, desk::Close{"listened", false, handoff::all_seen},
                             make_ulid(desk.clock.now(), desk.random.bits())).ok());
    }
}

TEST_CASE("desk: a command sent again under its key does nothing twice")
{
    DeskFixture desk;
    const auto yamada = desk.hire("山田");
    desk.say("U1", "e1", "こんにちは");
    desk.say("U1", "e2", "人と話したい");
    const auto id = desk.only_conversation().id;
    REQUIRE(desk.command(id, yamada, desk::Claim{}, "01K0000000000000000000000A").ok());
    const auto before = desk.log(id).size();
    for (int i = 0; i < 3; ++i) REQUIRE(desk.command(id, yamada, desk::SendText{"聞いています"}, "01K0000000000000000000000B").ok());
    CHECK(desk.log(id).size() == before + 1);
    const auto sent = std::count_if(desk.outbox.begin(), desk.outbox.end(), [](const store::OutboxRow& row) {
        return row.messages.front().message.text == "聞いています";
    });
    CHECK(sent == 1);
    CHECK(desk.outbox.back().by_human);
    CHECK_FALSE(desk.outbox.back().reply);
}

TEST_CASE("desk: after a takeover the bot says nothing, and her words are kept for the counselor")
{
    DeskFixture desk;
    const auto suzuki = desk.hire("鈴木", handoff::Role::supervisor);
    desk.say("U1", "e1", "こんにちは");
    const auto id = desk.only_conversation().id;
    REQUIRE(desk.command(id, suzuki, desk::Claim{}, "01K0000000000000000000000A").ok());
    const auto sent = desk.outbox.size();
    desk.say("U1", "e2", "きいてください");
    CHECK(desk.outbox.size() == sent);
    CHECK(desk.only_conversation().holder.counselor == suzuki);
}

TEST_CASE("desk: what must be delivered keeps its reply token for a month that is used up; a counselor's words have none")
{
    const auto token_of_row = [](bool must_deliver, bool by_human) {
        bot::Decision decision;
        decision.next.holder.kind = by_human ? bot::HolderKind::counselor : bot::HolderKind::bot;
        decision.log.emplace_back().seq = 1;
        decision.effects.emplace_back(bot::Send{.messages = {{.text = "ここにいます", .quick_replies = {}}},
                                                .entries = {1},
                                                .by_human = by_human,
                                                .must_deliver = must_deliver});
        desk::PlanInput input;
        input.reply = bot::ReplyToken{"token", friday_eleven};
        const auto plan = desk::plan_commit(input, std::move(decision));
        REQUIRE(plan.outbox.size() == 1);
        return plan.outbox.front().reply ? plan.outbox.front().reply->token : std::string("none");
    };
    CHECK(token_of_row(true, false) == "token");
    CHECK(token_of_row(false, false) == "token");
    CHECK(token_of_row(false, true) == "none");
}

TEST_CASE("desk: retry keys are UUIDs, the same for the same cause and different for every other")
{
    const ConversationId one{"c1"};
    const auto key = desk::retry_key(mirai, one, "e1", 0);
    CHECK(key.size() == 36);
    CHECK(key[14] == '8');
    CHECK(key == desk::retry_key(mirai, one, "e1", 0));
    std::set<std::string> keys{key, desk::retry_key(mirai, one, "e1", 1), desk::retry_key(mirai, one, "e2", 0),
                               desk::retry_key(mirai, ConversationId{"c2"}, "e1", 0), desk::retry_key(DeskId{"other"}, one, "e1", 0)};
    CHECK(keys.size() == 5);
}

TEST_CASE("desk: a restart knows who waits, who talks with whom and who is on duty")
{
    DeskFixture desk;
    const auto yamada = desk.hire("山田");
    desk.say("U1", "e1", "こんにちは");
    desk.say("U1", "e2", "人と話したい");
    desk.say("U2", "e3", "こんにちは");
    desk.say("U2", "e4", "人と話したい");
    ConversationId first;
    for (const auto& conversation : desk.conversations())
        if (conversation.address.user == "U1") first = conversation.id;
    REQUIRE(desk.command(first, yamada, desk::Claim{}, "01K0000000000000000000000A").ok());

    desk::DeskService restarted{desk.store, desk.config, desk.clock, desk.random};
    run_on(desk.context, restarted.start());
    CHECK(restarted.index().waiting(mirai) == 1);
    const auto counselor = restarted.index().counselor(mirai, yamada);
    REQUIRE(counselor);
    CHECK(counselor->on_duty);
    CHECK(counselor->holding == 1);
}
