#include "handoff/queue/tell.h"

#include "handoff/queue/place.h"
#include "handoff/roster/japan_time.h"

#include <algorithm>
#include <iterator>

namespace tsunagi::handoff {
namespace {

bot::Send* last_send(std::vector<bot::Effect>& effects)
{
    const auto is_send = [](const bot::Effect& effect) { return std::holds_alternative<bot::Send>(effect); };
    const auto last = std::find_if(effects.rbegin(), effects.rend(), is_send);
    return last == effects.rend() ? nullptr : &std::get<bot::Send>(*last);
}

/// One request instead of two: the reply token is free and works once, a push costs the desk (asks.md 1).
void join_with_earlier_send(std::vector<bot::Effect>& effects)
{
    auto last = std::move(std::get<bot::Send>(effects.back()));
    effects.pop_back();
    auto* earlier = last_send(effects);
    if (!earlier || earlier->by_human || earlier->must_deliver) {
        effects.push_back(std::move(last));
        return;
    }
    std::ranges::move(last.messages, std::back_inserter(earlier->messages));
    std::ranges::move(last.entries, std::back_inserter(earlier->entries));
}

/// Adds one Send at the end of the effects; false when there is nothing to say: she cannot be reached, or the text comes
/// out empty.
bool say(bot::Decision& decision, const bot::Playbook& playbook, const std::string& key,
         const std::map<std::string, std::string>& values, TimePoint now)
{
    if (!decision.next.reachable) return false;
    const auto effects_before = decision.effects.size();
    bot::OutboundMessage message;
    message.text = bot::message_text(playbook, decision.next.language, key, values);
    bot::bot_says(decision, {std::move(message)}, now);
    return decision.effects.size() > effects_before;
}

/// Which words fit an occasion. Whether the desk is open and somebody is there decides between them.
struct Standing {
    const char* open;
    const char* nobody_there;
    const char* closed;
};
Standing words_for(Occasion occasion)
{
    switch (occasion) {
    case Occasion::entered: return {"queue.entered.open", "queue.entered.nobody", "queue.entered.closed"};
    case Occasion::came_back: return {"back.queue", "queue.entered.nobody", "queue.entered.closed"};
    case Occasion::kept: break;
    }
    return {"queue.kept", "queue.kept", "queue.kept.closed"};
}

}  // namespace

void tell(bot::Decision& decision, const bot::Playbook& playbook, const std::string& key,
          const std::map<std::string, std::string>& values, TimePoint now)
{
    if (say(decision, playbook, key, values, now)) join_with_earlier_send(decision.effects);
}

void tell_for_counselor(bot::Decision& decision, const bot::Playbook& playbook, const std::string& key,
                        const std::map<std::string, std::string>& values, TimePoint now)
{
    if (say(decision, playbook, key, values, now)) std::get<bot::Send>(decision.effects.back()).by_human = true;
}

void tell_standing(bot::Decision& decision, Occasion occasion, const bot::Playbook& playbook, const DeskView& desk,
                   TimePoint now)
{
    const auto words = words_for(occasion);
    if (is_open(desk.hours, now)) {
        const auto place = place_in_line(desk, decision.next.handoff.value().priority);
        tell(decision, playbook, desk.on_duty > 0 ? words.open : words.nobody_there, {{"place", std::to_string(place)}},
             now);
        return;
    }
    const auto opening = next_opening(desk.hours, now);
    if (!opening) return tell(decision, playbook, "queue.entered.closed_unknown", {}, now);
    tell(decision, playbook, words.closed, {{"opening", opening_text(playbook, decision.next.language, *opening)}},
         now);
}

std::string opening_text(const bot::Playbook& playbook, const bot::Language& language, TimePoint opening)
{
    const auto local = to_japan_time(opening);
    const auto weekday = "time.weekday." + std::to_string(local.weekday().c_encoding());
    const auto minute = std::to_string(local.minute % 60);
    return bot::message_text(playbook, language, "time.format",
                             {{"month", std::to_string(static_cast<unsigned>(local.date().month()))},
                              {"day", std::to_string(static_cast<unsigned>(local.date().day()))},
                              {"weekday", bot::message_text(playbook, language, weekday)},
                              {"hour", std::to_string(local.minute / 60)},
                              {"minute", minute.size() < 2 ? "0" + minute : minute}});
}

}  // namespace tsunagi::handoff
