#include "bot/flow/decide.h"

#include "bot/flow/answers.h"
#include "bot/flow/buttons.h"
#include "bot/flow/listen.h"
#include "bot/flow/walk.h"

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

void log_message(Decision& decision, const Inbound& inbound, const Playbook& playbook)
{
    auto& entry = decision.log.emplace_back();
    entry.seq = decision.next.next_seq++;
    entry.at = inbound.sent_at;
    entry.kind = EntryKind::inbound;
    entry.author.kind = AuthorKind::person;
    entry.text = shown_text(inbound.content, decision.next.language, playbook);
    if (!is_plain_text(inbound.content)) entry.content = inbound.content;
    entry.message_id = inbound.message_id;

    const auto* media = std::get_if<MediaReceived>(&inbound.content);
    if (media && !media->external) decision.effects.emplace_back(FetchMedia{inbound.message_id, entry.seq});
    decision.next.reachable = true;  // who writes has not blocked us
}

/// Logs what was received, each in one entry, and takes note of what it says about the conversation itself.
void log_inbound(Decision& decision, const Inbound& inbound, const Playbook& playbook)
{
    std::visit(Overloaded{[&](const Followed&) {
                              decision.next.reachable = true;
                              log_event(decision, "event.followed", {}, inbound.sent_at);
                          },
                          [&](const Unfollowed&) {
                              decision.next.reachable = false;
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

}  // namespace

Decision decide(const Conversation& conversation, const Inbound& inbound, const Playbook& playbook, TimePoint now)
{
    Decision decision{.next = conversation, .log = {}, .effects = {}};
    auto& next = decision.next;
    ++next.revision;
    next.last_inbound_at = std::max(next.last_inbound_at, inbound.sent_at);  // a redelivered event may be old
    next.last_activity_at = now;
    log_inbound(decision, inbound, playbook);

    const bool answers = next.holder.is_bot() && !inbound.standby && calls_for_answer(inbound);
    if (!answers) return decision;
    Walk walk(decision, playbook, now);
    listen(walk, inbound);
    walk.finish();
    return decision;
}

Decision begin_flow(Decision decision, const FlowId& flow, const Playbook& playbook, TimePoint now)
{
    if (!decision.next.holder.is_bot()) return decision;
    Walk walk(decision, playbook, now);
    walk.start(flow);
    walk.finish();
    return decision;
}

}  // namespace tsunagi::bot
