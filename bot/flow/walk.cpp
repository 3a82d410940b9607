#include "bot/flow/walk.h"

#include "bot/flow/answers.h"
#include "bot/flow/buttons.h"
#include "bot/flow/decide.h"
#include "bot/flow/offer.h"
#include "bot/flow/summary.h"
#include "bot/flow/texts.h"
#include "bot/flow/words.h"
#include "bot/flow/written_language.h"
#include "bot/safety/hearing.h"
#include "bot/safety/help.h"

#include <utility>

namespace tsunagi::bot {

void Walk::start(const FlowId& flow, std::optional<Answer> held)
{
    auto& position = conversation().position;
    position = {};
    position.playbook = playbook_.version;
    position.held = std::move(held);
    if (auto first = enter(flow)) go_on(*std::move(first));
}

void Walk::go_on(NodeId node)
{
    for (;;) {
        if (++steps_ > steps_per_turn_max) return fail("too many steps in one turn");
        if (node.empty()) return fail("no next node");
        const auto* found = find_node(playbook_, conversation().position.flow, node);
        if (!found) return fail("no such node: " + node.text);
        auto next = std::visit([&](const auto& body) { return step(found->id, body); }, found->body);
        if (!next) return;
        node = *std::move(next);
    }
}

const Ask* Walk::waiting() const
{
    const auto& position = decision_.next.position;
    if (position.playbook != playbook_.version) return nullptr;
    const auto* node = find_node(playbook_, position.flow, position.node);
    return node ? std::get_if<Ask>(&node->body) : nullptr;
}

// ---------------------------------------------------------------------------- nodes

Walk::Next Walk::step(const NodeId&, const Say& node)
{
    say(text(node.texts));
    return node.next;
}

Walk::Next Walk::step(const NodeId& id, const Ask& ask)
{
    auto& position = conversation().position;
    position.node = id;
    position.attempts = 0;
    position.chosen.clear();

    if (position.held) {
        const auto& told = position.held->value;
        if (ask.kind == AskKind::text) {
            const auto held = *std::exchange(position.held, std::nullopt);
            const auto understood = understand(ask, held.value, playbook_, now_);
            if (understood.meaning != Meaning::not_understood)
                return accept(ask, understood, {held.shown, held.message_id});
        } else if (wish_for_human(told, match_key(told), playbook_.human_folded) != HumanWish::none) {
            hand_over({.reason = "wish", .skills = {}});
            return std::nullopt;
        }
    }
    say_question(ask);
    return std::nullopt;
}

Walk::Next Walk::step(const NodeId&, const Branch& branch)
{
    const auto all_hold = [&](const Branch::Arm& arm) {
        for (const auto& condition : arm.when)
            if (!holds(condition, conversation())) return false;
        return true;
    };
    for (const auto& arm : branch.arms)
        if (all_hold(arm)) return arm.next;
    return branch.otherwise;
}

Walk::Next Walk::step(const NodeId&, const Set& set)
{
    for (const auto& value : set.values) keep_answer(conversation(), value);
    return set.next;
}

Walk::Next Walk::step(const NodeId&, const Score& score)
{
    const auto stage = stage_of(score, conversation());
    if (stage.empty())
        drop_answer(conversation(), score.save);
    else
        keep_answer(conversation(), {.name = score.save, .value = stage, .shown = stage});
    return score.next;
}

Walk::Next Walk::step(const NodeId&, const Guide& guide)
{
    say(text(guide.texts));
    offer(guide);
    return guide.next;
}

void Walk::offer(const Guide& guide)
{
    const auto* support = playbook_.support.get();
    auto offering = support ? programmes_to_offer(guide, conversation(), *support, now_) : Offering{};
    held_back_ = std::move(offering.held_back);
    show(offering.shown, guide.more);
}

void Walk::show(const std::vector<const Programme*>& programmes, bool again)
{
    if (programmes.empty()) return say_message(again ? "guide.no_more" : "guide.none");
    messages_.push_back(offer_message(programmes, conversation(), playbook_, now_));
    keep_seen(conversation(), programmes, again);
}

void Walk::offer_held(const Answer& held)
{
    std::vector<const Programme*> programmes;
    for (const auto& id : ids_in_answer(&held))
        if (const auto* programme = playbook_.support ? playbook_.support->guide().find(id) : nullptr) programmes.push_back(programme);
    show(programmes, true);
}

Walk::Next Walk::step(const NodeId&, const Handoff& handoff)
{
    say(text(handoff.texts));
    hand_over({.reason = handoff.reason, .skills = handoff.skills, .priority = handoff.priority});
    return std::nullopt;
}

Walk::Next Walk::step(const NodeId&, const Go& go)
{
    auto& position = conversation().position;
    if (!go.next.empty()) {
        if (position.returns.size() >= flow_depth_max) {
            fail("sub-flows too deep");
            return std::nullopt;
        }
        position.returns.push_back({position.flow, go.next});
    }
    return enter(go.flow);
}

Walk::Next Walk::step(const NodeId&, const End& end)
{
    say(text(end.texts));
    return leave_flow();
}

Walk::Next Walk::step(const NodeId&, const Summary& summary)
{
    say(summary_text(summary, conversation(), playbook_));
    return summary.next;
}

// ---------------------------------------------------------------------------- flows

Walk::Next Walk::enter(const FlowId& flow)
{
    const auto found = playbook_.flows.find(flow);
    if (found == playbook_.flows.end()) {
        fail("no such flow: " + flow.text);
        return std::nullopt;
    }
    conversation().position.flow = flow;
    return found->second.start;
}

/// Back to the flow that called this one, or the end.
Walk::Next Walk::leave_flow()
{
    auto& position = conversation().position;
    if (position.returns.empty()) {
        end_flow();
        return std::nullopt;
    }
    auto back = std::move(position.returns.back());
    position.returns.pop_back();
    position.flow = std::move(back.flow);
    return std::move(back.node);
}

/// The flow's name stays: it tells that she has been greeted.
void Walk::end_flow()
{
    auto& position = conversation().position;
    FlowPosition ended;
    ended.flow = std::move(position.flow);
    position = std::move(ended);
}

void Walk::hand_over(NeedHuman need)
{
    end_flow();
    need_ = std::move(need);
}

void Walk::fail(const std::string& why)
{
    const auto& position = conversation().position;
    log("event.flow_failed", {{"flow", position.flow.text}, {"node", position.node.text}, {"why", why}});
    messages_.clear();
    say_message("flow.failed");
    hand_over({.reason = "flow_failed", .skills = {}});
}

// ---------------------------------------------------------------------------- speaking

std::string Walk::text(const Texts& texts) const { return flow_text(texts, decision_.next, playbook_); }

void Walk::say(std::string text, std::vector<QuickReply> buttons)
{
    messages_.push_back({std::move(text), std::move(buttons)});
}

void Walk::say_message(const std::string& key, std::vector<QuickReply> buttons)
{
    say(message_text(playbook_, conversation().language, key), std::move(buttons));
}

void Walk::say_question(const Ask& ask)
{
    const bool some_chosen = !conversation().position.chosen.empty();
    auto buttons = ask_buttons(ask, conversation(), playbook_);
    if (some_chosen)
        say_message("ask.more", std::move(buttons));
    else
        say(text(ask.texts), std::move(buttons));
}

void Walk::switch_language(const Language& language)
{
    settle_language(decision_, language, "event.language", now_);
}

void Walk::log(std::string event, std::map<std::string, std::string> values)
{
    log_event(decision_, std::move(event), std::move(values), now_);
}

void Walk::ask_about_screen()
{
    messages_.push_back(screen_question(conversation().language, playbook_));
    auto& risk = conversation().risk;
    risk.screen = ScreenSafety::asked;
    risk.told_at = now_;
    conversation().position.held = with_programmes({.name = held_cards, .value = {}, .shown = {}}, held_back_);
}

void Walk::finish()
{
    const bool has_room = messages_.size() < messages_per_turn_max;
    if (!held_back_.empty() && !need_ && has_room && conversation().reachable) ask_about_screen();
    // To somebody who has blocked us nothing is sent: the flow waits where it is until she is back.
    if (conversation().reachable) bot_says(decision_, std::move(messages_), now_);
    if (need_) decision_.effects.emplace_back(*std::move(need_));
}

}  // namespace tsunagi::bot
