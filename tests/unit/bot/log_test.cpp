#include "tests/unit/bot/flows.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::bot;
using namespace tsunagi::bot::tests;

// ---------------------------------------------------------------------------- the log

TEST_CASE("every event is one entry at LINE's time, numbered without a gap; one revision each")
{
    auto talk = at_topic();
    const auto revision = talk.conversation.revision;
    const auto seq = talk.conversation.next_seq;
    const auto event = talk.inbound(TextReceived{"お金", {}});
    const auto decision = decide(talk.conversation, event, talk.playbook, event.sent_at + std::chrono::seconds{5});
    REQUIRE(decision.log.size() == 2);
    const auto& received = decision.log[0];
    CHECK(received.seq == seq);
    CHECK(received.kind == EntryKind::inbound);
    CHECK(received.author.kind == AuthorKind::person);
    CHECK(received.at == event.sent_at);
    CHECK(received.message_id == event.message_id);
    CHECK(received.text == "お金");
    CHECK_FALSE(received.content.has_value());
    const auto& answered = decision.log[1];
    CHECK(answered.seq == seq + 1);
    CHECK(answered.kind == EntryKind::outbound);
    CHECK(answered.author.kind == AuthorKind::bot);
    CHECK(answered.state == SendState::queued);
    CHECK(answered.at == event.sent_at + std::chrono::seconds{5});
    CHECK(answered.quick_replies.size() == 3);
    const auto& send = std::get<Send>(decision.effects.at(0));
    CHECK(send.entries == std::vector<std::uint64_t>{seq + 1});
    CHECK_FALSE(send.by_human);
    CHECK(decision.next.next_seq == seq + 2);
    CHECK(decision.next.revision == revision + 1);
    CHECK(decision.next.last_inbound_at == event.sent_at);
    CHECK(decision.next.last_activity_at == event.sent_at + std::chrono::seconds{5});
}

TEST_CASE("a quoted message is named in the log")
{
    auto talk = at_topic();
    talk.sends(TextReceived{"お金", "quoted"});
    CHECK(std::get<TextReceived>(talk.last.log.front().content.value()).quoted_message_id == "quoted");
}

TEST_CASE("an event redelivered late does not turn the clock back")
{
    auto talk = at_topic();
    const auto before = talk.conversation.last_inbound_at;
    auto late = talk.inbound(TextReceived{"お金", {}});
    late.sent_at = before - std::chrono::hours{1};
    talk.receives(late);
    CHECK(talk.conversation.last_inbound_at == before);
    CHECK(talk.last.log.front().at == late.sent_at);
}

TEST_CASE("deciding is pure: the same event decided again is decided the same")
{
    auto talk = at_topic();
    for (const InboundContent& content :
         {InboundContent{TextReceived{"お金、仕事", {}}}, InboundContent{StickerReceived{"", {"OK"}}},
          InboundContent{PostbackReceived{"c=money", {}}}, InboundContent{TextReceived{"人と話したい", {}}}}) {
        const auto event = talk.inbound(content);
        const auto once = decide(talk.conversation, event, talk.playbook, at_noon());
        const auto twice = decide(talk.conversation, event, talk.playbook, at_noon());
        CHECK(once.next.position.node == twice.next.position.node);
        CHECK(once.next.next_seq == twice.next.next_seq);
        CHECK(once.next.revision == twice.next.revision);
        REQUIRE(once.log.size() == twice.log.size());
        REQUIRE(once.effects.size() == twice.effects.size());
        for (std::size_t i = 0; i < once.log.size(); ++i) {
            CHECK(once.log[i].text == twice.log[i].text);
            CHECK(once.log[i].quick_replies == twice.log[i].quick_replies);
        }
    }
}

// ---------------------------------------------------------------------------- the catalogue

TEST_CASE("message_text: her language, the desk's first, and at last the key")
{
    const auto playbook = questions().build();
    CHECK(message_text(playbook, "en", "ask.human") == "Talk to a person");
    CHECK(message_text(playbook, "en", "ask.more") == "ほかにもありますか");
    CHECK(message_text(playbook, "ja", "no.such.key") == "no.such.key");
}

TEST_CASE("message_text: blanks are filled once, those without a value stay empty")
{
    auto with = questions();
    with.playbook.messages["queue.test"] = ja("順番は{place}番目、{name}さん。{missing}{ {not a blank}");
    const auto playbook = with.build();
    CHECK(message_text(playbook, "ja", "queue.test", {{"place", "2"}, {"name", "{place}"}}) ==
          "順番は2番目、{place}さん。{ {not a blank}");
}

TEST_CASE("bot_says: nothing for nothing, never over LINE's limits")
{
    Decision decision;
    bot_says(decision, {}, at_noon());
    bot_says(decision, {{"", {}}}, at_noon());
    CHECK(decision.log.empty());
    CHECK(decision.effects.empty());

    std::string too_long;
    for (int i = 0; i < 6000; ++i) too_long += "あ";
    bot_says(decision, {{too_long, {}}}, at_noon());
    CHECK(std::get<Send>(decision.effects.at(0)).messages.at(0).text.size() == 5000 * 3);
    CHECK(decision.log.at(0).text.size() == 5000 * 3);
}

TEST_CASE("prepare: twice gives the same playbook")
{
    auto playbook = questions().build();
    const auto human = playbook.human_folded;
    const auto version = playbook.short_version;
    prepare(playbook);
    CHECK(playbook.human_folded == human);
    CHECK(playbook.short_version == version);
    CHECK(version == "01234567");
}
