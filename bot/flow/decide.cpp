#include "bot/flow/decide.h"

#include "bot/flow/answers.h"
#include "bot/flow/any_time.h"
#include "bot/flow/asked.h"
#include "bot/flow/buttons.h"
#include "bot/flow/listen.h"
#include "bot/flow/walk.h"
#include "bot/flow/words.h"
#include "bot/flow/written_language.h"
#include "bot/safety/help.h"

#include <algorithm>
#include <utility>

namespace tsunagi::bot {
namespace {

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;  // clang 14 does not deduce it by itself

/// What a line of the log shows of a content beside its kind: her words, or what stood on the button she tapped.
std::string shown_text(const InboundContent& content, const Language& language, const Playbook& playbook)
{
    return std::visit(Overloaded{[](const TextReceived& text) { return text.text; },
                                 [](const StickerReceived& sticker) { return sticker.text; },
                                 [&](const PostbackReceived& postback) {
                                     const auto tap = read_tap(postback.data);
                                     return tap ? label_of(*tap, language, playbook) : std::string{};
                                 },
                                 [](const auto&) { return std::string{}; }},
                      content);
}

bool is_plain_text(const InboundContent& content)
{
    const auto* text = std::get_if<TextReceived>(&content);
    return text && text->quoted_message_id.empty();
}

/// Whether nothing newer of hers is known. LINE delivers late and out of order (facts.md 24): what is older says nothing of
/// whether she can be reached now.
bool is_newest(const Conversation& before, const Inbound& inbound) { return inbound.sent_at >= before.last_inbound_at; }

void log_message(Decision& decision, const Inbound& inbound, const Playbook& playbook)
{
    auto& entry = decision.log.emplace_back();
    entry.seq = decision.next.heard_seq = decision.next.next_seq++;
    entry.at = inbound.sent_at;
    entry.kind = EntryKind::inbound;
    entry.author.kind = AuthorKind::person;
    entry.text = shown_text(inbound.content, decision.next.language, playbook);
    if (!is_plain_text(inbound.content)) entry.content = inbound.content;
    entry.message_id = inbound.message_id;

    const auto* media = std::get_if<MediaReceived>(&inbound.content);
    if (media && !media->external) decision.effects.emplace_back(FetchMedia{inbound.message_id, entry.seq});
}

/// Who writes has not blocked us. Withdrawing can be done by who has.
void note_reachable(Conversation& next, const Inbound& inbound)
{
    if (std::holds_alternative<Unsent>(inbound.content)) return;
    next.reachable = !std::holds_alternative<Unfollowed>(inbound.content);
    if (!next.reachable) next.blocked_at = inbound.sent_at;
    else if (inbound.from.kind == ChannelKind::line) next.blocked_at.reset();
    next.led_elsewhere = inbound.standby;
}

/// Logs what was received, each in one entry, and takes note of what it says about the conversation itself.
void log_inbound(Decision& decision, const Inbound& inbound, const Playbook& playbook)
{
    std::visit(Overloaded{[&](const Followed&) {
                              log_event(decision, "event.followed", {}, inbound.sent_at);
                          },
                          [&](const Unfollowed&) {
                              log_event(decision, "event.unfollowed", {}, inbound.sent_at);
                          },
                          [&](const Unsent& unsent) {
                              drop_answers_of_message(decision.next, unsent.message_id);
                              log_event(decision, "event.unsent", {{"message_id", unsent.message_id}}, inbound.sent_at);
                          },
                          [&](const auto&) { log_message(decision, inbound, playbook); }},
               inbound.content);
    if (inbound.standby) log_event(decision, "event.standby", {}, inbound.sent_at);
}

/// Keeps what she wrote until we know who may read her screen. What the flow holds already stays: the log has these words.
void hold_words(Conversation& next, const Inbound& inbound)
{
    const auto* text = std::get_if<TextReceived>(&inbound.content);
    auto& held = next.position.held;
    if (!text || (held && held->name != held_for_screen)) return;
    held = Answer{.name = held_for_screen, .value = text->text, .shown = text->text, .message_id = inbound.message_id};
}

/// The words held back, as if she had just written them.
Inbound held_inbound(Conversation& next, Inbound inbound)
{
    const auto held = *std::exchange(next.position.held, std::nullopt);
    inbound.message_id = held.message_id;
    inbound.content = TextReceived{held.value, {}};
    return inbound;
}

/// The cards that waited for her 「大丈夫」, and the question that stood below the others.
void show_held_cards(Walk& walk)
{
    auto& position = walk.conversation().position;
    walk.offer_held(*std::exchange(position.held, std::nullopt));
    if (const auto* ask = position.running() ? walk.waiting() : nullptr)
        walk.say_question(*ask);
    else
        say_asked(walk);
}

/// What the flow hears of `inbound`. After words were held back these go first: they are what it asked for. What she added
/// is in the log, and a wish for a human or a tap is followed at once.
Inbound for_the_flow(Conversation& next, const Inbound& inbound, const Playbook& playbook)
{
    if (!waits_for_screen(next)) return inbound;
    const auto* text = std::get_if<TextReceived>(&inbound.content);
    const bool wants_human =
        text && wish_for_human(text->text, match_key(text->text), playbook.human_folded) != HumanWish::none;
    if (wants_human || std::holds_alternative<PostbackReceived>(inbound.content)) {
        next.position.held.reset();
        return inbound;
    }
    return held_inbound(next, inbound);
}

/// Whether the last thing said was our question about her screen, by whatever it was called for: words of hers, cards or lines.
bool was_just_asked(const Conversation& before)
{
    const auto& risk = before.risk;
    return waits_for_screen(before) || (risk.screen == ScreenSafety::asked && before.last_activity_at <= risk.told_at);
}

/// She chose another language instead of answering whether her screen is safe: she may not have understood the question.
void ask_about_screen_in(Walk& walk, const Language& language)
{
    walk.switch_language(language);
    walk.say_message("language.changed");
    auto question = screen_question(language, walk.playbook());
    walk.say(std::move(question.text), std::move(question.quick_replies));
    walk.conversation().risk.told_at = walk.now();
}

HelpWish help_wish(const Conversation& conversation, const RiskFinding& finding)
{
    HelpWish wish{.categories = {}, .level = static_cast<std::uint8_t>(finding.level), .language = conversation.language};
    for (const auto category : finding.categories) wish.categories.emplace_back(name_of(category));
    return wish;
}

/// Said before the flow's own words, once: she was heard, and help is a tap away.
void say_softly(Walk& walk, const Hearing& hearing)
{
    auto& conversation = walk.conversation();
    if (conversation.risk.told_level >= soft_level) return;
    conversation.risk.told_level = soft_level;
    if (!may_show(conversation, walk.now())) return walk.say_message("safety.quiet.received");
    walk.say(kind_words(help_wish(conversation, hearing.finding), walk.playbook()) + "\n" +
             message_text(walk.playbook(), conversation.language, "safety.soft.offer"));
}

/// Under the last message of the turn, before what the flow offers there. Where there is no room left the flow's last
/// button goes: the question tells its choices in words, too, and whatever is typed is understood.
void add_help_buttons(Decision& decision, const Playbook& playbook)
{
    if (decision.effects.empty() || decision.log.empty()) return;
    auto* send = std::get_if<Send>(&decision.effects.back());
    if (!send || send->messages.empty()) return;  // she goes to a human: nothing else is asked
    auto& buttons = send->messages.back().quick_replies;
    const auto human = own_button(tap_human, decision.next.language, playbook);
    std::erase_if(buttons, [&](const QuickReply& button) { return button.label == human.label; });
    constexpr std::size_t added = 2;
    if (buttons.size() + added > flow_choices_max) buttons.resize(flow_choices_max - added);
    buttons.insert(buttons.begin(), {own_button(tap_show_lines, decision.next.language, playbook), human});
    decision.log.back().quick_replies = buttons;
}

}  // namespace

Decision decide(const Conversation& conversation, const Inbound& inbound, const Playbook& playbook, TimePoint now)
{
    return decide(conversation, inbound, hear(conversation, inbound, playbook), playbook, now);
}

Decision decide(const Conversation& conversation, const Inbound& inbound, const Hearing& hearing, const Playbook& playbook,
                TimePoint now)
{
    Decision decision{.next = conversation, .log = {}, .effects = {}};
    auto& next = decision.next;
    ++next.revision;
    next.last_inbound_at = std::max(next.last_inbound_at, inbound.sent_at);  // a redelivered event may be old
    next.last_activity_at = now;
    log_inbound(decision, inbound, playbook);
    if (is_newest(conversation, inbound)) note_reachable(next, inbound);
    take_note(decision, hearing, inbound, now);
    const auto* media = std::get_if<MediaReceived>(&inbound.content);
    if (media && !media->image_set_id.empty()) next.image_set = media->image_set_id;

    // While the bot holds, its flow hears the wish; otherwise nobody but us can follow it.
    if (const auto language = next.holder.is_bot() ? std::nullopt : language_chosen(inbound, playbook))
        settle_language(decision, *language, "event.language", now);
    if (!inbound.standby) follow_written_language(decision, inbound, playbook, now);

    const auto asked_in = was_just_asked(conversation) ? language_chosen(inbound, playbook) : std::nullopt;
    if (!hearing.tap && !asked_in && next.position.held && next.position.held->name == held_cards) next.position.held.reset();
    const bool answers = next.holder.is_bot() && !inbound.standby && calls_for_answer(conversation, inbound);
    if (!answers) return decision;
    if (comes_before_the_flow(conversation, hearing, now)) {
        if (hearing.finding.level > 0) hold_words(next, inbound);
        return decision;
    }
    const bool softly = hearing.finding.level >= soft_level;
    Walk walk(decision, playbook, now);
    if (asked_in) {
        ask_about_screen_in(walk, *asked_in);
        walk.finish();
        return decision;
    }
    if (softly) say_softly(walk, hearing);
    listen(walk, for_the_flow(next, inbound, playbook));
    walk.finish();
    if (softly && may_show(next, now)) add_help_buttons(decision, playbook);
    return decision;
}

Decision go_on_after(Decision decision, std::vector<OutboundMessage> words, const Playbook& playbook, TimePoint now)
{
    if (!decision.next.holder.is_bot()) return decision;
    auto& next = decision.next;
    Walk walk(decision, playbook, now);
    for (auto& message : words) walk.say(std::move(message.text), std::move(message.quick_replies));
    const std::string held = next.position.held ? next.position.held->name : "";
    if (held == held_cards && is_alone(next, now))
        show_held_cards(walk);
    else if (held == held_for_screen)
        listen(walk, held_inbound(next, {}));
    else if (const auto* ask = next.position.running() ? walk.waiting() : nullptr)
        walk.say_question(*ask);
    walk.finish();
    return decision;
}

}  // namespace tsunagi::bot
