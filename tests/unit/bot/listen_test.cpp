#include "tests/unit/bot/flows.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::bot;
using namespace tsunagi::bot::tests;

namespace {

using Words = std::vector<std::string>;

/// Topic, then urgency, then a free text, then a choice whose id stands in the first question, too.
PlaybookOf questions()
{
    auto topic = ask_choice("どのこと", {choice("money", "お金"), choice("work", "仕事"), choice("other", "そのほか")},
                            "topic", "urgent");
    auto urgent = ask_choice("急ぎますか", {choice("yes", "ある"), choice("no", "ない")}, "urgent", "story");
    auto again = ask_choice("もう一度どのこと", {choice("work", "仕事"), choice("yes", "うん")}, "more", "bye");
    return PlaybookOf().flow("main", {{"topic", topic},
                                      {"urgent", urgent},
                                      {"story", ask(AskKind::text, "お話は", "story", "again")},
                                      {"again", again},
                                      {"bye", End{ja("おわり")}}});
}

Talk at_topic()
{
    Talk talk(questions().build());
    talk.sends(Followed{});
    REQUIRE(talk.waits_at("topic"));
    return talk;
}

Inbound standby(Inbound inbound)
{
    inbound.standby = true;
    return inbound;
}

MediaReceived picture(int index = 0, int total = 0)
{
    MediaReceived media;
    media.image_set_index = index;
    media.image_set_total = total;
    return media;
}

}  // namespace

// ---------------------------------------------------------------------------- not understood

TEST_CASE("misunderstood: asked again twice, then a human is offered, then she decides")
{
    auto talk = at_topic();
    talk.writes("ねこ");
    CHECK(talk.all_said() == "ボタンから選んでください|どのこと");
    CHECK(talk.buttons() == Words{"お金", "仕事", "そのほか", "人と話したい"});
    talk.writes("いぬ");
    CHECK(talk.all_said() == "ボタンから選んでください|どのこと");
    talk.writes("とり");
    CHECK(talk.all_said() == "相談員に代わりますか");
    CHECK(talk.buttons() == Words{"相談員に代わる", "このまま続ける"});
    CHECK(talk.events() == Words{"event.offered_human"});

    SUBCASE("yes by button")
    {
        talk.taps("相談員に代わる");
        CHECK(talk.handed_over() == "not_understood");
        CHECK_FALSE(talk.flow_runs());
    }
    SUBCASE("yes in words")
    {
        talk.writes("はい");
        CHECK(talk.handed_over() == "not_understood");
    }
    SUBCASE("no: asked once more, calmly; the next misunderstanding offers again")
    {
        talk.taps("このまま続ける");
        CHECK(talk.all_said() == "どのこと");
        CHECK(talk.handed_over() == "-");
        talk.writes("うま");
        CHECK(talk.all_said() == "相談員に代わりますか");
        talk.writes("いいえ");
        talk.taps("仕事");
        CHECK(talk.answer("topic") == "work");
    }
    SUBCASE("the answer itself, late")
    {
        talk.writes("お金です");
        CHECK(talk.answer("topic") == "money");
        CHECK(talk.conversation.position.attempts == 0);
        CHECK(talk.waits_at("urgent"));
    }
    SUBCASE("something else again: now a human reads it")
    {
        talk.writes("うま");
        CHECK(talk.handed_over() == "not_understood");
    }
    SUBCASE("a sticker: the offer is repeated, unless it says yes or no")
    {
        talk.sends(StickerReceived{"", {"cat"}});
        CHECK(talk.all_said() == "相談員に代わりますか");
        talk.sends(StickerReceived{"", {"OK"}});
        CHECK(talk.handed_over() == "not_understood");
    }
    SUBCASE("a picture or a follow: the offer is repeated")
    {
        talk.sends(picture());
        CHECK(talk.all_said() == "相談員に代わりますか");
        talk.sends(Followed{true});
        CHECK(talk.all_said() == "おかえりなさい|相談員に代わりますか");
    }
}

TEST_CASE("misunderstood: yes and no to the offer are not taken for the question's own yes and no")
{
    auto talk = at_topic();
    talk.taps("お金").writes("ねこ").writes("いぬ").writes("とり");
    REQUIRE(talk.waits_at("urgent"));
    talk.writes("いいえ");
    CHECK(talk.waits_at("urgent"));
    CHECK(talk.all_said() == "急ぎますか");
    talk.writes("うま").writes("はい");
    CHECK(talk.handed_over() == "not_understood");
    CHECK(talk.answer("urgent") == "-");
}

TEST_CASE("yes and no are understood in every language the catalogue lists, as the whole message")
{
    const auto urgent = [](const std::string& words) {
        auto talk = at_topic();
        talk.taps("お金").writes(words);
        return talk.answer("urgent");
    };
    for (const auto* yes : {"vâng", "Vâng!", "dạ vâng", "हो", "हो।", "はい"}) CHECK(urgent(yes) == "yes");
    for (const auto* no : {"không", "होइन।", "いいえ"}) CHECK(urgent(no) == "no");
    CHECK(urgent("không biết") == "-");

    auto talk = at_topic();
    talk.taps("お金").writes("ねこ").writes("いぬ").writes("とり").writes("vâng");
    CHECK(talk.handed_over() == "not_understood");
    CHECK(talk.answer("urgent") == "-");
}

TEST_CASE("misunderstood: each kind of question has its own words, the flow's own come first")
{
    const std::pair<AskKind, std::string> kinds[]{{AskKind::number, "数字で教えてください"},
                                                  {AskKind::date, "日にちを教えてください"},
                                                  {AskKind::age, "年齢を数字で教えてください"}};
    for (const auto& [kind, words] : kinds) {
        Talk talk(PlaybookOf().flow("main", {{"q", ask(kind, "いくつ", "x", "end")}, {"end", End{}}}).build());
        talk.sends(Followed{}).writes("ねこ");
        CHECK(talk.all_said() == words + "|いくつ");
    }
    auto own = ask(AskKind::number, "いくつ", "x", "end");
    own.again = ja("何人か、数で教えてください");
    Talk talk(PlaybookOf().flow("main", {{"q", own}, {"end", End{}}}).build());
    talk.sends(Followed{}).writes("ねこ");
    CHECK(talk.all_said() == "何人か、数で教えてください");
}

// ---------------------------------------------------------------------------- a human, everywhere

TEST_CASE("「人と話したい」 leads to a human at every question, typed or tapped")
{
    for (auto kind : {AskKind::text, AskKind::choice, AskKind::choices, AskKind::number, AskKind::date, AskKind::age}) {
        auto question = ask(kind, "?", "x", "end");
        question.choices = {choice("a", "あれ"), choice("b", "それ")};
        const auto playbook = PlaybookOf().flow("main", {{"q", question}, {"end", End{}}}).build();
        Talk typed(playbook);
        typed.sends(Followed{}).writes("人と話したいです");
        CHECK(typed.handed_over() == "wish");
        CHECK(typed.answer("x") == "-");
        CHECK_FALSE(typed.flow_runs());

        Talk tapped(playbook);
        tapped.sends(Followed{}).taps_data("c=_human");  // a rich menu knows no flow
        CHECK(tapped.handed_over() == "wish");
    }
}

TEST_CASE("a wish for a human inside a story keeps the story")
{
    Talk talk(PlaybookOf().flow("main", {{"q", ask(AskKind::text, "?", "story", "end")}, {"end", End{}}}).build());
    talk.sends(Followed{}).writes("夫がこわいです。人と話したいです。");
    CHECK(talk.handed_over() == "wish");
    CHECK(talk.answer("story") == "夫がこわいです。人と話したいです。");
}

TEST_CASE("the human button of a rich menu works when no flow runs")
{
    auto talk = at_topic();
    talk.taps("お金").taps("ない").writes("つらいです").taps("仕事");
    REQUIRE_FALSE(talk.flow_runs());
    talk.taps_data("c=_human");
    CHECK(talk.handed_over() == "wish");
    CHECK(talk.said().empty());
}

// ---------------------------------------------------------------------------- old buttons

TEST_CASE("an old button is understood where its choice still stands, else the question is asked again")
{
    auto talk = at_topic();
    const auto money = talk.data_of("お金");
    const auto work = talk.data_of("仕事");
    talk.taps("お金");
    REQUIRE(talk.waits_at("urgent"));

    talk.taps_data(money);  // a double tap
    CHECK(talk.waits_at("urgent"));
    CHECK(talk.all_said() == "前のボタンです|急ぎますか");
    CHECK(talk.buttons() == Words{"ある", "ない", "人と話したい"});
    CHECK(talk.events() == Words{"event.old_button"});
    CHECK(talk.conversation.position.attempts == 0);

    talk.taps("ない").writes("つらいです");
    REQUIRE(talk.waits_at("again"));
    talk.taps_data(work);
    CHECK(talk.answer("more") == "work");
    CHECK(talk.answer("topic") == "money");
}

TEST_CASE("an old yes is never taken for a yes to another question")
{
    auto talk = at_topic();
    talk.taps("お金");
    const auto yes = talk.data_of("ある");
    talk.taps("ある").writes("つらいです");
    REQUIRE(talk.waits_at("again"));
    talk.taps_data(yes);
    CHECK(talk.waits_at("again"));
    CHECK(talk.all_said() == "前のボタンです|もう一度どのこと");
}

TEST_CASE("an old language button still switches the language, and the question is repeated in it")
{
    auto english = choice("en", "English");
    english.language = "en";
    auto first = ask_choice("ことば", {english, choice("ja", "日本語")}, "language", "q");
    auto question = ask(AskKind::text, "お話は", "story", "end");
    question.texts["en"] = "Tell me";
    Talk talk(PlaybookOf().flow("main", {{"language", first}, {"q", question}, {"end", End{}}}).build());
    talk.sends(Followed{});
    const auto button = talk.data_of("English");
    talk.taps("日本語").taps_data(button);
    CHECK(talk.all_said() == "We will go on in English|Tell me");
    CHECK(talk.waits_at("q"));
}

TEST_CASE("data that is no button of ours never answers, never breaks, never gets through")
{
    const std::string strange[]{"",
                                "&&&",
                                "c=",
                                "c=money&c=work&",
                                "a=x&f=main&n=topic&c=nobody",
                                "c=_skip",
                                "c=_done",
                                "c=_unknown",
                                "c=_offer_yes",
                                "f=main&n=topic",
                                "あ=い",
                                std::string(2000, 'c'),
                                "c=\xFF\xFE",
                                "=",
                                "c==",
                                "c=yes"};
    for (const auto& data : strange) {
        CAPTURE(data);
        auto talk = at_topic();
        talk.taps_data(data);
        const bool answered = talk.answer("topic") != "-";
        CHECK(answered == (data == "c=money&c=work&"));  // the first of two counts, and `money` stands here
        CHECK(talk.handed_over() == "-");
        CHECK(talk.flow_runs());
    }
}

TEST_CASE("a button of an earlier playbook counts when its question is the one that waits")
{
    auto talk = at_topic();
    talk.taps_data("a=deadbeef&f=main&n=topic&c=work");
    CHECK(talk.answer("topic") == "work");
}

TEST_CASE("button data: small enough for LINE, and names the question")
{
    auto talk = at_topic();
    CHECK(talk.data_of("お金") == "a=01234567&f=main&n=topic&c=money");
    CHECK(talk.data_of("人と話したい") == "a=01234567&f=main&n=topic&c=_human");
}

TEST_CASE("a tapped button stands in the log in words")
{
    auto talk = at_topic();
    talk.taps("お金");
    CHECK(talk.last.log.front().text == "お金");
    CHECK(std::holds_alternative<PostbackReceived>(talk.last.log.front().content.value()));
}

// ---------------------------------------------------------------------------- stickers, pictures, places

TEST_CASE("a sticker counts as an answer when its keywords are one, else she is thanked and asked again")
{
    auto talk = at_topic();
    talk.taps("お金").sends(StickerReceived{"", {"brown", "OK"}});
    CHECK(talk.answer("urgent") == "yes");
    CHECK(talk.shown("urgent") == "ある");
    talk.sends(StickerReceived{"", {"OK"}});
    CHECK(talk.all_said() == "言葉でも教えてください");
    talk.sends(StickerReceived{"つらい", {"cry"}});  // a message sticker carries her own words
    CHECK(talk.answer("story") == "つらい");
    talk.sends(StickerReceived{"", {"cry"}});
    CHECK(talk.all_said() == "スタンプをありがとうございます|もう一度どのこと");
    CHECK(talk.conversation.position.attempts == 1);
}

TEST_CASE("a picture is fetched and kept, and asked about once, not once for each of a set")
{
    auto talk = at_topic();
    talk.sends(picture(1, 3));
    CHECK(talk.all_said() == "お預かりしました|どのこと");
    const auto& fetch = std::get<FetchMedia>(talk.last.effects.front());
    CHECK(fetch.message_id == talk.last.log.front().message_id);
    CHECK(fetch.entry == talk.last.log.front().seq);
    talk.sends(picture(2, 3));
    CHECK(talk.said().empty());
    CHECK(std::holds_alternative<FetchMedia>(talk.last.effects.front()));
    CHECK(talk.conversation.position.attempts == 1);

    auto elsewhere = picture();
    elsewhere.external = true;
    talk.sends(elsewhere);
    for (const auto& effect : talk.last.effects) CHECK_FALSE(std::holds_alternative<FetchMedia>(effect));
    CHECK(std::holds_alternative<MediaReceived>(talk.last.log.front().content.value()));
}

TEST_CASE("a place is kept and asked about kindly")
{
    auto talk = at_topic();
    talk.sends(LocationReceived{"家", "みらい市1-1", 35.0, 139.0});
    CHECK(talk.all_said() == "お預かりしました|どのこと");
    CHECK(std::holds_alternative<LocationReceived>(talk.last.log.front().content.value()));
}

TEST_CASE("an unknown message is kept and asked about; an unknown event is only kept")
{
    auto talk = at_topic();
    talk.sends(OtherReceived{"hologram", "{}"});
    CHECK(talk.all_said() == "お預かりしました|どのこと");
    auto event = talk.inbound(OtherReceived{"videoPlayComplete", "{}"});
    event.message_id.clear();
    talk.receives(event);
    CHECK(talk.said().empty());
    CHECK(talk.last.log.size() == 1);
}

// ---------------------------------------------------------------------------- following and leaving

TEST_CASE("blocked: noted, nothing said, the flow waits; back again: greeted, and the question repeated")
{
    auto talk = at_topic();
    talk.sends(Unfollowed{});
    CHECK_FALSE(talk.conversation.reachable);
    CHECK(talk.said().empty());
    CHECK(talk.events() == Words{"event.unfollowed"});
    CHECK(talk.waits_at("topic"));
    talk.sends(Followed{true});
    CHECK(talk.conversation.reachable);
    CHECK(talk.all_said() == "おかえりなさい|どのこと");
    CHECK(talk.events() == Words{"event.followed"});
}

TEST_CASE("blocked, and then a message all the same: she is reachable again")
{
    auto talk = at_topic();
    talk.sends(Unfollowed{}).writes("お金");
    CHECK(talk.conversation.reachable);
    CHECK(talk.answer("topic") == "money");
}

TEST_CASE("blocked: a flow begun then waits silently for her")
{
    auto talk = at_topic();
    talk.sends(Unfollowed{});
    Decision decision{.next = talk.conversation, .log = {}, .effects = {}};
    decision = begin_flow(decision, talk.playbook.entry, talk.playbook, at_noon());
    CHECK(decision.log.empty());
    CHECK(decision.effects.empty());
    CHECK(decision.next.position.running());
}

TEST_CASE("following again after the flow ended: welcomed back, and the flow for it begins")
{
    auto talk = at_topic();
    talk.taps("お金").taps("ない").writes("つらいです").taps("仕事").sends(Followed{true});
    CHECK(talk.all_said() == "おかえりなさい|どのこと");
}

TEST_CASE("unsent: nothing is said, the message is named, and its answer is forgotten")
{
    auto talk = at_topic();
    talk.taps("お金").taps("ない").writes("夫の名前は太郎です");
    const auto message = talk.last.log.front().message_id;
    REQUIRE(talk.answer("story") == "夫の名前は太郎です");
    talk.sends(Unsent{message});
    CHECK(talk.said().empty());
    CHECK(talk.answer("story") == "-");
    CHECK(talk.answer("topic") == "money");
    REQUIRE(talk.last.log.size() == 1);
    CHECK(talk.last.log.front().event->name == "event.unsent");
    CHECK(talk.last.log.front().event->values.at("message_id") == message);
    CHECK(talk.waits_at("again"));
}

TEST_CASE("unsent: a first text that still waits for its question is forgotten")
{
    Talk talk(questions().build());
    talk.writes("夫の名前は太郎です");
    REQUIRE(talk.conversation.position.held.has_value());
    talk.sends(Unsent{talk.last.log.front().message_id});
    CHECK_FALSE(talk.conversation.position.held.has_value());
}

// ---------------------------------------------------------------------------- silence

TEST_CASE("the bot says nothing while anybody else holds the conversation, and keeps everything")
{
    for (auto holder : {HolderKind::queue, HolderKind::counselor, HolderKind::closed}) {
        auto talk = at_topic();
        talk.conversation.holder.kind = holder;
        const auto position = talk.conversation.position.node;
        for (const InboundContent& content :
             {InboundContent{TextReceived{"お金", {}}}, InboundContent{TextReceived{"人と話したい", {}}},
              InboundContent{picture()}, InboundContent{Followed{}},
              InboundContent{PostbackReceived{"c=_human", {}}}}) {
            talk.sends(content);
            CHECK(talk.said().empty());
            CHECK(talk.handed_over() == "-");
            CHECK(talk.last.log.size() == 1);
            CHECK(talk.conversation.position.node == position);
        }
        CHECK(talk.answer("topic") == "-");
    }
}

TEST_CASE("on standby another tool answers: kept, marked, never answered")
{
    auto talk = at_topic();
    talk.receives(standby(talk.inbound(TextReceived{"お金", {}})));
    CHECK(talk.said().empty());
    REQUIRE(talk.last.log.size() == 2);
    CHECK(talk.last.log.front().text == "お金");
    CHECK(talk.events() == Words{"event.standby"});
    CHECK(talk.waits_at("topic"));
    CHECK(talk.answer("topic") == "-");
    talk.receives(standby(talk.inbound(picture())));
    CHECK(std::holds_alternative<FetchMedia>(talk.last.effects.at(0)));
}

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
