#include "bot/base/text.h"
#include "tests/unit/bot/flows.h"

#include <doctest/doctest.h>

#include <cstdint>

// Whatever a person sends, in whatever order: what must hold after every single event.

using namespace tsunagi;
using namespace tsunagi::bot;
using namespace tsunagi::bot::tests;

namespace {

/// A small generator of our own: the same talks on every machine.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed * 2862933555777941757ULL + 3037000493ULL) {}
    std::size_t below(std::size_t count)
    {
        state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<std::size_t>((state_ >> 33U) % count);
    }

private:
    std::uint64_t state_;
};

Playbook every_kind_of_question()
{
    std::vector<std::pair<std::string, NodeBody>> nodes;
    const AskKind kinds[]{AskKind::text,   AskKind::choice, AskKind::choices,
                          AskKind::number, AskKind::date,   AskKind::age};
    for (int i = 0; i < 6; ++i) {
        const auto next = i < 5 ? "q" + std::to_string(i + 1) : "sub";
        auto question = ask(kinds[i], "質問" + std::to_string(i), "a" + std::to_string(i), next);
        question.optional = i % 2 == 0;
        question.unknown = i % 3 == 0;
        question.choices = {choice("yes", "はい"), choice("no", "いいえ"), choice("money", "お金"),
                            choice("en", "English")};
        question.choices[3].language = "en";
        nodes.emplace_back("q" + std::to_string(i), question);
    }
    nodes.emplace_back("sub", Go{FlowId{"inner"}, NodeId{"read"}});
    nodes.emplace_back(
        "read", Summary{ja("まとめ"), {{"a0", ja("お話")}, {"a2", ja("いくつか")}}, ja("以上"), NodeId{"human"}});
    nodes.emplace_back("human", Handoff{"topic", {}, Priority::normal, ja("おつなぎします")});
    return PlaybookOf()
        .flow("main", nodes)
        .flow("inner", {{"q", ask(AskKind::text, "なかの質問", "inner", "bye")}, {"bye", End{ja("なかおわり")}}})
        .flow("again",
              {{"hello", Say{ja("おかえり"), NodeId{"q"}}},
               {"q", ask_choice("どうします", {choice("talk", "話す"), choice("bye", "あとで")}, "again", "bye")},
               {"bye", End{ja("また")}}})
        .again("again")
        .build();
}

InboundContent anything(Dice& dice, const Talk& talk)
{
    static const std::string texts[]{"はい",
                                     "いいえ",
                                     "お金、English",
                                     "2",
                                     "三十五歳",
                                     "令和8年5月3日",
                                     "わからない",
                                     "答えない",
                                     "人と話したい",
                                     "これで全部です",
                                     "ねこ",
                                     "",
                                     "　",
                                     "👩‍👧",
                                     "こんにちは",
                                     "{a0}",
                                     "\xFF\xE3\x81",
                                     "か\u3099",
                                     "99999999999999999999999999999999999999",
                                     "相談員に冷たくされた",
                                     std::string(20000, 'a')};
    switch (dice.below(10)) {
    case 0:
        return StickerReceived{dice.below(2) == 0 ? "つらい" : "", {"OK", "yes"}};
    case 1:
        return MediaReceived{.image_set_index = static_cast<std::int32_t>(dice.below(3)),
                             .external = dice.below(2) == 0};
    case 2:
        return LocationReceived{};
    case 3:
        return OtherReceived{"new", "{}"};
    case 4:
        return Followed{dice.below(2) == 0};
    case 5:
        return Unfollowed{};
    case 6:
        return Unsent{"message-" + std::to_string(dice.below(20))};
    case 7: {
        static const std::string taps[]{"c=_human", "c=_done", "f=main&n=q1&c=money", "f=main&n=q2&c=money",
                                        "c=en",     "&=&",     "c=_offer_no",         "f=inner&n=q&c=_skip"};
        const auto buttons = talk.buttons();
        if (!buttons.empty() && dice.below(2) == 0)
            return PostbackReceived{talk.data_of(buttons[dice.below(buttons.size())]), {}};
        return PostbackReceived{taps[dice.below(std::size(taps))], {}};
    }
    default:
        break;
    }
    return TextReceived{texts[dice.below(std::size(texts))], {}};
}

void check_messages(const Decision& decision)
{
    for (const auto& effect : decision.effects) {
        const auto* send = std::get_if<Send>(&effect);
        if (!send) continue;
        CHECK(send->messages.size() >= 1);
        CHECK(send->messages.size() <= 5);
        CHECK(send->messages.size() == send->entries.size());
        for (const auto& message : send->messages) {
            CHECK_FALSE(message.text.empty());
            CHECK(utf16_length(message.text) <= 5000);
            CHECK(message.quick_replies.size() <= 13);
            for (const auto& button : message.quick_replies) {
                CHECK_FALSE(button.label.empty());
                CHECK(grapheme_length(button.label) <= 20);
                CHECK(utf16_length(button.data) <= 300);
            }
        }
    }
}

/// She is always somewhere: a question waits whose words were said, or a human was asked for, or the flow is over.
void check_place(const Talk& talk)
{
    const auto& position = talk.conversation.position;
    if (!position.running()) {
        CHECK(position.returns.empty());
        CHECK(position.playbook.empty());
        return;
    }
    CHECK(position.playbook == talk.playbook.version);
    const auto& node = talk.playbook.flows.at(position.flow).nodes.at(position.node);
    CHECK(std::holds_alternative<Ask>(node.body));
    CHECK(talk.handed_over() == "-");
}

void check_event(const Talk& talk, const Conversation& before, const Inbound& event)
{
    auto seq = before.next_seq;
    for (const auto& entry : talk.last.log) CHECK(entry.seq == seq++);
    CHECK(talk.conversation.next_seq == seq);
    CHECK(talk.conversation.revision == before.revision + 1);
    CHECK(talk.last.log.front().at == event.sent_at);
    for (const auto& entry : talk.last.log)
        if (entry.event) CHECK(entry.event->name != "event.flow_failed");
    if (std::holds_alternative<Unfollowed>(event.content) || std::holds_alternative<Unsent>(event.content))
        CHECK(talk.said().empty());
    check_messages(talk.last);
    check_place(talk);
}

}  // namespace

TEST_CASE("invariants: five hundred talks of forty events in any order")
{
    const auto playbook = every_kind_of_question();
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        CAPTURE(seed);
        Dice dice(seed);
        Talk talk(playbook);
        for (int i = 0; i < 40; ++i) {
            const auto before = talk.conversation;
            const auto event = talk.inbound(anything(dice, talk));
            talk.receives(event);
            check_event(talk, before, event);
        }
    }
}

TEST_CASE("invariants: a person who is never understood reaches a human within five messages")
{
    const auto playbook = every_kind_of_question();
    for (const std::string node : {"q1", "q2", "q3", "q4", "q5"}) {
        CAPTURE(node);
        Talk talk(playbook);
        talk.sends(Followed{});
        talk.conversation.position.node = NodeId{node};
        int messages = 0;
        while (talk.handed_over() == "-" && messages < 20) {
            talk.writes("ねこ");
            ++messages;
        }
        CHECK(talk.handed_over() == "not_understood");
        CHECK(messages == 4);
    }
}
