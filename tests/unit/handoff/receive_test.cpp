#include "handoff/queue/receive.h"

#include "handoff/queue/enter.h"
#include "handoff/queue/may_send.h"
#include "tests/unit/handoff/story.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace std::chrono;
using namespace tsunagi;
using namespace tsunagi::handoff;
using namespace tsunagi::story;

namespace {

bot::Decision from_her(const bot::Conversation& conversation, const bot::Inbound& inbound,
                       const DeskView& view = desk(), TimePoint now = friday)
{
    return receive(conversation, inbound, playbook(), view, now);
}

bool asks_for_human(const bot::Decision& decision)
{
    return std::ranges::any_of(decision.effects,
                               [](const auto& e) { return std::holds_alternative<bot::NeedHuman>(e); });
}

}  // namespace

// ------------------------------------------------------------------------------------------------ entering the queue

TEST_CASE("queue: the flow asks for a human, and she is told her place last, in the same request")
{
    const auto decision = from_her(greeted(), text("家賃が払えません"), desk(1, 2));
    CHECK(decision.next.holder.is_queue());
    CHECK(decision.next.holder.since == friday);
    CHECK(decision.next.holder.counselor.empty());
    REQUIRE(decision.next.handoff);
    CHECK(decision.next.handoff->reason == "topic");
    CHECK(decision.next.handoff->requested_at == friday);
    CHECK_FALSE(decision.next.handoff->kept_told);
    CHECK(said(decision) == Lines{"話してくれてありがとう", "queue.entered.open 3"});
    CHECK(sends(decision).size() == 1);
    CHECK(events(decision) == Lines{"event.queued reason=topic"});
    CHECK_FALSE(asks_for_human(decision));
    CHECK_FALSE(decision.next.position.running());
    CHECK(decision.next.revision == greeted().revision + 1);
}

TEST_CASE("queue: 「人と話したい」 leads there from any question, and the question is not asked again")
{
    const auto decision = from_her(greeted(), text("人と話したい"));
    CHECK(decision.next.holder.is_queue());
    CHECK(decision.next.handoff->reason == "wish");
    CHECK(said(decision).back() == "queue.entered.open 1");
    CHECK(std::ranges::count(said(decision), "どうしましたか") == 0);
    CHECK_FALSE(decision.next.position.running());
}

TEST_CASE("queue: open, but nobody at the desk: she is told that, not a place that means nothing")
{
    const auto decision = from_her(greeted(), text("家賃が払えません"), desk(0, 2));
    CHECK(decision.next.holder.is_queue());
    CHECK(said(decision).back() == "queue.entered.nobody");
}

TEST_CASE("queue: out of hours her words are kept and the next opening is told")
{
    const auto decision = from_her(greeted(), text("夫が怖い"), desk(1), saturday);
    CHECK(decision.next.holder.is_queue());
    CHECK(decision.next.handoff->requested_at == saturday);
    CHECK(said(decision).back() == "queue.entered.closed 11月24日（火） 10:00");
    CHECK(received(decision) == 1);
}

TEST_CASE("queue: a desk with no opening in sight says so and names no date")
{
    DeskView view;
    const auto decision = from_her(greeted(), text("夫が怖い"), view);
    CHECK(said(decision).back() == "queue.entered.closed_unknown");
}

TEST_CASE("queue: she is told in her own language")
{
    auto conversation = greeted();
    conversation.language = "en";
    CHECK(said(from_her(conversation, text("rent"), desk(), saturday)).back() ==
          "queue.entered.closed en Tue 11/24, 10:00");
}

TEST_CASE("queue: danger seen before raises her place and never lowers what the flow asked for")
{
    auto view = desk(1, 7);
    view.waiting_ahead_soon = 4;
    view.waiting_ahead_high = 2;
    view.waiting_ahead_emergency = 1;
    auto conversation = greeted();
    conversation.risk_level = 3;
    const auto raised = from_her(conversation, text("家賃が払えません"), view);
    CHECK(raised.next.handoff->priority == bot::Priority::high);
    CHECK(said(raised).back() == "queue.entered.open 3");

    bot::Decision urgent{.next = greeted(), .log = {}, .effects = {}};
    urgent = enter_queue(urgent, {.reason = "urgent", .skills = {}, .priority = bot::Priority::emergency}, playbook(),
                         view, friday);
    CHECK(urgent.next.handoff->priority == bot::Priority::emergency);
    CHECK(said(urgent) == Lines{"queue.entered.open 2"});
    CHECK_FALSE(urgent.next.position.running());  // whoever asked for a human, no question goes on behind it
    CHECK(urgent.next.position.flow == playbook().entry);
}

TEST_CASE("queue: a flow that asks for a human twice makes one place, with every skill and the highest urgency")
{
    bot::Decision decision{.next = greeted(), .log = {}, .effects = {}};
    decision.effects.push_back(bot::NeedHuman{"topic", {"law"}, bot::Priority::normal});
    decision.effects.push_back(bot::FetchMedia{"m", 1});
    decision.effects.push_back(bot::NeedHuman{"urgent", {"dv", "law"}, bot::Priority::high});
    const auto entered = enter_queue_if_asked(decision, playbook(), desk(), friday);
    CHECK(entered.next.handoff->reason == "topic");
    CHECK(entered.next.handoff->skills == Lines{"law", "dv"});
    CHECK(entered.next.handoff->priority == bot::Priority::high);
    CHECK(events(entered).size() == 1);
    CHECK(entered.effects.size() == 2);  // the picture is fetched all the same
}

TEST_CASE("bot: while nobody is needed the bot goes on alone")
{
    const auto decision = from_her(unknown_person(), follow());
    CHECK(decision.next.holder.is_bot());
    CHECK(events(decision).empty());
    CHECK(decision.next.revision == 1);
}

// ------------------------------------------------------------------------------------------------ while she waits

TEST_CASE("waiting: her first message is answered once, the next ones are kept in silence")
{
    const auto first = from_her(waiting(), text("まだですか"), desk(1, 1));
    CHECK(said(first) == Lines{"queue.kept 2"});
    CHECK(received(first) == 1);
    const auto second = from_her(first.next, text("子どもが泣いています"), desk(1, 1));
    CHECK(sends(second).empty());
    CHECK(received(second) == 1);
    CHECK(second.next.holder.is_queue());
    CHECK(second.next.handoff->requested_at == friday);
}

TEST_CASE("waiting: a sticker, a picture or a tap is a message, too")
{
    for (const auto& message :
         {sticker(), picture(), tap("a=0&f=first-contact&n=story&c=x"), other("dance", "message")})
        CHECK(said(from_her(waiting(), message)) == Lines{"queue.kept 1"});
}

TEST_CASE("waiting: at night she is told again when the desk opens")
{
    CHECK(said(from_her(waiting(), text("まだですか"), desk(), saturday)) ==
          Lines{"queue.kept.closed 11月24日（火） 10:00"});
    DeskView never;
    CHECK(said(from_her(waiting(), text("まだですか"), never)) == Lines{"queue.entered.closed_unknown"});
}

TEST_CASE("waiting: who was told her place by day is told once that nobody reads when she writes after closing")
{
    const auto by_day = from_her(waiting(), text("まだですか"), desk(), friday).next;
    const auto closed_now = from_her(by_day, text("だれか読んでいますか"), desk(), friday + 6h + 30min);
    CHECK(said(closed_now) == Lines{"queue.kept.closed 11月24日（火） 10:00"});
    CHECK(said(from_her(closed_now.next, text("さむいです"), desk(), friday + 7h)).empty());
    CHECK(said(from_her(closed_now.next, text("さむいです"), desk(), saturday + 30h)).size() == 1);  // another day of the weekend
    const auto opened = from_her(closed_now.next, text("おはよう"), desk(), at(2026y / November / 24, 10, 30));
    CHECK(said(opened).empty());  // her place she knows
    CHECK(said(from_her(opened.next, text("また夜です"), desk(), at(2026y / November / 24, 17, 30))) ==
          Lines{"queue.kept.closed 11月25日（水） 10:00"});

    // Who enters after closing is told by that alone.
    const auto late = from_her(waiting(friday + 7h), text("まだですか"), desk(), friday + 7h + 1min);
    CHECK(said(late) == Lines{"queue.kept.closed 11月24日（火） 10:00"});
    CHECK(said(from_her(late.next, text("さむいです"), desk(), friday + 8h)).empty());
}

TEST_CASE("waiting: a wish for a human changes nothing, she waits for one already")
{
    const auto decision = from_her(waiting(), text("人と話したい"), desk(), friday + 5min);
    CHECK(decision.next.handoff->requested_at == friday);
    CHECK(decision.next.handoff->reason == "topic");
    CHECK(events(decision).empty());
    CHECK_FALSE(asks_for_human(decision));
}

TEST_CASE("waiting: unfollowing, following again, unsending and standby are logged and answered by nothing")
{
    const auto gone = from_her(waiting(), unfollow());
    CHECK(gone.effects.empty());
    CHECK_FALSE(gone.next.reachable);
    CHECK(gone.next.holder.is_queue());
    const auto again = from_her(gone.next, follow());
    CHECK(again.effects.empty());
    CHECK(again.next.reachable);
    CHECK(again.next.holder.is_queue());
    CHECK_FALSE(again.next.handoff->kept_told);
    CHECK(sends(from_her(waiting(), unsend("text-1"))).empty());
    const auto elsewhere = from_her(waiting(), on_standby(text("まだですか")));
    CHECK(sends(elsewhere).empty());
    CHECK_FALSE(elsewhere.next.handoff->kept_told);
    CHECK(received(elsewhere) == 1);
    CHECK(sends(from_her(waiting(), other("accountLink", ""))).empty());
}

TEST_CASE("waiting: danger that shows while she waits moves her forward, without a new place at the end")
{
    auto conversation = waiting();
    conversation.risk_level = 4;
    const auto decision = from_her(conversation, text("もう無理"), desk(1, 3), friday + 5min);
    CHECK(decision.next.handoff->priority == bot::Priority::emergency);
    CHECK(decision.next.handoff->requested_at == friday);
    CHECK(said(decision) == Lines{"queue.kept 1"});
}

// ------------------------------------------------------------------------------------------------ with a counselor

TEST_CASE("with a counselor: whatever she sends is logged, the bot is silent, pictures are fetched")
{
    const auto conversation = held(sato());
    for (const auto& inbound : {text("こんにちは"), text("人と話したい"), text("わからない"), sticker(), follow(),
                                unfollow(), tap("a=0&f=first-contact&n=story&c=x"), on_standby(text("x"))}) {
        const auto decision = from_her(conversation, inbound);
        CHECK(decision.effects.empty());
        CHECK(decision.next.holder.is_counselor());
        CHECK(decision.next.holder.counselor == sato().id);
        CHECK_FALSE(decision.log.empty());
    }
    const auto decision = from_her(conversation, picture());
    REQUIRE(decision.effects.size() == 1);
    CHECK(std::holds_alternative<bot::FetchMedia>(decision.effects[0]));
}

TEST_CASE("may_send: the bot never into a conversation that a counselor holds, a human always")
{
    bot::Send by_bot;
    bot::Send by_human;
    by_human.by_human = true;
    CHECK(may_send(greeted(), by_bot));
    CHECK(may_send(waiting(), by_bot));
    CHECK_FALSE(may_send(held(sato()), by_bot));
    CHECK(may_send(held(sato()), by_human));
    CHECK(may_send(closed(sato()), by_human));
}

// ------------------------------------------------------------------------------------------------ her language

namespace {

/// The desk's first flow also asks for the language.
const bot::Playbook& bilingual()
{
    static const auto with_languages = [] {
        auto book = playbook();
        bot::Ask ask;
        ask.kind = bot::AskKind::choice;
        ask.choices = {{.id = "en", .labels = {{"ja", "English"}}, .also = {"英語"}, .next = {}, .language = "en"}};
        const NodeId id{"language"};
        book.flows.at(book.entry).nodes[id] = {id, ask, 9};
        bot::prepare(book);
        return book;
    }();
    return with_languages;
}

bot::Decision chooses_english(const bot::Conversation& conversation, bot::Inbound inbound = tap("a=01234567&f=first-contact&n=language&c=en"))
{
    return receive(conversation, inbound, bilingual(), desk(), friday + hours{1});
}

}  // namespace

TEST_CASE("receive: a tap on a language switches it whoever holds, and is no word")
{
    for (const auto& conversation : {waiting(), held(sato()), closed(sato())}) {
        CAPTURE(static_cast<int>(conversation.holder.kind));
        const auto decision = chooses_english(conversation);
        CHECK(decision.next.language == "en");
        CHECK(events(decision) == Lines{"event.language language=en"});
        CHECK(said(decision).empty());
        CHECK(decision.next.holder.kind == conversation.holder.kind);
        CHECK(decision.next.outcome == conversation.outcome);
        CHECK(events(chooses_english(decision.next)).empty());  // again: nothing to tell
    }
    const auto waits = chooses_english(waiting()).next;
    CHECK(said(receive(waits, text("hello"), bilingual(), desk(), friday)) == Lines{"queue.kept en 1"});
    CHECK(chooses_english(closed(sato())).next.last_activity_at == closed(sato()).last_activity_at);
}

TEST_CASE("receive: a language's name typed switches it, too; it is a word like any other, but reopens nothing")
{
    for (const auto* name : {"English", "英語", "ＥＮＧＬＩＳＨ。"}) {
        CAPTURE(name);
        CHECK(chooses_english(held(sato()), text(name)).next.language == "en");
        const auto waits = chooses_english(waiting(), text(name));
        CHECK(waits.next.language == "en");
        CHECK(said(waits) == Lines{"queue.kept en 1"});
    }
    const auto after_the_end = chooses_english(closed(sato()), text("English"));  // as the menu on LINE says it for her
    CHECK(after_the_end.next.holder.is_closed());  // no counselor is called for it
    CHECK(said(after_the_end) == Lines{"language.changed"});
    for (const auto* words : {"en", "I speak English", "英語が話せません"}) {
        CAPTURE(words);
        CHECK(chooses_english(held(sato()), text(words)).next.language == "ja");
    }
}
