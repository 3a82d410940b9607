#include "tests/unit/bot/flows.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace tsunagi::bot::tests {
namespace {

/// The engine's own messages, short enough to recognise in a transcript.
Catalogue catalogue()
{
    Catalogue messages;
    const std::pair<const char*, const char*> texts[]{
        {"ask.skip", "答えない"},
        {"ask.unknown", "わからない"},
        {"ask.human", "人と話したい"},
        {"ask.done", "これで全部です"},
        {"ask.more", "ほかにもありますか"},
        {"ask.old_button", "前のボタンです"},
        {"ask.offer_human", "相談員に代わりますか"},
        {"ask.offer_human.yes", "相談員に代わる"},
        {"ask.offer_human.no", "このまま続ける"},
        {"ask.again.text", "言葉でも教えてください"},
        {"ask.again.choice", "ボタンから選んでください"},
        {"ask.again.choices", "いくつでも選んでください"},
        {"ask.again.number", "数字で教えてください"},
        {"ask.again.date", "日にちを教えてください"},
        {"ask.again.age", "年齢を数字で教えてください"},
        {"ask.again.sticker", "スタンプをありがとうございます"},
        {"ask.again.media", "お預かりしました"},
        {"guide.none", "案内がまだありません"},
        {"flow.failed", "不具合です"},
        {"followed.again", "おかえりなさい"},
        {"language.changed", "日本語にします"},
        {"event.offered_human", "-"},
    };
    for (const auto& [key, text] : texts) messages[key] = ja(text);
    messages["language.changed"]["en"] = "We will go on in English";
    messages["ask.human"]["en"] = "Talk to a person";
    messages["ask.human"]["ja-easy"] = "人（ひと）と 話（はな）したい";
    messages["ask.skip"]["en"] = "Skip this";
    messages["answer.yes"] = {{"vi", "vâng,dạ vâng"}, {"ne", "हो"}};
    messages["answer.no"] = {{"vi", "không"}, {"ne", "होइन"}};
    return messages;
}

}  // namespace

TimePoint at_noon()
{
    using namespace std::chrono;
    return sys_days{year{2026} / November / 20} + hours{12} - japan_offset;
}

Texts ja(std::string text) { return {{"ja", std::move(text)}}; }

Choice choice(std::string id, std::string label, std::vector<std::string> also)
{
    Choice made;
    made.id = std::move(id);
    made.labels = ja(std::move(label));
    made.also = std::move(also);
    return made;
}

Ask ask(AskKind kind, std::string question, std::string save, std::string next)
{
    Ask made;
    made.kind = kind;
    made.texts = ja(std::move(question));
    made.save = std::move(save);
    made.next = NodeId{std::move(next)};
    return made;
}

Ask ask_choice(std::string question, std::vector<Choice> choices, std::string save, std::string next)
{
    auto made = ask(AskKind::choice, std::move(question), std::move(save), std::move(next));
    made.choices = std::move(choices);
    return made;
}

PlaybookOf::PlaybookOf()
{
    playbook.desk = DeskId{"mirai"};
    playbook.version = PlaybookVersion{"0123456789abcdef"};
    playbook.languages = {"ja", "ja-easy", "en"};
    playbook.messages = catalogue();
    playbook.human_words = {"相談員", "人間と", "人と話す", "talk to someone"};
    playbook.unknown_words = {"わかりません", "分からない", "not sure"};
    playbook.greeting_words = {"こんにちは", "はじめまして"};
    playbook.desk_name = "みらい市 そうだん窓口";
}

PlaybookOf& PlaybookOf::flow(const std::string& id, std::vector<std::pair<std::string, NodeBody>> nodes)
{
    Flow made;
    made.id = FlowId{id};
    made.start = NodeId{nodes.front().first};
    for (auto& [name, body] : nodes) {
        const NodeId node{name};
        made.nodes.emplace(node, Node{node, std::move(body), 0});
    }
    if (playbook.entry.empty()) playbook.entry = made.id;
    playbook.flows.emplace(made.id, std::move(made));
    return *this;
}

PlaybookOf& PlaybookOf::again(const std::string& flow)
{
    playbook.again = FlowId{flow};
    return *this;
}

Playbook PlaybookOf::build() const
{
    auto built = playbook;
    prepare(built);
    return built;
}

Talk::Talk(Playbook with) : playbook(std::move(with))
{
    conversation.desk = playbook.desk;
    conversation.id = ConversationId{"01K0000000000000000000000C"};
    conversation.holder.kind = HolderKind::bot;
}

Inbound Talk::inbound(InboundContent content)
{
    Inbound event;
    event.desk = playbook.desk;
    event.event = EventId{"event-" + std::to_string(++events_sent_)};
    event.message_id = "message-" + std::to_string(events_sent_);
    event.sent_at = event.received_at = at_noon() + std::chrono::seconds{events_sent_};
    event.content = std::move(content);
    return event;
}

Talk& Talk::receives(Inbound event)
{
    last = decide(conversation, event, playbook, event.received_at);
    conversation = last.next;
    return *this;
}

Talk& Talk::sends(InboundContent content) { return receives(inbound(std::move(content))); }
Talk& Talk::writes(const std::string& text) { return sends(TextReceived{text, {}}); }
Talk& Talk::taps_data(const std::string& data) { return sends(PostbackReceived{data, {}}); }
Talk& Talk::taps(const std::string& label) { return taps_data(data_of(label)); }

std::vector<std::string> Talk::said() const
{
    std::vector<std::string> texts;
    for (const auto& effect : last.effects)
        if (const auto* send = std::get_if<Send>(&effect))
            for (const auto& message : send->messages) texts.push_back(message.text);
    return texts;
}

std::string Talk::all_said() const
{
    std::string all;
    for (const auto& text : said()) all += (all.empty() ? "" : "|") + text;
    return all;
}

std::vector<QuickReply> Talk::last_buttons() const
{
    std::vector<QuickReply> buttons;
    for (const auto& effect : last.effects)
        if (const auto* send = std::get_if<Send>(&effect)) buttons = send->messages.back().quick_replies;
    return buttons;
}

std::vector<std::string> Talk::buttons() const
{
    std::vector<std::string> labels;
    for (const auto& button : last_buttons()) labels.push_back(button.label);
    return labels;
}

std::string Talk::data_of(const std::string& label) const
{
    const auto buttons = last_buttons();
    const auto found = std::ranges::find(buttons, label, &QuickReply::label);
    REQUIRE_MESSAGE(found != buttons.end(), "no button: ", label);
    return found->data;
}

std::string Talk::answer(const std::string& name) const
{
    const auto found = std::ranges::find(conversation.answers, name, &Answer::name);
    return found == conversation.answers.end() ? "-" : found->value;
}

std::string Talk::shown(const std::string& name) const
{
    const auto found = std::ranges::find(conversation.answers, name, &Answer::name);
    return found == conversation.answers.end() ? "-" : found->shown;
}

std::string Talk::handed_over() const
{
    for (const auto& effect : last.effects)
        if (const auto* need = std::get_if<NeedHuman>(&effect)) return need->reason;
    return "-";
}

std::vector<std::string> Talk::events() const
{
    std::vector<std::string> names;
    for (const auto& entry : last.log)
        if (entry.event) names.push_back(entry.event->name);
    return names;
}

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

PlaybookOf first_contact()
{
    auto story = ask(AskKind::text, "教えてください", "story", "thanks");
    story.optional = true;
    return PlaybookOf().flow(
        "first-contact",
        {{"hello", say("はじめまして", "story")},
         {"story", story},
         {"thanks", say("ありがとうございます", "topic")},
         {"topic", ask_choice("どのことですか", {choice("money", "お金"), choice("work", "仕事")}, "topic", "bye")},
         {"bye", end("またどうぞ")}});
}

Playbook one_question(Ask question)
{
    return PlaybookOf().flow("main", {{"q", std::move(question)}, {"after", end("おわり")}}).build();
}

Ask topic_question()
{
    return ask_choice("どのことですか", {choice("money", "お金"), choice("work", "仕事")}, "topic", "after");
}

MediaReceived picture(int index, int total)
{
    MediaReceived media;
    if (total > 0) media.image_set_id = "set";
    media.image_set_index = index;
    media.image_set_total = total;
    return media;
}

}  // namespace tsunagi::bot::tests
