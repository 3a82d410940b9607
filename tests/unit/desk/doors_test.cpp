// Whose hours and whose people: what the desk knows of doors, accounts and keys.
#include "server/desk/timers.h"
#include "tests/unit/desk/desk_fixture.h"

#include <algorithm>

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

handoff::OpeningHours never() { return {}; }

/// LINE's first channel is always open; its second and the web chat never are.
struct Doors : DeskFixture {
    Doors()
    {
        auto& mirai_desk = config.desks.front();
        auto second = mirai_desk.line_channels.front();
        second.name = "line-second";
        second.hours = never();
        mirai_desk.line_channels.push_back(second);
        mirai_desk.web_chat.enabled = true;
        mirai_desk.web_chat.hours = never();
        hire("山田");
    }
    /// Whether somebody who asks for a human through this door is told that the desk is open.
    bool is_open_to(bot::ChannelKind kind, const std::string& channel)
    {
        const auto user = "U-" + channel;
        for (const char* words : {"こんにちは", "人と話したい"}) {
            auto inbound = text(user, channel + words, words);
            inbound.from.kind = kind;
            inbound.from.channel = channel;
            CHECK(run_on(context, desks.receive(inbound)) == desk::Received::committed);
        }
        for (const auto& conversation : conversations())
            if (conversation.address.channel == channel) {
                const auto lines = log(conversation.id);
                return std::ranges::any_of(lines, [](const bot::Entry& entry) { return entry.text.starts_with("queue.entered.open"); });
            }
        return false;
    }
};

}  // namespace

TEST_CASE("doors: she is told of the hours of the door she came through")
{
    Doors doors;
    CHECK(doors.is_open_to(bot::ChannelKind::line, "line-main"));
    CHECK_FALSE(doors.is_open_to(bot::ChannelKind::line, "line-second"));
    CHECK_FALSE(doors.is_open_to(bot::ChannelKind::web, desk::web_channel));
}

TEST_CASE("doors: nor does a notice of her place come while her own door is closed")
{
    Doors doors;
    doors.is_open_to(bot::ChannelKind::line, "line-second");
    const auto sent = doors.outbox.size();
    doors.clock.advance(std::chrono::hours{1});
    desk::Timers timers{doors.desks, doors.clock};
    CHECK(run_on(doors.context, timers.wake_due()) == 0);
    CHECK(doors.outbox.size() == sent);
}

TEST_CASE("start: whoever left the desk is at nobody's side after a restart, though her duty was never ended")
{
    DeskFixture desk;
    const auto yamada = desk.hire("山田");
    const auto key = store::staff_key(mirai, yamada);
    const auto row = desk.store.read(store::Space::staff, key).value();
    auto account = store::decode<store::StaffAccount>(row.bytes).value();
    CHECK(account.duty_since == desk.clock.now());
    account.disabled = true;
    desk.store.put_back(store::Space::staff, key, store::Value{store::encode(account), row.version});

    desk::DeskService restarted{desk.store, desk.config, desk.clock, desk.random};
    run_on(desk.context, restarted.start());
    CHECK_FALSE(restarted.index().counselor(mirai, yamada));
    for (const char* words : {"こんにちは", "人と話したい"})
        CHECK(run_on(desk.context, restarted.receive(desk.text("U1", words, words))) == desk::Received::committed);
    CHECK(stands_in_log(desk, "queue.entered.nobody"));
}

TEST_CASE("desk: a language that it does not speak is not promised to her")
{
    DeskFixture desk;
    CHECK(run_on(desk.context, desk.desks.receive(desk.text("U1", "e1", "Bonjour"), "fr")) == desk::Received::committed);
    CHECK(desk.only_conversation().language == "ja");
}

TEST_CASE("desk: nobody withdraws what another person wrote")
{
    DeskFixture desk;
    desk.say("U1", "e1", "ひみつのことば");
    desk.say("U2", "e2", "ひみつのことば");
    for (const std::string user : {"U1", "U2"}) {
        auto inbound = desk.text(user, "unsend-" + user, "");
        inbound.message_id.clear();
        inbound.content = bot::Unsent{user == "U1" ? "m-e2" : "m-e1"};
        CHECK(run_on(desk.context, desk.desks.receive(inbound)) == desk::Received::committed);
    }
    for (const auto& conversation : desk.conversations())
        CHECK(std::ranges::count(desk.log(conversation.id), "ひみつのことば", &bot::Entry::text) == 1);
}

TEST_CASE("desk: the mark that shows her \"read\" is that of her newest message, and words without one take none away")
{
    DeskFixture desk;
    desk.clock.advance(std::chrono::minutes{1});
    const auto writes = [&desk](const std::string& event, const std::string& mark, TimePoint sent_at) {
        auto inbound = desk.text("U1", event, "こんにちは");
        inbound.mark_as_read_token = mark;
        inbound.sent_at = sent_at;
        CHECK(run_on(desk.context, desk.desks.receive(inbound)) == desk::Received::committed);
        return desk.only_conversation().mark_as_read_token;
    };
    CHECK(writes("e1", "newest", desk.clock.now()) == "newest");
    CHECK(writes("e2", "late", friday_eleven) == "newest");
    CHECK(writes("e3", "", desk.clock.now()) == "newest");
}

TEST_CASE("desk: handed to somebody who is not there a talk stays where it is")
{
    DeskFixture desk;
    const auto yamada = desk.hire("山田");
    desk.say("U1", "e1", "こんにちは");
    desk.say("U1", "e2", "人と話したい");
    const auto id = desk.only_conversation().id;
    REQUIRE(desk.command(id, yamada, desk::Claim{}, "k1").ok());
    const auto handed = desk.command(id, yamada, desk::Transfer{CounselorId{"nobody"}, "交代"}, "k2");
    REQUIRE_FALSE(handed.ok());
    CHECK(handed.error().refusal == handoff::Refusal::no_such_counselor);
    CHECK(desk.only_conversation().holder.counselor == yamada);
}

TEST_CASE("desk: one counselor's key counts in one conversation: used again in another it is another change")
{
    DeskFixture desk;
    const auto yamada = desk.hire("山田");
    for (const std::string user : {"U1", "U2"}) {
        desk.say(user, "e1" + user, "こんにちは");
        desk.say(user, "e2" + user, "人と話したい");
    }
    for (const auto& conversation : desk.conversations()) CHECK(desk.command(conversation.id, yamada, desk::Claim{}, "same-key").ok());
    for (const auto& conversation : desk.conversations()) CHECK(conversation.holder.is_counselor());
}

TEST_CASE("desk: a mark is dismissed also when a long talk lies behind it")
{
    DeskFixture desk;
    const auto yamada = desk.hire("山田");
    desk.say("U1", "first", "薬を飲んだ");
    const auto id = desk.only_conversation().id;
    desk.mark(desk.log(id).front().seq);
    for (int i = 0; i < 300; ++i) desk.say("U1", "e" + std::to_string(i), "それから");
    REQUIRE(desk.log(id).size() > 500);
    const auto seq = desk.log(id).front().seq;
    REQUIRE(desk.command(id, yamada, desk::DismissMark{seq, "風邪の薬"}, "k1").ok());
    CHECK(desk.log(id).front().risk.value().dismissed_by == "山田");
}
