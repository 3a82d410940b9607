#include "bot/safety/help.h"

#include "bot/flow/buttons.h"
#include "bot/flow/decide.h"
#include "bot/flow/line_notes.h"
#include "bot/guide/support.h"
#include "bot/risk/category.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

constexpr std::uint8_t act_now_level = 4;
constexpr std::uint8_t ambulance_level = 3;  // of a body in danger: that it is this minute is not always told

/// What a kind of danger is answered with: the sentence, and the topics of the lines that help. In the order in which a
/// sentence is chosen when several kinds are heard.
struct Answered {
    RiskCategory category;
    const char* kind;
    std::vector<std::string> topics;
    bool hurts_the_body = false;
};
const std::vector<Answered>& answered()
{
    static const std::vector<Answered> all{
        {RiskCategory::family_suicide, "safety.kind.life", {"suicide", "child_abuse"}},
        {RiskCategory::suicide, "safety.kind.life", {"suicide"}},
        {RiskCategory::self_harm, "safety.kind.life", {"suicide"}, true},
        {RiskCategory::sexual_violence, "safety.kind.sexual", {"sexual_violence"}},
        {RiskCategory::dv, "safety.kind.violence", {"dv"}},
        {RiskCategory::stalking, "safety.kind.violence", {"stalking"}},
        {RiskCategory::child_abuse, "safety.kind.child", {"child_abuse"}},
        {RiskCategory::medical, "safety.kind.body", {"medical"}, true},
        {RiskCategory::no_shelter, "safety.kind.living", {"daily_life"}},
        {RiskCategory::no_food, "safety.kind.living", {"daily_life"}},
        {RiskCategory::pregnancy, "safety.kind.general", {"pregnancy"}},
        {RiskCategory::harm_others, "safety.kind.general", {"police"}},
        {RiskCategory::monitored, "safety.quiet.received", {"dv"}}};
    return all;
}

bool is_about(const HelpWish& wish, RiskCategory category)
{
    return std::ranges::find(wish.categories, name_of(category)) != wish.categories.end();
}

LineWish line_wish(const HelpWish& wish, const Support& support)
{
    LineWish lines;
    lines.regions = support.regions();
    lines.languages = {wish.language};
    if (wish.level >= act_now_level) lines.topics.emplace_back("emergency");
    for (const auto& each : answered()) {
        if (!is_about(wish, each.category)) continue;
        if (each.hurts_the_body && wish.level >= ambulance_level) lines.topics.emplace_back("ambulance");
        lines.topics.insert(lines.topics.end(), each.topics.begin(), each.topics.end());
    }
    return lines;
}

std::string contact_of(const Hotline& line) { return line.tel.empty() ? line.url : line.tel; }

std::string line_words(const Hotline& line, const Language& language, const Playbook& playbook)
{
    auto words = message_text(playbook, language, "safety.line",
                              {{"name", std::string(in_language(line.name, language))},
                               {"contact", contact_of(line)},
                               {"hours", std::string(in_language(line.hours_text, language))},
                               {"cost", std::string(in_language(line.cost, language))}});
    for (const auto& note : line_notes(line, language, playbook, NotesFor::danger)) words += "\n　" + note;
    return words;
}

}  // namespace

std::string kind_words(const HelpWish& wish, const Playbook& playbook)
{
    const auto is_heard = [&](const Answered& each) { return is_about(wish, each.category); };
    const auto found = std::ranges::find_if(answered(), is_heard);
    return message_text(playbook, wish.language, found == answered().end() ? "safety.kind.general" : found->kind);
}

std::string lines_words(const std::string& key, const HelpWish& wish, const Playbook& playbook, TimePoint now,
                        bool public_holiday)
{
    std::string lines;
    if (playbook.support)
        for (const auto* line : choose(playbook.support->hotlines(), line_wish(wish, *playbook.support), now, public_holiday))
            lines += (lines.empty() ? "" : "\n") + line_words(*line, wish.language, playbook);
    return message_text(playbook, wish.language, lines.empty() ? "safety.lines.none" : key, {{"lines", lines}});
}

std::string danger_now_words(const HelpWish& wish, const Playbook& playbook, TimePoint now)
{
    if (!playbook.support) return {};
    auto lines = line_wish(wish, *playbook.support);
    lines.topics.emplace_back("emergency");
    constexpr std::size_t one = 1;
    // Emergency lines answer always: a holiday makes no difference.
    const auto chosen = choose(playbook.support->hotlines(), lines, now, false, one);
    if (chosen.empty()) return {};
    return message_text(playbook, wish.language, "safety.quiet.danger_now", {{"contact", contact_of(*chosen.front())}});
}

OutboundMessage screen_question(const Language& language, const Playbook& playbook)
{
    OutboundMessage question;
    question.text = message_text(playbook, language, "safety.screen.question");
    for (const auto tap : {tap_screen_safe, tap_screen_watched, tap_screen_later})
        question.quick_replies.push_back(own_button(tap, language, playbook));
    return question;
}

}  // namespace tsunagi::bot
