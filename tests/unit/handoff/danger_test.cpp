#include "handoff/queue/commands.h"
#include "handoff/queue/target.h"
#include "tests/unit/handoff/danger_story.h"

#include <doctest/doctest.h>

using namespace std::chrono;
using namespace tsunagi;
using namespace tsunagi::handoff;
using namespace tsunagi::story;

TEST_CASE("danger: the words carry the mark with span and rule, the conversation the level, and an event without her words")
{
    const auto decision = hears(talking(), text("もう、消えたい"));
    REQUIRE(mark(decision));
    CHECK(mark(decision)->level == 2);
    REQUIRE(mark(decision)->spans.size() == 1);
    CHECK(mark(decision)->spans[0].from == 3);
    CHECK(mark(decision)->spans[0].to == 7);
    CHECK(mark(decision)->spans[0].rule == "wish");
    CHECK(decision.next.risk_level == 2);
    CHECK(decision.next.risk_categories == Lines{"suicide"});
    CHECK(decision.next.risk.raised_at == friday);
    CHECK(events(decision) == Lines{"event.risk_raised level=2", "event.queued reason=topic"});
}

TEST_CASE("danger: a machine raises and never lowers; R1 leaves a mark and no event")
{
    const auto raised = hears(talking(), text("消えたい")).next;
    const auto later = hears(raised, text("つらい"));
    CHECK(later.next.risk_level == 2);
    CHECK(later.next.risk.raised_at == raised.risk.raised_at);
    const auto sad = hears(talking(), text("つらい"));
    CHECK(mark(sad)->level == 1);
    CHECK(sad.next.risk_level == 1);
    CHECK(sad.next.risk_categories.empty());
    CHECK(std::ranges::count(events(sad), "event.risk_raised level=1") == 0);
}

TEST_CASE("danger: a sentence split over two messages is heard, one taken back in between is not")
{
    const auto first = hears(talking(), text("もう、消え"));
    CHECK(first.next.risk_level == 0);
    CHECK(hears(first.next, text("たい")).next.risk_level == 2);
    CHECK(hears(first.next, text("たい"), desk(), friday + bot::recent_texts_span + minutes{1}).next.risk_level == 0);

    const auto withdrawn = hears(first.next, unsend(first.log.front().message_id));
    CHECK(withdrawn.next.recent_texts.empty());
    CHECK(hears(withdrawn.next, text("たい")).next.risk_level == 0);
}

TEST_CASE("danger: what is kept for context stays small and ends on a letter")
{
    auto conversation = held(sato());
    for (int i = 0; i < 10; ++i) conversation = hears(conversation, text(std::string(300, 'a') + "あいうえおかきくけこ" + std::string(600, 'b'))).next;
    CHECK(conversation.recent_texts.size() == bot::recent_texts_max);
    for (const auto& recent : conversation.recent_texts) CHECK(recent.text.size() <= bot::recent_text_bytes_max);
    const auto later = hears(conversation, text("きょうは雨です"), desk(), friday + bot::recent_texts_span + minutes{1}).next;
    CHECK(later.recent_texts.size() == 1);
    std::string letters;
    for (int i = 0; i < 400; ++i) letters += "あ";
    conversation = hears(conversation, text("x" + letters)).next;
    CHECK(conversation.recent_texts.back().text.size() == 598);  // 1 + 199 letters of three bytes
}

TEST_CASE("danger: R3 by day: one kind sentence, at most three open lines, the head of the queue, the truth; in one request")
{
    const auto decision = hears(talking(), text("準備をした"), desk(1, 4));
    CHECK(decision.next.holder.is_queue());
    CHECK(decision.next.handoff->reason == "risk");
    CHECK(decision.next.handoff->priority == bot::Priority::high);
    CHECK_FALSE(decision.next.position.running());
    CHECK(said(decision) == Lines{"safety.kind.life", "safety.lines.open listener LINE-S\nday LINE-D\nanybody LINE-G",
                                  "safety.standing.open 1\n\nsafety.where"});
    REQUIRE(sends(decision).size() == 1);
    CHECK(sends(decision)[0].must_deliver);
    CHECK_FALSE(has<bot::AlarmStaff>(decision));  // somebody is there: the console tells them
}

TEST_CASE("danger: R4 at night: the ambulance first, no line that is closed now, and that nobody reads")
{
    const auto decision = hears(talking(), text("薬を飲んだ"), desk(1), saturday);
    CHECK(decision.next.handoff->priority == bot::Priority::emergency);
    const auto lines = said(decision).at(1);
    CHECK(lines == "safety.lines.emergency ambulance LINE-A\npolice LINE-P\nanybody LINE-G");
    CHECK(said(decision).at(2).starts_with("safety.standing.closed 11月24日"));
    CHECK(has<bot::AlarmStaff>(decision));
    CHECK(decision.next.risk.told_level == 4);
}

TEST_CASE("danger: open, but nobody on duty: she is told so, and staff are called")
{
    const auto decision = hears(talking(), text("準備をした"), desk(0));
    CHECK(says(decision, "safety.standing.nobody"));
    CHECK(has<bot::AlarmStaff>(decision));
}

TEST_CASE("danger: while she waits the words come once for each level, and her place goes up")
{
    const auto waits = hears(talking(), text("人と話したい"));
    CHECK(waits.next.handoff->priority == bot::Priority::normal);
    const auto raised = hears(waits.next, text("準備をした"));
    CHECK(raised.next.handoff->priority == bot::Priority::high);
    CHECK(raised.next.handoff->reason == "wish");
    CHECK(raised.next.handoff->requested_at == waits.next.handoff->requested_at);
    CHECK(said(raised).size() == 3);
    CHECK(said(hears(raised.next, text("準備をした"))).empty());
    CHECK(said(hears(raised.next, text("きょうは雨です"))).empty());
    CHECK(says(hears(raised.next, text("薬を飲んだ")), "LINE-A"));
}

TEST_CASE("danger: who was told that a counselor is there is answered anew once nobody is, with the lines of that hour, and then once")
{
    const auto minute_before = friday + 5h + 55min;  // 16:55
    const auto told = hears(hears(unknown_person(), follow(), desk(), minute_before).next, text("準備をした"), desk(), minute_before);
    REQUIRE(says(told, "safety.standing.open"));
    const auto asks = hears(told.next, text("まだですか"), desk(), friday + 6h + 5min);
    CHECK(said(asks) == Lines{"queue.kept.closed 11月24日（火） 10:00"});
    const auto after_closing = hears(told.next, text("準備をした"), desk(), friday + 6h + 5min);
    CHECK(says(after_closing, "safety.lines.open"));
    CHECK(says(after_closing, "safety.standing.closed 11月24日（火） 10:00"));
    CHECK(said(hears(after_closing.next, text("準備をした"), desk(), friday + 6h + 10min)).empty());
    CHECK(said(hears(after_closing.next, text("まだですか"), desk(), friday + 6h + 10min)).empty());

    const auto signed_off = hears(told.next, text("準備をした"), desk(0), minute_before + 2min);
    CHECK(says(signed_off, "safety.standing.nobody"));
    CHECK(said(hears(signed_off.next, text("準備をした"), desk(0), minute_before + 3min)).empty());
}

TEST_CASE("danger: while a counselor talks with her the bot is silent; staff who have gone home are called")
{
    const auto decision = hears(held(sato()), text("薬を飲んだ"), desk_beside(sato(), true));
    CHECK(said(decision).empty());
    CHECK(decision.next.risk_level == 4);
    CHECK(decision.next.holder.is_counselor());
    CHECK_FALSE(has<bot::AlarmStaff>(decision));
    CHECK(has<bot::AlarmStaff>(hears(held(sato()), text("薬を飲んだ"), desk(0))));
    CHECK(has<bot::AlarmStaff>(hears(held(sato()), text("薬を飲んだ"), desk_beside(sato(), true), saturday)));
}

TEST_CASE("danger: the counselor who holds her has gone home: she is answered, and colleagues on duty find her first in line")
{
    for (const auto& view : {desk_beside(sato(), false), desk(1)}) {  // off duty; the account is no longer there
        const auto decision = hears(held(sato()), text("薬を飲んだ"), view);
        CHECK(decision.next.holder.is_queue());
        CHECK(decision.next.handoff->priority == bot::Priority::emergency);
        CHECK(decision.next.handoff->reason == "risk");
        CHECK(says(decision, "safety.lines.emergency ambulance LINE-A"));
        CHECK(says(decision, "safety.standing.open"));
        CHECK(decision.next.handoff->requested_at == friday);
        CHECK(events(decision) == Lines{"event.risk_raised level=4", "event.left_by_holder from=佐藤"});
        CHECK_FALSE(has<bot::AlarmStaff>(decision));  // every console on duty shows the alarm
    }
    const auto sad = hears(held(sato()), text("つらい"), desk_beside(sato(), false));
    CHECK(sad.next.holder.is_counselor());
    CHECK(said(sad).empty());
}

TEST_CASE("danger: at night, in a talk that a counselor keeps, she is told who answers now and that nobody reads here")
{
    for (const auto& view : {desk_beside(sato(), false), desk_beside(sato(), true)}) {  // nobody ends every duty that ended
        const auto decision = hears(held(sato()), text("薬を飲んだ"), view, saturday);
        CHECK(decision.next.holder.is_queue());
        CHECK(says(decision, "LINE-A"));
        CHECK(says(decision, "safety.standing.closed 11月24日"));
        CHECK(has<bot::AlarmStaff>(decision));
    }
}

TEST_CASE("danger: a talk that goes on a little after closing is not taken from the counselor on duty")
{
    const auto closing = friday + hours{6};  // Friday 17:00
    const auto view = desk_beside(sato(), true);
    CHECK(hears(held(sato()), text("薬を飲んだ"), view, closing + minutes{30}).next.holder.is_counselor());
    CHECK(hears(held(sato()), text("薬を飲んだ"), view, closing + minutes{90}).next.holder.is_queue());
}

TEST_CASE("danger: at night, who was called and talks with her keeps the talk, and nobody else is called while she answers")
{
    const auto waits = hears(talking(), text("薬を飲んだ"), desk(0), saturday).next;
    const auto view = desk_beside(sato(), true);
    const auto taken = claim(waits, sato(), watchful(), saturday + minutes{3});
    REQUIRE(taken.ok());
    const auto unread = hears(taken->next, text("薬を飲んだ"), view, saturday + minutes{4});
    CHECK(unread.next.holder.is_counselor());
    CHECK_FALSE(has<bot::AlarmStaff>(unread));

    const auto said_first = send_text(unread.next, sato(), "ここにいます", saturday + minutes{5});
    REQUIRE(said_first.ok());
    const auto later = send_text(said_first->next, sato(), "救急車を呼びますね", saturday + minutes{75});
    REQUIRE(later.ok());
    const auto again = hears(later->next, text("薬を飲んだ"), view, saturday + minutes{80});
    CHECK(again.next.holder.is_counselor());
    CHECK(said(again).empty());
    CHECK_FALSE(has<bot::AlarmStaff>(again));
    CHECK(has<bot::AlarmStaff>(hears(again.next, text("薬を飲んだ"), view, saturday + minutes{95})));  // she has fallen silent
    CHECK(hears(again.next, text("薬を飲んだ"), view, saturday + minutes{140}).next.holder.is_queue());
}

TEST_CASE("danger: a talk that went back to its counselor by itself at night is not taken for one that she answers")
{
    const auto view = desk_beside(sato(), true);  // nobody ended her duty
    auto left = closed(sato(), friday + hours{5});
    const auto back = hears(left, text("すこしいいですか"), view, friday + hours{6} + minutes{50});  // ten to six, the desk closed at five
    REQUIRE(back.next.holder.is_counselor());
    const auto danger = hears(back.next, text("薬を飲んだ"), view, friday + hours{7} + minutes{5});
    CHECK(danger.next.holder.is_queue());
    CHECK(has<bot::AlarmStaff>(danger));
    CHECK(says(danger, "LINE-A"));
}

TEST_CASE("danger: a peer concierge who talks with her is there, though she sees nobody who waits")
{
    auto peer = sato();
    peer.role = Role::peer_concierge;
    auto view = desk_beside(peer, true);
    view.on_duty = 0;
    CHECK_FALSE(has<bot::AlarmStaff>(hears(held(peer), text("薬を飲んだ"), view)));
}

TEST_CASE("danger: with a counselor who has gone home violence is answered by nothing that tells of it")
{
    const auto decision = hears(held(sato()), text("いま首を絞められた"), desk_beside(sato(), false), saturday);
    CHECK(decision.next.holder.is_queue());
    CHECK(says(decision, "safety.quiet.received"));
    CHECK_FALSE(says(decision, "safety.kind"));
    CHECK(decision.next.risk.screen == bot::ScreenSafety::asked);
}

TEST_CASE("danger: words from before she blocked us that come late are answered by nothing, and staff have her")
{
    const auto gone = hears(talking(), unfollow(), desk(), friday + hours{1}).next;
    auto late = text("準備をした");
    late.sent_at = late.received_at = friday + minutes{30};
    const auto decision = receive(gone, late, watchful(), desk(0), friday + hours{1});
    CHECK(sends(decision).empty());
    CHECK(decision.next.holder.is_queue());
    CHECK(has<bot::AlarmStaff>(decision));
}

TEST_CASE("danger: a closed conversation opens at once, to the queue and not to questions")
{
    auto old = closed(sato());
    const auto decision = hears(old, text("準備をした"), desk(), friday + days{5});
    CHECK(decision.next.holder.is_queue());
    CHECK(decision.next.outcome.empty());
    CHECK(decision.next.handoff->reason == "risk");
    CHECK(says(decision, "safety.kind.life"));
}

TEST_CASE("danger: given back to the bot, she is answered again when it is heard again")
{
    const auto first = hears(talking(), text("準備をした")).next;
    const auto taken = claim(first, sato(), watchful(), friday);
    REQUIRE(taken.ok());
    const auto back = return_to_bot(taken.value().next, sato(), watchful(), friday, handoff::all_seen);
    REQUIRE(back.ok());
    const auto again = hears(back.value().next, text("準備をした"));
    CHECK(again.next.holder.is_queue());
    CHECK(says(again, "safety.kind.life"));
}

// A second danger is another one: whatever was said of the first, months ago or an hour ago, she is answered again.

TEST_CASE("danger: handed back to the line, she is answered again, with her place")
{
    const auto first = hears(talking(), text("準備をした")).next;
    const auto requeued = transfer(answered_by(sato(), first, friday), sato(), std::nullopt, "交代", watchful(), friday);
    REQUIRE(requeued.ok());
    const auto again = hears(requeued.value().next, text("準備をした"), desk(), friday + minutes{5});
    CHECK(says(again, "safety.kind.life"));
    CHECK(says(again, "safety.standing.open"));
}

TEST_CASE("danger: back within a day and in line again, she is answered again")
{
    const auto gone = closed_after(hears(talking(), text("準備をした")).next, friday);
    const auto back = hears(gone, text("さっきの者です"), desk(), friday + hours{1});
    REQUIRE(back.next.holder.is_queue());
    const auto again = hears(back.next, text("準備をした"), desk(), friday + hours{1} + minutes{1});
    CHECK(says(again, "safety.kind.life"));
    CHECK(says(again, "LINE-S"));
}

TEST_CASE("danger: months after one that was answered and closed, while she waits at night, she is answered again")
{
    const auto gone = closed_after(hears(talking(), text("準備をした")).next, friday);
    const auto later = saturday + days{98};
    const auto waits = hears(hears(gone, text("こんばんは"), desk(0), later).next, text("人と話したい"), desk(0), later + minutes{1});
    REQUIRE(waits.next.holder.is_queue());
    const auto again = hears(waits.next, text("準備をした"), desk(0), later + minutes{2});
    CHECK(says(again, "safety.kind.life"));
    CHECK(says(again, "safety.standing.closed"));
    CHECK(has<bot::AlarmStaff>(again));
}

TEST_CASE("danger: who has waited since long ago is answered again, also when nobody has taken her meanwhile")
{
    const auto first = hears(talking(), text("準備をした"), desk(0), saturday).next;
    CHECK(said(hears(first, text("準備をした"), desk(0), saturday + hours{1})).empty());
    const auto again = hears(first, text("準備をした"), desk(0), saturday + bot::danger_episode_span + minutes{1});
    CHECK(says(again, "safety.kind.life"));
    CHECK(says(again, "safety.standing.closed"));
}

TEST_CASE("danger: heard again after an answer the target's clock begins anew, in the same talk and in another one")
{
    const auto due = [](const bot::Conversation& conversation) { return answer_due(conversation, Targets{}, weekdays()); };
    const auto answered = answered_by(sato(), hears(talking(), text("準備をした")).next, friday);
    CHECK_FALSE(due(answered));
    CHECK_FALSE(due(hears(answered, text("つらい"), desk(), friday + minutes{9}).next));
    const auto again = hears(answered, text("消えたい"), desk(), friday + minutes{10});
    CHECK(due(again.next) == friday + minutes{15});  // she stands at R3
    CHECK(std::ranges::count(events(again), "event.risk_raised level=2") == 0);
    CHECK(due(hears(again.next, text("準備をした"), desk(), friday + minutes{12}).next) == friday + minutes{15});  // still waits for the first

    const auto gone = closed_after(hears(talking(), text("準備をした")).next, friday);
    CHECK(due(hears(gone, text("準備をした"), desk(), friday + days{98}).next) == friday + days{98} + minutes{5});
    const auto taken = claim(hears(talking(), text("準備をした")).next, sato(), watchful(), friday);
    REQUIRE(taken.ok());
    const auto wordless = close(taken.value().next, sato(), "listened", false, watchful(), friday, handoff::all_seen);
    REQUIRE(wordless.ok());
    CHECK(due(hears(wordless.value().next, text("準備をした"), desk(), friday + days{98}).next) == friday + days{98} + minutes{5});
}

TEST_CASE("danger: on standby nothing is said, the mark stays and staff have her in the queue")
{
    const auto decision = hears(talking(), on_standby(text("準備をした")));
    CHECK(said(decision).empty());
    CHECK(decision.next.holder.is_queue());
    CHECK(decision.next.risk_level == 3);
}

TEST_CASE("danger: R2 says one kind sentence and the flow goes on; she goes ahead of the ordinary line")
{
    const auto decision = hears(unknown_person(), text("消えたい"), desk(1, 3));
    CHECK(said(decision).front() == "safety.kind.life\nsafety.soft.offer");
    CHECK(decision.next.holder.is_queue());  // this flow ends with a human
    CHECK(decision.next.handoff->priority == bot::Priority::soon);
    CHECK(decision.next.handoff->reason == "topic");
}

TEST_CASE("danger: R2 while the flow asks: its question stays, lines and a human are a tap away, and are given by a tap")
{
    auto home = unknown_person();
    home.position.flow = FlowId{"coming-back"};
    const auto asked = hears(home, follow()).next;
    const auto decision = hears(asked, text("消えたい"));
    CHECK(decision.next.holder.is_bot());
    CHECK(says(decision, "またどうぞ"));
    const auto buttons = sends(decision)[0].messages.back().quick_replies;
    REQUIRE(buttons.size() == 2);
    CHECK(buttons[0].label == "相談先を見る");
    CHECK_FALSE(says(decision, "LINE-"));
    const auto shown = hears(decision.next, safety_tap(bot::tap_show_lines));
    CHECK(says(shown, "safety.lines.wish listener LINE-S"));
    CHECK(says(hears(decision.next, text("相談先を見る")), "LINE-S"));
    CHECK_FALSE(says(hears(decision.next, text("消えたい")), "safety.kind.life"));  // said once
}

TEST_CASE("danger: the words on a sticker are hers; LINE's keywords for a picture are no emergency")
{
    auto on_it = sticker();
    std::get<bot::StickerReceived>(on_it.content) = {.text = "準備をした", .keywords = {}};
    CHECK(hears(talking(), on_it).next.risk_level == 3);
    std::get<bot::StickerReceived>(on_it.content) = {.text = "", .keywords = {"OK", "薬を飲んだ"}};
    const auto by_keyword = hears(talking(), on_it);
    CHECK(by_keyword.next.risk_level == 2);
    CHECK(mark(by_keyword)->spans.empty());
}
