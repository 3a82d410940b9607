#include "handoff/queue/danger.h"

#include "bot/flow/buttons.h"
#include "handoff/queue/commands.h"
#include "handoff/queue/target.h"
#include "tests/unit/handoff/story.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace std::chrono;
using namespace tsunagi;
using namespace tsunagi::handoff;
using namespace tsunagi::story;

namespace {

bot::Decision hears(const bot::Conversation& conversation, bot::Inbound inbound, const DeskView& view = desk(),
                    TimePoint now = friday)
{
    inbound.sent_at = inbound.received_at = now;
    return receive(conversation, inbound, watchful(), view, now);
}

bot::Conversation talking() { return hears(unknown_person(), follow()).next; }

bool says(const bot::Decision& decision, const std::string& part)
{
    return std::ranges::any_of(said(decision), [&](const auto& text) { return text.find(part) != text.npos; });
}

template <class Effect>
bool has(const bot::Decision& decision)
{
    return std::ranges::any_of(decision.effects, [](const auto& each) { return std::holds_alternative<Effect>(each); });
}

bot::Inbound safety_tap(std::string_view choice) { return tap("a=01234567&f=&n=&c=" + std::string(choice)); }

const bot::RiskMark* mark(const bot::Decision& decision)
{
    for (const auto& entry : decision.log)
        if (entry.kind == bot::EntryKind::inbound && entry.risk) return &*entry.risk;
    return nullptr;
}

}  // namespace

// ------------------------------------------------------------------------------------------------ what is noted

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
    std::string letters;
    for (int i = 0; i < 400; ++i) letters += "あ";
    conversation = hears(conversation, text("x" + letters)).next;
    CHECK(conversation.recent_texts.back().text.size() == 598);  // 1 + 199 letters of three bytes
}

// ------------------------------------------------------------------------------------------------ R3 and R4

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

/// The desk when `counselor`, who talked with her last, is on duty or not, and one colleague is.
DeskView desk_beside(Counselor counselor, bool on_duty)
{
    auto view = desk(on_duty ? 2 : 1);
    counselor.on_duty = on_duty;
    view.last_counselor = std::move(counselor);
    return view;
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

TEST_CASE("danger: the counselor who holds her has gone home: staff are called, though colleagues are on duty")
{
    CHECK(has<bot::AlarmStaff>(hears(held(sato()), text("薬を飲んだ"), desk_beside(sato(), false))));
    CHECK(has<bot::AlarmStaff>(hears(held(sato()), text("薬を飲んだ"), desk(1))));  // the account is no longer there
    CHECK_FALSE(has<bot::AlarmStaff>(hears(held(sato()), text("つらい"), desk_beside(sato(), false))));
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
    const auto back = return_to_bot(taken.value().next, sato(), watchful(), friday);
    REQUIRE(back.ok());
    const auto again = hears(back.value().next, text("準備をした"));
    CHECK(again.next.holder.is_queue());
    CHECK(says(again, "safety.kind.life"));
}

// A second danger is another one: whatever was said of the first, months ago or an hour ago, she is answered again.

bot::Conversation answered_by(const Counselor& counselor, const bot::Conversation& waits, TimePoint now)
{
    const auto taken = claim(waits, counselor, watchful(), now);
    REQUIRE(taken.ok());
    const auto replied = send_text(taken.value().next, counselor, "ここにいます", now);
    REQUIRE(replied.ok());
    return replied.value().next;
}

bot::Conversation closed_after(const bot::Conversation& waits, TimePoint now)
{
    const auto left = close(answered_by(sato(), waits, now), sato(), "listened", true, watchful(), now);
    REQUIRE(left.ok());
    return left.value().next;
}

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
    const auto wordless = close(taken.value().next, sato(), "listened", false, watchful(), friday);
    REQUIRE(wordless.ok());
    CHECK(due(hears(wordless.value().next, text("準備をした"), desk(), friday + days{98}).next) == friday + days{98} + minutes{5});
}

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

TEST_CASE("danger: on standby nothing is said, the mark stays and staff have her in the queue")
{
    const auto decision = hears(talking(), on_standby(text("準備をした")));
    CHECK(said(decision).empty());
    CHECK(decision.next.holder.is_queue());
    CHECK(decision.next.risk_level == 3);
}

// ------------------------------------------------------------------------------------------------ R2

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

// ------------------------------------------------------------------------------------------------ her screen

TEST_CASE("screen: violence at home is answered by nothing but the question whether the screen is safe")
{
    const auto decision = hears(talking(), text("夫が怖いです"));
    CHECK(said(decision) == Lines{"safety.quiet.received", "safety.screen.question"});
    CHECK(sends(decision)[0].messages.back().quick_replies.size() == 3);
    CHECK(decision.next.holder.is_bot());
    CHECK(decision.next.position.running());
    CHECK(decision.next.risk.screen == bot::ScreenSafety::asked);
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

TEST_CASE("screen: what comes by push tells nothing")
{
    const auto asked = hears(talking(), text("首を絞められました")).next;
    const auto taken = claim(asked, sato(), watchful(), friday);
    REQUIRE(taken.ok());
    CHECK(said(taken.value()) == Lines{"佐藤です"});
}

// ------------------------------------------------------------------------------------------------ another hand

TEST_CASE("watched: whoever asks what she said gets neutral words, and a human looks first")
{
    const auto decision = hears(talking(), text("妻は何を話しましたか"));
    CHECK(said(decision) == Lines{"safety.quiet.received", "safety.quiet.open"});
    CHECK(decision.next.holder.is_queue());
    CHECK(decision.next.risk.screen == bot::ScreenSafety::watched);
}

TEST_CASE("safe word: the chat turns harmless, staff see it, and nothing else is said until they end it")
{
    auto conversation = talking();
    conversation.safe_contact.safe_word = "りんごジュース";
    const auto decision = hears(conversation, text("リンゴジュース。"));
    CHECK(said(decision) == Lines{"safety.disguise"});
    CHECK(decision.next.risk.disguised);
    CHECK(decision.next.risk_categories == Lines{"monitored"});
    CHECK(decision.next.holder.is_queue());
    CHECK(events(decision).front() == "event.safe_word");
    CHECK(said(hears(decision.next, text("薬を飲んだ"))).empty());
    CHECK(said(hears(decision.next, safety_tap(bot::tap_screen_safe))).empty());
    const auto taken = claim(decision.next, sato(), watchful(), friday);
    REQUIRE(taken.ok());
    CHECK(said(taken.value()).empty());
    CHECK(said(hears(taken.value().next, text("だれ"))).empty());
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

// ------------------------------------------------------------------------------------------------ other content

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
