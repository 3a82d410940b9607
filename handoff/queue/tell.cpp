#include "handoff/queue/tell.h"

#include "bot/safety/hearing.h"
#include "handoff/queue/place.h"
#include "handoff/roster/japan_time.h"

#include <algorithm>
#include <iterator>
#include <sstream>

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

/// Adds one Send at the end of the effects; false when there is nothing to say: she cannot be reached, the words come out
/// empty, or the conversation is disguised, where only a harmless screen is shown.
bool say_words(bot::Decision& decision, std::string words, TimePoint now)
{
    if (!decision.next.reachable || decision.next.risk.disguised) return false;
    const auto effects_before = decision.effects.size();
    bot::OutboundMessage message;
    message.text = std::move(words);
    bot::bot_says(decision, {std::move(message)}, now);
    return decision.effects.size() > effects_before;
}

bool say(bot::Decision& decision, const bot::Playbook& playbook, const std::string& key,
         const std::map<std::string, std::string>& values, TimePoint now)
{
    return say_words(decision, bot::message_text(playbook, decision.next.language, key, values), now);
}

bool tell_words(bot::Decision& decision, std::string words, TimePoint now)
{
    if (!say_words(decision, std::move(words), now)) return false;
    join_with_earlier_send(decision.effects);
    return true;
}

/// Which words fit an occasion. Whether the desk is open and somebody is there decides between them.
struct Standing {
    const char* open;
    const char* nobody_there;
    const char* closed;
    const char* closed_unknown;
};
Standing words_for(Occasion occasion, bool quietly)
{
    constexpr Standing quiet{"safety.quiet.open", "safety.quiet.nobody", "safety.quiet.closed", "safety.quiet.closed_unknown"};
    switch (occasion) {
    case Occasion::entered:
        if (quietly) return quiet;
        return {"queue.entered.open", "queue.entered.nobody", "queue.entered.closed", "queue.entered.closed_unknown"};
    case Occasion::came_back:
        if (quietly) return quiet;
        return {"back.queue", "queue.entered.nobody", "queue.entered.closed", "queue.entered.closed_unknown"};
    case Occasion::danger:
        return {"safety.standing.open", "safety.standing.nobody", "safety.standing.closed", "safety.standing.closed_unknown"};
    case Occasion::danger_quiet: return quiet;
    case Occasion::closed:
        if (quietly) return quiet;
        break;
    case Occasion::kept: break;
    }
    if (quietly) return {"safety.quiet.kept", "safety.quiet.kept", "safety.quiet.kept", "safety.quiet.kept"};
    return {"queue.kept", "queue.kept", "queue.kept.closed", "queue.entered.closed_unknown"};
}

/// What is said instead on a screen that may be locked and lie in the open.
std::string quiet_key(const std::string& key)
{
    if (key == "counselor.joined" || key == "counselor.changed") return "safety.quiet.joined";
    if (key == "counselor.returned" || key == "counselor.closed") return "safety.quiet.left";
    return "safety.quiet.notice";
}

/// The day of the month as it is read aloud: no rule gives 1日（ついたち） or 24日（にじゅうよっか）, so a language that writes
/// readings lists all days in `time.days`. Elsewhere the number.
std::string day_words(const bot::Playbook& playbook, const bot::Language& language, const std::string& day)
{
    const auto listed = playbook.messages.find("time.days");
    if (listed == playbook.messages.end() || !listed->second.contains(language)) return day;
    std::istringstream days(listed->second.at(language));
    std::string words;
    for (int number = 0; number < std::stoi(day); ++number)
        if (!std::getline(days >> std::ws, words, ',')) return day;
    return words;
}

}  // namespace

void tell(bot::Decision& decision, const bot::Playbook& playbook, const std::string& key,
          const std::map<std::string, std::string>& values, TimePoint now)
{
    if (say(decision, playbook, key, values, now)) join_with_earlier_send(decision.effects);
}

void tell_unasked(bot::Decision& decision, const bot::Playbook& playbook, const std::string& key,
                  const std::map<std::string, std::string>& values, TimePoint now)
{
    if (say(decision, playbook, key, values, now)) std::get<bot::Send>(decision.effects.back()).begun_by_us = true;
}

void tell_for_counselor(bot::Decision& decision, const bot::Playbook& playbook, const std::string& key,
                        const std::map<std::string, std::string>& values, TimePoint now)
{
    const auto spoken = bot::is_private(decision.next) ? quiet_key(key) : key;
    if (!say(decision, playbook, spoken, values, now)) return;
    auto& send = std::get<bot::Send>(decision.effects.back());
    send.by_human = true;
    send.begun_by_us = true;
}

bool answer_quietly_for_counselor(bot::Decision& decision, const bot::Playbook& playbook, const std::string& key,
                                  const std::map<std::string, std::string>& values, TimePoint now)
{
    if (!say(decision, playbook, key, values, now)) return false;
    std::get<bot::Send>(decision.effects.back()).by_human = true;
    return true;
}

void tell_disguise_for_counselor(bot::Decision& decision, const bot::Playbook& playbook, TimePoint now)
{
    if (!decision.next.reachable) return;
    const auto effects_before = decision.effects.size();
    bot::OutboundMessage harmless;
    harmless.text = bot::message_text(playbook, decision.next.language, "safety.disguise");
    bot::bot_says(decision, {std::move(harmless)}, now);
    if (decision.effects.size() > effects_before) std::get<bot::Send>(decision.effects.back()).by_human = true;
}

std::string standing_words(Occasion occasion, const bot::Conversation& conversation, const bot::Playbook& playbook,
                           const DeskView& desk, TimePoint now)
{
    const auto words = words_for(occasion, !bot::may_show(conversation, now));
    const auto text = [&](const char* key, const std::map<std::string, std::string>& values) {
        return bot::message_text(playbook, conversation.language, key, values);
    };
    if (is_open(desk.hours, now)) {
        const auto place = place_in_line(desk, conversation.handoff.value().priority);
        return text(desk.on_duty > 0 ? words.open : words.nobody_there, {{"place", std::to_string(place)}});
    }
    const auto opening = next_opening(desk.hours, now);
    if (!opening) return text(words.closed_unknown, {});
    return text(words.closed, {{"opening", opening_text(playbook, conversation.language, *opening)}});
}

void tell_standing(bot::Decision& decision, Occasion occasion, const bot::Playbook& playbook, const DeskView& desk,
                   TimePoint now)
{
    const bool told = tell_words(decision, standing_words(occasion, decision.next, playbook, desk, now), now);
    if (told && !is_open(desk.hours, now)) decision.next.away_told_at = now;
}

std::map<std::string, std::string> moment_values(TimePoint moment)
{
    const auto local = to_japan_time(moment);
    const auto minute = std::to_string(local.minute % 60);
    return {{"month", std::to_string(static_cast<unsigned>(local.date().month()))},
            {"day", std::to_string(static_cast<unsigned>(local.date().day()))},
            {"weekday", std::to_string(local.weekday().c_encoding())},
            {"hour", std::to_string(local.minute / 60)},
            {"minute", minute.size() < 2 ? "0" + minute : minute}};
}

std::string opening_text(const bot::Playbook& playbook, const bot::Language& language, TimePoint opening)
{
    auto values = moment_values(opening);
    values["day"] = day_words(playbook, language, values["day"]);
    auto& weekday = values["weekday"];
    weekday = bot::message_text(playbook, language, "time.weekday." + weekday);
    return bot::message_text(playbook, language, "time.format", values);
}

}  // namespace tsunagi::handoff
