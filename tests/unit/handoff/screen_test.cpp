// Whether somebody may see her screen, and what she is told then; the safe word.
#include "handoff/queue/commands.h"
#include "handoff/queue/risk_commands.h"
#include "handoff/queue/target.h"
#include "tests/unit/handoff/danger_story.h"

#include <doctest/doctest.h>

using namespace std::chrono;
using namespace std::chrono_literals;
using namespace tsunagi;
using namespace tsunagi::handoff;
using namespace tsunagi::story;

TEST_CASE("screen: violence heard again months later is received again, and her screen is asked about again")
{
    auto gone = closed_after(hears(hears(talking(), text("夫が怖いです")).next, safety_tap(bot::tap_screen_safe)).next, friday);
    const auto again = hears(gone, text("夫が怖いです"), desk(), friday + days{100});
    CHECK(said(again) == Lines{"safety.quiet.received", "safety.screen.question"});

    auto with_bot = hears(hears(talking(), text("夫が怖いです")).next, safety_tap(bot::tap_screen_later)).next;
    with_bot.holder = {};  // a flow that ends without a human
    CHECK(says(hears(with_bot, text("夫が怖いです"), desk(), friday + days{100}), "safety.quiet.received"));
}

TEST_CASE("screen: that somebody may watch it is not forgotten")
{
    const auto asked = hears(talking(), text("夫が怖いです")).next;
    const auto gone = closed_after(hears(asked, safety_tap(bot::tap_screen_watched)).next, friday);
    CHECK(hears(gone, text("首を絞められました"), desk(), friday + days{100}).next.risk.screen == bot::ScreenSafety::watched);
}

TEST_CASE("screen: violence at home is answered by nothing but the question whether the screen is safe")
{
    const auto decision = hears(talking(), text("夫が怖いです"));
    CHECK(said(decision) == Lines{"safety.quiet.received", "safety.screen.question"});
    CHECK(sends(decision)[0].messages.back().quick_replies.size() == 3);
    CHECK(decision.next.holder.is_bot());
    CHECK(decision.next.position.running());
    CHECK(decision.next.risk.screen == bot::ScreenSafety::asked);
}

TEST_CASE("screen: who is followed is asked about it as well, also when she fears that somebody reads along")
{
    for (const auto* words : {"元夫につけられています", "夫が怖いです。妻は何を話した、と聞かれます", "つけられています。妻は何を話した、と聞かれます"}) {
        CAPTURE(words);
        const auto decision = hears(talking(), text(words));
        CHECK(said(decision) == Lines{"safety.quiet.received", "safety.screen.question"});
        CHECK(bot::is_private(decision.next));
    }
}

TEST_CASE("screen: it is asked about once in a talk, however often she writes of it")
{
    const auto asked = hears(talking(), text("夫が怖いです")).next;
    CHECK_FALSE(says(hears(asked, text("夫が怖いです")), "safety.screen.question"));
    const auto safe = hears(asked, safety_tap(bot::tap_screen_safe)).next;
    CHECK_FALSE(says(hears(safe, text("夫が怖いです")), "safety.screen.question"));
}

TEST_CASE("screen: what she wrote before our question is not lost by half a day of silence")
{
    const auto asked = hears(talking(), text("夫が怖いです")).next;
    const auto later = hears(asked, text("どうしたらいいでしょう"), desk(), friday + hours{12});
    REQUIRE(later.next.answers.size() == 1);
    CHECK(later.next.answers[0].value == "夫が怖いです");
}

TEST_CASE("screen: safe: lines are shown, and the flow takes what she had written")
{
    const auto asked = hears(talking(), text("夫が怖いです")).next;
    for (const auto& answer : {safety_tap(bot::tap_screen_safe), text("大丈夫です")}) {
        const auto decision = hears(asked, answer);
        CHECK(said(decision).front() == "safety.kind.violence");
        CHECK(says(decision, "LINE-V"));
        CHECK(decision.next.risk.screen == bot::ScreenSafety::safe);
        REQUIRE(decision.next.answers.size() == 1);
        CHECK(decision.next.answers[0].value == "夫が怖いです");
        CHECK(decision.next.holder.is_queue());
    }
}

TEST_CASE("screen: whoever does not answer is not asked twice, and her words reach the flow all the same")
{
    const auto asked = hears(talking(), text("夫が怖いです")).next;
    const auto decision = hears(asked, text("どうしたらいいでしょう"));
    REQUIRE(decision.next.answers.size() == 1);
    CHECK(decision.next.answers[0].value == "夫が怖いです");
    CHECK_FALSE(says(decision, "LINE-"));
    CHECK(hears(asked, text("人と話したい")).next.handoff->reason == "wish");
}

TEST_CASE("screen: what she takes back while we ask is not given to the flow")
{
    const auto first = hears(talking(), text("夫が怖いです"));
    const auto withdrawn = hears(first.next, unsend(first.log.front().message_id)).next;
    CHECK(hears(withdrawn, safety_tap(bot::tap_screen_safe)).next.answers.empty());
}

TEST_CASE("screen: watched: something short, no line, and a human waits")
{
    const auto asked = hears(talking(), text("夫が怖いです")).next;
    const auto decision = hears(asked, safety_tap(bot::tap_screen_watched));
    CHECK(said(decision) == Lines{"safety.screen.on_watched"});
    CHECK(decision.next.holder.is_queue());
    CHECK(said(hears(decision.next, text("また来ます"))).empty());
    CHECK_FALSE(says(hears(decision.next, text("首を絞められました")), "LINE-V"));
}

TEST_CASE("screen: later: the flow goes on, and a typed 大丈夫 long after shows nothing")
{
    const auto asked = hears(talking(), text("夫が怖いです")).next;
    const auto later = hears(asked, safety_tap(bot::tap_screen_later));
    CHECK(said(later).front() == "safety.screen.on_later");
    CHECK_FALSE(says(hears(later.next, text("大丈夫")), "LINE-"));
    CHECK(says(hears(later.next, text("相談先を見る")), "safety.screen.question"));
}

TEST_CASE("screen: R4 with violence: the one emergency number that fits, the question, and neutral words")
{
    const auto decision = hears(talking(), text("殴られて血が出ています"));
    CHECK(said(decision) == Lines{"safety.quiet.received", "now LINE-P", "safety.quiet.open", "safety.screen.question"});
    CHECK(decision.next.handoff->priority == bot::Priority::emergency);
    const auto safe = hears(decision.next, safety_tap(bot::tap_screen_safe));
    CHECK(says(safe, "safety.lines.emergency police LINE-P"));
    CHECK(safe.next.holder.is_queue());
}

TEST_CASE("screen: R3 with violence: no number before she answered")
{
    const auto decision = hears(talking(), text("首を絞められました"), desk(1), saturday);
    CHECK_FALSE(says(decision, "LINE-"));
    CHECK(says(decision, "safety.quiet.closed 11月24日"));
    CHECK(has<bot::AlarmStaff>(decision));
}

TEST_CASE("screen: her 大丈夫 holds for an hour")
{
    const auto asked = hears(talking(), text("首を絞められました")).next;
    const auto safe = hears(asked, safety_tap(bot::tap_screen_safe)).next;
    CHECK(says(hears(safe, text("相談先を見る"), desk(), friday + minutes{50}), "LINE-V"));
    CHECK(says(hears(safe, text("相談先を見る"), desk(), friday + minutes{61}), "safety.screen.question"));
}

TEST_CASE("screen: her 大丈夫 counts from when she said it: neither our question before it nor danger heard after it moves that hour")
{
    const auto asked = hears(talking(), text("首を絞められました")).next;
    const auto answered = hears(asked, safety_tap(bot::tap_screen_safe), desk(), friday + minutes{14});
    CHECK(says(answered, "safety.lines.wish"));  // R3: what she wished to see, not whom to call this minute
    const auto safe = answered.next;
    CHECK(says(hears(safe, text("相談先を見る"), desk(), friday + minutes{70}), "LINE-V"));
    const auto worse = hears(safe, text("殴られて血が出ています"), desk(), friday + minutes{60});
    CHECK(says(worse, "safety.lines.emergency police LINE-P"));
    CHECK(said(hears(worse.next, text("相談先を見る"), desk(), friday + minutes{75})) == Lines{"safety.screen.question"});

    auto with_bot = hears(hears(talking(), text("夫が怖いです")).next, safety_tap(bot::tap_screen_safe)).next;
    with_bot.holder = {};  // a flow that ends without a human
    const auto lowered = set_risk(with_bot, sato(), 1, "落ち着いている", friday, handoff::all_seen);
    REQUIRE(lowered.ok());
    const auto sad = hears(lowered.value().next, text("消えたい"), desk(), friday + minutes{50});
    CHECK(says(sad, "safety.kind.life"));
    CHECK(says(hears(sad.next, text("相談先を見る"), desk(), friday + minutes{61}), "safety.screen.question"));
}

TEST_CASE("screen: while we ask about it nothing else is asked, and R2 is not received a second time")
{
    const auto asked = hears(talking(), text("夫が怖いです")).next;
    const auto wishes = hears(asked, text("相談先を見る"));
    CHECK(said(wishes) == Lines{"safety.screen.question"});
    CHECK(wishes.next.holder.is_bot());

    auto later = hears(asked, safety_tap(bot::tap_screen_later)).next;
    later.holder = {};
    const auto again = hears(later, text("消えたい"));
    CHECK_FALSE(says(again, "safety.kind"));
    CHECK_FALSE(says(again, "safety.quiet.received"));
}

TEST_CASE("screen: what she answers while a counselor is with her is kept and said to nobody, until that talk ends")
{
    const auto asked = hears(talking(), text("首を絞められました")).next;
    const auto with_sato = claim(asked, sato(), watchful(), friday).value().next;
    const auto view = desk_beside(sato(), true);

    const auto alone = hears(with_sato, safety_tap(bot::tap_screen_safe), view, friday + minutes{30});
    CHECK(said(alone).empty());
    const auto back = return_to_bot(alone.next, sato(), watchful(), friday + minutes{40}, handoff::all_seen).value().next;
    CHECK(says(hears(back, text("相談先を見る"), view, friday + minutes{85}), "LINE-V"));
    CHECK(says(hears(back, text("相談先を見る"), view, friday + minutes{95}), "safety.screen.question"));

    const auto watched = hears(with_sato, safety_tap(bot::tap_screen_watched), view);
    CHECK(said(watched).empty());
    CHECK(watched.next.risk.screen == bot::ScreenSafety::watched);

    const auto gone = close(alone.next, sato(), "listened", true, watchful(), friday + minutes{40}, handoff::all_seen).value().next;
    CHECK(gone.risk.screen == bot::ScreenSafety::unknown);
}

TEST_CASE("screen: what comes by push tells nothing")
{
    const auto asked = hears(talking(), text("首を絞められました")).next;
    const auto taken = claim(asked, sato(), watchful(), friday);
    REQUIRE(taken.ok());
    CHECK(said(taken.value()) == Lines{"佐藤です"});
    const auto& with_sato = taken.value().next;
    CHECK(said(transfer(with_sato, sato(), suzuki(), "交代", watchful(), friday).value()) == Lines{"鈴木です"});
    CHECK(said(return_to_bot(with_sato, sato(), watchful(), friday, handoff::all_seen).value()) == Lines{"safety.quiet.left"});
    CHECK(said(close(with_sato, sato(), "listened", true, watchful(), friday, handoff::all_seen).value()) == Lines{"safety.quiet.left"});
}

TEST_CASE("screen: her place in line, that her words are kept and her way back are told in words that tell nothing")
{
    const auto asked = hears(talking(), text("夫が怖いです")).next;
    const auto waits = hears(asked, text("人と話したい"));
    CHECK(said(waits) == Lines{"safety.quiet.open"});
    CHECK(said(hears(waits.next, text("まだですか"))) == Lines{"safety.quiet.kept"});
    const auto gone = closed_after(waits.next, friday);
    CHECK(said(hears(gone, text("また少しいいですか"), desk_beside(sato(), false), friday + hours{1})) == Lines{"safety.quiet.open"});
    CHECK(said(hears(gone, text("また少しいいですか"), desk_beside(sato(), true), friday + hours{1})) == Lines{"safety.quiet.notice"});
}

TEST_CASE("watched: of somebody who never wrote 「誰ですか」 is a question, and the flow begins")
{
    CHECK(says(hears(unknown_person(), text("妻は何を話しましたか")), "はじめまして"));
}

TEST_CASE("watched: whoever asks what she said gets neutral words, and a human looks first")
{
    const auto decision = hears(talking(), text("妻は何を話しましたか"));
    CHECK(said(decision) == Lines{"safety.quiet.received", "safety.quiet.open"});
    CHECK(decision.next.holder.is_queue());
    CHECK(decision.next.risk.screen == bot::ScreenSafety::watched);
    const auto again = hears(decision.next, text("妻は何を話しましたか"), desk(), friday + minutes{5});
    CHECK(said(again).empty());  // whoever holds the phone gets no more of us
    CHECK(again.next.handoff->requested_at == friday);
}

TEST_CASE("safe word: the chat turns harmless, staff see it, and nothing else is said until they end it")
{
    auto conversation = talking();
    conversation.safe_contact.safe_word = "りんごジュース";
    const auto decision = hears(conversation, text("リンゴジュース。"));
    CHECK(said(decision) == Lines{"safety.disguise"});
    CHECK(decision.next.risk.disguised);
    CHECK(decision.next.risk_categories == Lines{"monitored"});
    CHECK(decision.next.risk_level == 2);
    CHECK(decision.next.risk.screen == bot::ScreenSafety::watched);
    CHECK(decision.next.recent_texts.empty());  // the word itself is kept nowhere but in her profile and the log
    CHECK(decision.next.holder.is_queue());
    CHECK(events(decision).front() == "event.safe_word");
    CHECK(said(hears(decision.next, text("薬を飲んだ"))).empty());
    CHECK(said(hears(decision.next, safety_tap(bot::tap_screen_safe))).empty());
    CHECK(said(hears(decision.next, text("リンゴジュース"))) == Lines{"safety.disguise"});
    const auto taken = claim(decision.next, sato(), watchful(), friday);
    REQUIRE(taken.ok());
    CHECK(said(taken.value()).empty());
    CHECK(said(hears(taken.value().next, text("だれ"))).empty());
}

TEST_CASE("safe word: given back to the bot in disguise, her next words wait for a human; blocking and taking back are no words")
{
    auto conversation = talking();
    conversation.safe_contact.safe_word = "りんごジュース";
    const auto taken = claim(hears(conversation, text("りんごジュース")).next, sato(), watchful(), friday).value().next;
    const auto with_bot = return_to_bot(taken, sato(), watchful(), friday, handoff::all_seen).value().next;
    for (const auto& inbound : {unfollow(), unsend("text-1")}) CHECK(hears(with_bot, inbound).next.holder.is_bot());
    const auto writes = hears(with_bot, text("だれですか"));
    CHECK(writes.next.holder.is_queue());
    CHECK(said(writes).empty());
}

TEST_CASE("safe word: while nobody is there, staff are called, whoever holds the conversation")
{
    const auto alarmed = [](bot::Conversation conversation, const DeskView& view, TimePoint now) {
        conversation.safe_contact.safe_word = "りんごジュース";
        const auto decision = hears(conversation, text("りんごジュース"), view, now);
        CHECK(decision.next.risk.disguised);
        return std::ranges::any_of(decision.effects, [](const auto& effect) {
            const auto* alarm = std::get_if<bot::AlarmStaff>(&effect);
            return alarm && alarm->level == 2;
        });
    };
    for (const auto& conversation : {talking(), waiting(), closed(sato()), held(sato())}) {
        CAPTURE(static_cast<int>(conversation.holder.kind));
        CHECK(alarmed(conversation, desk_beside(sato(), true), saturday));
        CHECK(alarmed(conversation, desk(0), friday));
        CHECK_FALSE(alarmed(conversation, desk_beside(sato(), true), friday));
    }
    CHECK(alarmed(held(sato()), desk_beside(sato(), false), friday));
    CHECK_FALSE(alarmed(waiting(), desk_beside(sato(), false), friday));
}

TEST_CASE("safe word: without one agreed on, no word is one")
{
    CHECK_FALSE(hears(talking(), text("。")).next.risk.disguised);
}

TEST_CASE("screen: watched while nobody is there: she is told so before she puts the phone away, once")
{
    const auto asked = hears(talking(), text("夫が怖いです"), desk(1), saturday).next;
    const auto decision = hears(asked, safety_tap(bot::tap_screen_watched), desk(1), saturday);
    REQUIRE(said(decision).size() == 2);
    CHECK(said(decision).front() == "safety.screen.on_watched");
    CHECK(said(decision).back().starts_with("safety.quiet.closed 11月24日"));
    CHECK_FALSE(says(decision, "LINE-"));

    const auto empty_desk = hears(asked, safety_tap(bot::tap_screen_watched), desk(0), friday);
    CHECK(says(empty_desk, "safety.quiet.nobody"));
    const auto choked = hears(talking(), text("首を絞められました"), desk(1), saturday).next;  // told with the question
    CHECK(said(hears(choked, safety_tap(bot::tap_screen_watched), desk(1), saturday)) == Lines{"safety.screen.on_watched"});
}

TEST_CASE("screen: where her screen may be seen, closing time is told in words that tell nothing")
{
    const auto watched = hears(hears(talking(), text("夫が怖い")).next, safety_tap(bot::tap_screen_watched)).next;
    REQUIRE(watched.holder.is_queue());
    const auto after_closing = hears(watched, text("まだですか"), desk(), friday + 6h + 5min);
    CHECK(said(after_closing) == Lines{"safety.quiet.closed 11月24日（火） 10:00"});
    CHECK(said(hears(after_closing.next, text("まだですか"), desk(), friday + 6h + 10min)).empty());
    auto disguised = watched;
    disguised.risk.disguised = true;
    CHECK(said(hears(disguised, text("まだですか"), desk(), friday + 6h + 5min)).empty());
}

TEST_CASE("screen: answered after the desk closed: she who was told that somebody is there hears that nobody reads, once")
{
    const auto closed = friday + 7h;  // 18:00
    const auto asked = hears(talking(), text("首を絞められました")).next;
    const auto answers = {std::pair{bot::tap_screen_watched, "safety.quiet.closed 11月24日"},
                          std::pair{bot::tap_screen_later, "safety.quiet.closed 11月24日"},
                          std::pair{bot::tap_screen_safe, "safety.standing.closed 11月24日"}};
    for (const auto& [tapped, standing] : answers) {
        CAPTURE(tapped);
        CHECK_FALSE(says(hears(asked, safety_tap(tapped), desk(), friday + 10min), "11月24日"));
        const auto answered = hears(asked, safety_tap(tapped), desk(), closed);
        CHECK(says(answered, standing));
        CHECK(said(hears(answered.next, text("きょうは雨です"), desk(), closed + 10min)).empty());
        CHECK_FALSE(says(hears(answered.next, safety_tap(tapped), desk(), closed + 10min), "11月24日"));
    }
}
