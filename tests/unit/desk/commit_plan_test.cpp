// What one decision becomes in the store, and what of it may go out.
#include "server/desk/commit_plan.h"
#include "tests/unit/desk/desk_fixture.h"

#include <set>

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

bot::Conversation with_bot(bot::ChannelKind door = bot::ChannelKind::line)
{
    bot::Conversation conversation;
    conversation.desk = mirai;
    conversation.id = ConversationId{"01A"};
    conversation.person = PersonId{"01P"};
    conversation.address = {door, door == bot::ChannelKind::web ? desk::web_channel : "line-main", "U1"};
    return conversation;
}

bot::Conversation held_by_counselor()
{
    auto conversation = with_bot();
    conversation.holder = {.kind = bot::HolderKind::counselor, .counselor = CounselorId{"C1"}, .counselor_name = "佐藤", .since = friday_eleven};
    return conversation;
}

/// The bot says so many things to her at once.
bot::Decision says(const bot::Conversation& conversation, int messages = 1)
{
    bot::Decision decision{.next = conversation, .log = {}, .effects = {}};
    bot::Send send;
    for (int i = 0; i < messages; ++i) {
        auto& entry = decision.log.emplace_back();
        entry.seq = decision.next.next_seq++;
        entry.kind = bot::EntryKind::outbound;
        entry.author.kind = bot::AuthorKind::bot;
        entry.state = bot::SendState::queued;
        entry.text = "ひとこと";
        send.messages.push_back({.text = entry.text, .quick_replies = {}});
        send.entries.push_back(entry.seq);
    }
    decision.effects.emplace_back(std::move(send));
    return decision;
}

bot::Send& send_of(bot::Decision& decision) { return std::get<bot::Send>(decision.effects.front()); }

desk::PlanInput answering(const bot::Conversation& before)
{
    return {.before = &before,
            .version = 7,
            .cause = "e1",
            .cause_key = "the event",
            .cause_record = "taken",
            .reply = bot::ReplyToken{"token", friday_eleven},
            .door_notice = std::nullopt,
            .timers = {},
            .now = friday_eleven};
}

std::vector<bot::Entry> entries(const desk::CommitPlan& plan)
{
    std::vector<bot::Entry> all;
    for (const auto& write : plan.batch.writes)
        if (write.space == store::Space::entry) all.push_back(store::decode<bot::Entry>(write.bytes.value()).value());
    return all;
}

bool expects(const desk::CommitPlan& plan, store::Space space, const std::string& key, store::Version version)
{
    return std::ranges::any_of(plan.batch.expects, [&](const store::Expect& expect) {
        return expect.space == space && expect.key == key && expect.version == version;
    });
}

}  // namespace

TEST_CASE("commit: the event must be new and the conversation as it was read, or all of it is decided again")
{
    const auto before = with_bot();
    const auto plan = desk::plan_commit(answering(before), says(before));
    CHECK(expects(plan, store::Space::event, "the event", store::absent));
    CHECK(expects(plan, store::Space::conversation, store::conversation_key(mirai, before.id), 7));
}

TEST_CASE("commit: at most five messages a request; the free token goes with the first, and each has a retry key of its own")
{
    const auto before = with_bot();
    auto decision = says(before, 12);
    send_of(decision).must_deliver = true;
    const auto plan = desk::plan_commit(answering(before), std::move(decision));
    REQUIRE(plan.outbox.size() == 3);
    std::set<std::string> keys;
    std::size_t messages = 0;
    for (const auto& row : plan.outbox) {
        CHECK(row.messages.size() <= bot::messages_per_request_max);
        CHECK(row.must_deliver);
        messages += row.messages.size();
        keys.insert(row.retry_key);
    }
    CHECK(messages == 12);
    CHECK(keys.size() == 3);
    CHECK(plan.outbox[0].reply);
    CHECK_FALSE(plan.outbox[1].reply);
    CHECK_FALSE(plan.outbox[2].reply);
}

TEST_CASE("commit: whatever decided it, the bot's words do not go out beside a counselor, and their entry says so")
{
    const auto before = held_by_counselor();
    const auto plan = desk::plan_commit(answering(before), says(before));
    CHECK(plan.outbox.empty());
    REQUIRE(entries(plan).size() == 1);
    CHECK(entries(plan).front().state == bot::SendState::failed);
    CHECK(entries(plan).front().failure == "send.failed.holder_changed");

    auto hers = says(before);
    send_of(hers).by_human = true;
    const auto sent = desk::plan_commit(answering(before), std::move(hers));
    REQUIRE(sent.outbox.size() == 1);
    CHECK(sent.outbox.front().by_human);
    CHECK_FALSE(sent.outbox.front().reply);  // minutes later the token is dead, and nobody would know whether it went
}

TEST_CASE("commit: what a web page reads out of the log is not sent, nor is anything but the notice where LINE is a doorway")
{
    const auto on_web = with_bot(bot::ChannelKind::web);
    const auto read = desk::plan_commit(answering(on_web), says(on_web));
    CHECK(read.outbox.empty());
    CHECK(entries(read).front().state == bot::SendState::accepted);

    const auto on_line = with_bot();
    auto doorway = answering(on_line);
    doorway.content_on_line = false;
    doorway.door_notice = bot::OutboundMessage{.text = "お知らせがあります", .quick_replies = {}};
    const auto rung = desk::plan_commit(doorway, says(on_line));
    REQUIRE(rung.outbox.size() == 1);
    REQUIRE(rung.outbox.front().messages.size() == 1);
    CHECK(rung.outbox.front().messages.front().message.text == "お知らせがあります");
    CHECK(entries(rung).front().state == bot::SendState::accepted);

    auto in_line = answering(on_line);
    in_line.door_notice = doorway.door_notice;
    const auto said = desk::plan_commit(in_line, says(on_line));
    REQUIRE(said.outbox.size() == 1);
    CHECK(said.outbox.front().messages.front().message.text == "ひとこと");
}

TEST_CASE("commit: nobody is rung who blocked us on LINE, cannot be reached or came by the web alone")
{
    auto blocked = with_bot();
    blocked.blocked_at = friday_eleven;  // and writes through the web chat
    auto gone = with_bot();
    gone.reachable = false;
    for (const auto& before : {blocked, gone, with_bot(bot::ChannelKind::web)}) {
        auto input = answering(before);
        input.content_on_line = false;
        input.door_notice = bot::OutboundMessage{.text = "お知らせがあります", .quick_replies = {}};
        CHECK(desk::plan_commit(input, says(before)).outbox.empty());
    }
}

TEST_CASE("commit: a picture of the web chat is not fetched from LINE")
{
    for (const auto door : {bot::ChannelKind::line, bot::ChannelKind::web}) {
        const auto before = with_bot(door);
        auto decision = says(before);
        decision.effects.emplace_back(bot::FetchMedia{"m1", decision.log.front().seq});
        CHECK(desk::plan_commit(answering(before), std::move(decision)).media.size() == (door == bot::ChannelKind::line ? 1 : 0));
    }
}

TEST_CASE("commit: consoles are told that the lists changed when a talk goes from one counselor to another")
{
    const auto before = held_by_counselor();
    bot::Decision decision{.next = before, .log = {}, .effects = {}};
    decision.next.holder.counselor = CounselorId{"C2"};
    const auto plan = desk::plan_commit(answering(before), std::move(decision));
    CHECK(std::ranges::count(plan.batch.notices, std::string("queue"), &store::Notice::kind) == 1);
}
