#include "bot/flow/listen.h"

#include "bot/flow/any_time.h"
#include "bot/flow/asked.h"
#include "bot/flow/buttons.h"
#include "bot/flow/texts.h"
#include "bot/flow/understand_choice.h"
#include "bot/flow/words.h"
#include "bot/safety/hearing.h"

#include <utility>

namespace tsunagi::bot {
namespace {

/// Why an answer was not understood: it decides what is said.
enum class Misheard { text, sticker, media };

bool offers_human(const Conversation& conversation) { return conversation.position.attempts > ask_attempts_max; }

void go_on(Walk& walk, const Ask& ask, const Understanding& understood, const Given& given)
{
    if (auto next = walk.accept(ask, understood, given)) walk.go_on(*std::move(next));
}

// ---------------------------------------------------------------------------- not understood

const char* kind_name(AskKind kind)
{
    switch (kind) {
    case AskKind::text:
        return "text";
    case AskKind::choice:
        return "choice";
    case AskKind::choices:
        return "choices";
    case AskKind::number:
        return "number";
    case AskKind::date:
        return "date";
    case AskKind::age:
        return "age";
    }
    return "text";
}

std::string again_key(const Ask& ask, Misheard misheard)
{
    if (ask.kind == AskKind::text) return "ask.again.text";
    switch (misheard) {
    case Misheard::sticker:
        return "ask.again.sticker";
    case Misheard::media:
        return "ask.again.media";
    case Misheard::text:
        break;
    }
    return std::string("ask.again.") + kind_name(ask.kind);
}

/// Asks again kindly. The flow's own words, and those after a picture beside a free-text question, are the question
/// already; the catalogue's need it repeated, for buttons vanish from the screen once something else was written.
void ask_again(Walk& walk, const Ask& ask, Misheard misheard)
{
    auto& conversation = walk.conversation();
    const auto& playbook = walk.playbook();
    if (misheard == Misheard::text && !ask.again.empty())
        return walk.say(flow_text(ask.again, conversation, playbook), ask_buttons(ask, conversation, playbook));
    if (ask.kind == AskKind::text)
        return walk.say_message(again_key(ask, misheard), ask_buttons(ask, conversation, playbook));
    walk.say_message(again_key(ask, misheard));
    walk.say_question(ask);
}

void offer_human(Walk& walk)
{
    walk.say_message("ask.offer_human", offer_buttons(walk.conversation(), walk.playbook()));
}

void not_understood(Walk& walk, const Ask& ask, Misheard misheard)
{
    auto& attempts = walk.conversation().position.attempts;
    if (++attempts <= ask_attempts_max) return ask_again(walk, ask, misheard);
    walk.log("event.offered_human");
    offer_human(walk);
}

// ---------------------------------------------------------------------------- the offer of a human

void accept_offer(Walk& walk) { walk.hand_over({.reason = "not_understood", .skills = {}}); }

/// She would rather go on: asked once more, calmly, and the offer stays one misunderstanding away.
void decline_offer(Walk& walk, const Ask& ask)
{
    walk.conversation().position.attempts = ask_attempts_max;
    walk.say_question(ask);
}

/// Whether the offer waits and the text answers it. The question's own words still answer the question, but for its
/// yes and no: what was asked last is whether she wants a human.
bool answers_offer(Walk& walk, const Ask& ask, std::string_view text, std::string_view key)
{
    if (!offers_human(walk.conversation())) return false;
    const auto* choice = choice_said(ask, key);
    const bool says_only_that = yes_or_no_only(text, key) != YesOrNo::neither || listed_yes_or_no(text, key, walk.playbook()) != YesOrNo::neither;
    if (choice && !says_only_that) return false;
    const auto answer = understand_offer(text, key, walk.playbook());
    if (answer == OfferAnswer::yes) accept_offer(walk);
    if (answer == OfferAnswer::no) decline_offer(walk, ask);
    return answer != OfferAnswer::neither;
}

// ---------------------------------------------------------------------------- what she sent

void hear_text(Walk& walk, const Ask& ask, const std::string& text, const std::string& message_id)
{
    const auto key = match_key(text);
    if (answers_offer(walk, ask, text, key) || follow_any_time(walk, text, key)) return;
    const auto understood = understand(ask, text, key, walk.playbook(), walk.now());
    if (understood.meaning != Meaning::not_understood) return go_on(walk, ask, understood, {text, message_id});
    // Misheard again, and the offer of a human as well: a human reads it now.
    if (offers_human(walk.conversation())) return accept_offer(walk);
    not_understood(walk, ask, Misheard::text);
}

void hear_sticker(Walk& walk, const Ask& ask, const StickerReceived& sticker, const std::string& message_id)
{
    if (!sticker.text.empty()) return hear_text(walk, ask, sticker.text, message_id);
    if (offers_human(walk.conversation())) {
        for (const auto& keyword : sticker.keywords) {
            const auto key = match_key(keyword);
            if (yes_or_no_only(keyword, key) != YesOrNo::neither && answers_offer(walk, ask, keyword, key)) return;
        }
        return offer_human(walk);
    }
    const auto understood = understand_sticker(ask, sticker.keywords);
    if (understood.meaning != Meaning::not_understood) return go_on(walk, ask, understood, {{}, message_id});
    not_understood(walk, ask, Misheard::sticker);
}

void hear_media(Walk& walk, const Ask& ask)
{
    if (offers_human(walk.conversation())) return offer_human(walk);
    not_understood(walk, ask, Misheard::media);
}

// ---------------------------------------------------------------------------- what she tapped

/// What a button of the question that waits means.
Understanding understand_tap(const Ask& ask, std::string_view tapped)
{
    if (tapped == tap_human) return {.meaning = Meaning::human};
    if (tapped == tap_skip && ask.optional) return {.meaning = Meaning::skip};
    if (tapped == tap_unknown && ask.unknown) return {.meaning = Meaning::unknown};
    if (tapped == tap_done && ask.kind == AskKind::choices) return {.meaning = Meaning::done};
    if (const auto* choice = choice_of_id(ask, tapped)) return {.meaning = Meaning::choices, .choices = {choice}};
    return {};
}

/// A button of an earlier question may still answer this one, when its choice stands here as well. Yes and no mean
/// something else at every question, and so do the engine's own buttons, but for the wish for a human.
Understanding understand_old_tap(const Ask& ask, std::string_view tapped)
{
    if (tapped == "yes" || tapped == "no" || (tapped.starts_with('_') && tapped != tap_human)) return {};
    return understand_tap(ask, tapped);
}

void hear_old_button(Walk& walk, const Ask& ask, const Tap& tap)
{
    walk.log("event.old_button");
    const auto* choice = choice_of(tap, walk.playbook());
    if (choice && choice->language) {
        walk.switch_language(*choice->language);
        walk.say_message("language.changed");
    } else {
        walk.say_message("ask.old_button");
    }
    if (offers_human(walk.conversation())) return offer_human(walk);
    walk.say_question(ask);
}

/// Data that no button of ours carries: a date picker's is in its parameters, anything else is an old button.
void hear_foreign_postback(Walk& walk, const Ask& ask, const PostbackReceived& postback, const std::string& message_id)
{
    for (const auto& [name, value] : postback.params) {
        if (ask.kind != AskKind::date || (name != "date" && name != "datetime")) continue;
        const auto date = value.substr(0, value.find('T'));
        return hear_text(walk, ask, date, message_id);
    }
    hear_old_button(walk, ask, {});
}

void hear_postback(Walk& walk, const Ask& ask, const PostbackReceived& postback, const std::string& message_id)
{
    const auto tap = read_tap(postback.data);
    if (!tap) return hear_foreign_postback(walk, ask, postback, message_id);

    const auto& position = walk.conversation().position;
    const bool of_this_question = tap->flow == position.flow && tap->node == position.node;
    if (of_this_question && offers_human(walk.conversation())) {
        if (tap->choice == tap_offer_yes) return accept_offer(walk);
        if (tap->choice == tap_offer_no) return decline_offer(walk, ask);
    }
    const auto understood = of_this_question ? understand_tap(ask, tap->choice) : understand_old_tap(ask, tap->choice);
    if (understood.meaning == Meaning::not_understood) return hear_old_button(walk, ask, *tap);
    go_on(walk, ask, understood, {{}, message_id});
}

void hear(Walk& walk, const Ask& ask, const Inbound& inbound)
{
    const auto& content = inbound.content;
    if (const auto* text = std::get_if<TextReceived>(&content))
        return hear_text(walk, ask, text->text, inbound.message_id);
    if (const auto* sticker = std::get_if<StickerReceived>(&content))
        return hear_sticker(walk, ask, *sticker, inbound.message_id);
    if (const auto* tap = std::get_if<PostbackReceived>(&content))
        return hear_postback(walk, ask, *tap, inbound.message_id);
    if (!std::holds_alternative<Followed>(content)) return hear_media(walk, ask);
    walk.say_message("followed.again");
    if (!may_show(walk.conversation(), walk.now())) return;  // whoever unblocked us is not told what she was asked
    if (offers_human(walk.conversation())) return offer_human(walk);
    walk.say_question(ask);
}

// ---------------------------------------------------------------------------- no flow runs

std::string text_of(const InboundContent& content)
{
    if (const auto* text = std::get_if<TextReceived>(&content)) return text->text;
    if (const auto* sticker = std::get_if<StickerReceived>(&content)) return sticker->text;
    return {};
}

/// What she wrote before any question was asked: kept as her answer, unless it only says hello.
std::optional<Answer> told_already(const Inbound& inbound, std::string_view key, const Playbook& playbook)
{
    auto text = text_of(inbound.content);
    if (key.empty() || is_only_greeting(text, playbook)) return std::nullopt;
    return Answer{.name = {}, .value = text, .shown = text, .message_id = inbound.message_id};
}

/// Between two talks a language is chosen for what comes next: nothing begins, and nobody is welcomed back who never left.
bool follow_language(Walk& walk, const Inbound& inbound)
{
    const bool greeted = !walk.conversation().position.flow.empty();
    const auto language = greeted ? language_chosen(inbound, walk.playbook()) : std::nullopt;
    if (!language) return false;
    walk.switch_language(*language);
    walk.say_message("language.changed");
    return true;
}

void begin(Walk& walk, const Inbound& inbound, std::string_view key)
{
    const auto& playbook = walk.playbook();
    const bool greeted = !walk.conversation().position.flow.empty();
    if (const auto* postback = std::get_if<PostbackReceived>(&inbound.content)) {
        const auto tap = read_tap(postback->data);
        if (tap && tap->choice == tap_human && greeted) return walk.hand_over({.reason = "wish", .skills = {}});
        const auto* choice = tap ? choice_of(*tap, playbook) : nullptr;
        if (choice && choice->language) walk.switch_language(*choice->language);
    }
    if (greeted && std::holds_alternative<Followed>(inbound.content)) {
        walk.say_message("followed.again");
        if (!may_show(walk.conversation(), walk.now())) return;  // nor that she wrote before
    }
    const bool comes_back = greeted && !playbook.again.empty();
    walk.start(comes_back ? playbook.again : playbook.entry, told_already(inbound, key, playbook));
}

}  // namespace

bool calls_for_answer(const Conversation& before, const Inbound& inbound)
{
    const auto& content = inbound.content;
    if (std::holds_alternative<Unfollowed>(content) || std::holds_alternative<Unsent>(content)) return false;
    if (std::holds_alternative<OtherReceived>(content)) return !inbound.message_id.empty();
    const auto* media = std::get_if<MediaReceived>(&content);
    return !media || media->image_set_id.empty() || media->image_set_id != before.image_set;
}

void listen(Walk& walk, const Inbound& inbound)
{
    if (!walk.conversation().position.running()) {
        const auto text = text_of(inbound.content);
        const auto key = match_key(text);
        if (follow_any_time(walk, text, key) || follow_language(walk, inbound)) return;
        if (!answer_by_guide(walk, inbound)) begin(walk, inbound, key);
        return;
    }
    const auto* ask = walk.waiting();
    if (!ask) return walk.fail("the question that waits is gone");
    hear(walk, *ask, inbound);
}

}  // namespace tsunagi::bot
