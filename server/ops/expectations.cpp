#include "server/ops/expectations.h"

#include "bot/base/text.h"

#include <algorithm>
#include <array>

namespace tsunagi::ops {
namespace {

using config::Value;

constexpr std::size_t shown_graphemes_max = 60;

std::string all_spoken(const std::vector<bot::OutboundMessage>& told)
{
    if (told.empty()) return "nothing was said";
    std::string said = "what was said: ";
    for (const auto& message : told) said += spoken(message.text);
    return said;
}

std::string wrong_words(const Value& expected, const std::vector<bot::OutboundMessage>& told)
{
    std::string all;
    for (const auto& message : told) all += message.text + "\n";
    std::size_t from = 0;
    for (const auto& words : expected["contains"].words()) {
        const auto at = all.find(words, from);
        if (at == std::string::npos) {
            const bool elsewhere = all.find(words) != std::string::npos;
            return "expected her to be told " + spoken(words) + (elsewhere ? " after the words before it; " : "; ") +
                   all_spoken(told);
        }
        from = at + words.size();
    }
    for (const auto& words : expected["says_not"].words())
        if (all.find(words) != std::string::npos)
            return "expected that she is not told " + spoken(words) + "; " + all_spoken(told);
    return "";
}

std::string wrong_choices(const Value& choices, const std::vector<bot::OutboundMessage>& told)
{
    if (told.empty()) return "expected buttons; nothing was said";
    const auto& buttons = told.back().quick_replies;
    const auto wanted = choices.words();
    if (wanted.empty()) return buttons.empty() ? "" : "expected no buttons; " + buttons_shown(told);
    for (const auto& label : wanted) {
        const bool there = std::any_of(buttons.begin(), buttons.end(),
                                       [&](const bot::QuickReply& button) { return button.label == label; });
        if (!there) return "expected a button " + spoken(label) + " under the last message; " + buttons_shown(told);
    }
    return "";
}

/// What a log entry says to the eye: its event's name, or its text.
bool says(const bot::Entry& entry, const std::string& words)
{
    if (entry.event && entry.event->name == words) return true;
    return !entry.text.empty() && entry.text.find(words) != std::string::npos;
}

constexpr std::array priority_names{"normal", "soon", "high", "emergency"};

} // namespace

std::string wrong_in_told(const Value& expected, const std::vector<bot::OutboundMessage>& told)
{
    if (expected["silent"].truth().value_or(false) && !told.empty()) return "expected silence; " + all_spoken(told);
    if (expected["silent"].truth() == false && told.empty()) return "expected an answer; nothing was said";
    if (auto wrong = wrong_words(expected, told); !wrong.empty()) return wrong;
    const auto* choices = expected.find("choices");
    return choices ? wrong_choices(*choices, told) : "";
}

std::string wrong_holder(const std::string& expected, const bot::Holder& holder)
{
    const bool holds = (expected == "bot" && holder.is_bot()) || (expected == "queue" && holder.is_queue()) ||
                       (expected == "closed" && holder.is_closed()) ||
                       (holder.is_counselor() && (expected == "counselor" || expected == holder.counselor_name));
    return holds ? "" : "expected it to be with " + spoken(expected) + "; " + held_by(holder);
}

std::string wrong_in_queue(const Value& expected, const bot::Conversation& conversation, std::size_t place)
{
    if (!conversation.handoff) return "expected a request for a human; there is none";
    if (const auto wanted = expected["place"].number(); wanted && *wanted != static_cast<double>(place))
        return "expected place " + expected["place"].text + " in line; it is " + std::to_string(place);
    const auto* reason = expected.find("reason");
    if (reason && reason->text != conversation.handoff->reason)
        return "expected the reason " + reason->text + "; it is " + conversation.handoff->reason;
    const auto* priority = expected.find("priority");
    const std::string is = priority_names[static_cast<std::size_t>(conversation.handoff->priority)];
    if (priority && priority->text != is) return "expected the priority " + priority->text + "; it is " + is;
    return "";
}

std::string wrong_answer(const Value& expected, const bot::Conversation& conversation)
{
    for (const auto& field : expected.fields) {
        const auto last = std::find_if(conversation.answers.rbegin(), conversation.answers.rend(),
                                       [&](const bot::Answer& answer) { return answer.name == field.key; });
        const bool given = last != conversation.answers.rend();
        if (field.value.is_null()) {
            if (given) return "expected no answer " + field.key + "; it is " + spoken(last->value);
            continue;
        }
        const auto wanted = joined_value(field.value);
        if (!given) return "expected the answer " + field.key + " to be " + spoken(wanted) + "; it is not given";
        if (last->value != wanted)
            return "expected the answer " + field.key + " to be " + spoken(wanted) + "; it is " + spoken(last->value);
    }
    return "";
}

std::string wrong_in_log(const Value& expected, const std::vector<bot::Entry>& log)
{
    const auto wanted = expected.is_map() ? expected["contains"].words() : expected.words();
    auto from = log.begin();
    for (const auto& words : wanted) {
        from = std::find_if(from, log.end(), [&](const bot::Entry& entry) { return says(entry, words); });
        if (from == log.end()) return "expected " + spoken(words) + " in the log, in this order";
    }
    for (const auto& words : expected["says_not"].words())
        if (std::any_of(log.begin(), log.end(), [&](const bot::Entry& entry) { return says(entry, words); }))
            return "expected that the log does not hold " + spoken(words);
    return "";
}

std::string joined_value(const Value& value)
{
    std::string joined;
    for (const auto& word : value.words()) joined += (joined.empty() ? "" : ",") + word;
    return joined;
}

std::string spoken(const std::string& text)
{
    std::string line = text;
    std::replace(line.begin(), line.end(), '\n', ' ');
    const auto shown = prefix_graphemes(line, shown_graphemes_max);
    return "「" + std::string(shown) + (shown.size() == line.size() ? "」" : "…」");
}

std::string held_by(const bot::Holder& holder)
{
    if (holder.is_bot()) return "it is with the bot";
    if (holder.is_queue()) return "it is in the queue";
    if (holder.is_closed()) return "it is closed";
    return "it is with " + holder.counselor_name;
}

std::string buttons_shown(const std::vector<bot::OutboundMessage>& told)
{
    const auto last = std::find_if(told.rbegin(), told.rend(),
                                   [](const bot::OutboundMessage& message) { return !message.quick_replies.empty(); });
    if (last == told.rend()) return "there are no buttons";
    std::string shown = "the buttons are ";
    for (const auto& button : last->quick_replies) shown += spoken(button.label);
    return shown;
}

} // namespace tsunagi::ops
