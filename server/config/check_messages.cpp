#include "server/config/check.h"
#include "server/config/check_texts.h"
#include "server/config/phone_number.h"

#include <algorithm>

namespace tsunagi::config {
namespace {

enum class Reader { person, button, counselor };

/// A message that the engine or the handoff says. What is for counselors needs the desk's first language alone: the
/// console speaks theirs.
struct NeededMessage {
    const char* key;
    Reader reader;
    std::set<std::string> blanks;
};

const std::vector<NeededMessage>& needed_messages()
{
    static const std::vector<NeededMessage> all{
        {"ask.skip", Reader::button, {}},
        {"ask.unknown", Reader::button, {}},
        {"ask.human", Reader::button, {}},
        {"ask.done", Reader::button, {}},
        {"ask.more", Reader::person, {}},
        {"ask.old_button", Reader::person, {}},
        {"ask.offer_human", Reader::person, {}},
        {"ask.offer_human.yes", Reader::button, {}},
        {"ask.offer_human.no", Reader::button, {}},
        {"ask.again.text", Reader::person, {}},
        {"ask.again.choice", Reader::person, {}},
        {"ask.again.choices", Reader::person, {}},
        {"ask.again.number", Reader::person, {}},
        {"ask.again.date", Reader::person, {}},
        {"ask.again.age", Reader::person, {}},
        {"ask.again.sticker", Reader::person, {}},
        {"ask.again.media", Reader::person, {}},
        {"guide.none", Reader::person, {}},
        {"guide.cards", Reader::person, {}},
        {"guide.asked", Reader::person, {}},
        {"guide.no_more", Reader::person, {}},
        {"guide.ask", Reader::person, {}},
        {"guide.button.more", Reader::button, {}},
        {"guide.button.ask", Reader::button, {}},
        {"guide.button.link", Reader::person, {}},
        {"guide.button.call", Reader::person, {"name"}},
        {"guide.before", Reader::person, {}},
        {"guide.amount", Reader::person, {"text", "year", "date"}},
        {"guide.phone", Reader::person, {"name", "tel", "hours", "cost", "notes"}},
        {"guide.unsure", Reader::person, {}},
        {"guide.row.before", Reader::person, {}},
        {"guide.row.who", Reader::person, {}},
        {"guide.row.where", Reader::person, {}},
        {"guide.row.bring", Reader::person, {}},
        {"guide.row.when", Reader::person, {}},
        {"guide.row.paid", Reader::person, {}},
        {"guide.row.amount", Reader::person, {}},
        {"guide.row.caution", Reader::person, {}},
        {"guide.row.phone", Reader::person, {}},
        {"guide.row.page", Reader::person, {}},
        {"flow.failed", Reader::person, {}},
        {"queue.entered.open", Reader::person, {"place"}},
        {"queue.entered.nobody", Reader::person, {}},
        {"queue.entered.closed", Reader::person, {"opening"}},
        {"queue.entered.closed_unknown", Reader::person, {}},
        {"queue.kept", Reader::person, {"place"}},
        {"queue.kept.closed", Reader::person, {"opening"}},
        {"counselor.joined", Reader::person, {"name"}},
        {"counselor.changed", Reader::person, {"name"}},
        {"counselor.returned", Reader::person, {}},
        {"counselor.closed", Reader::person, {}},
        {"back.same_counselor", Reader::person, {"name"}},
        {"back.queue", Reader::person, {"place"}},
        {"followed.again", Reader::person, {}},
        {"language.changed", Reader::person, {}},
        {"time.weekday.0", Reader::person, {}},
        {"time.weekday.1", Reader::person, {}},
        {"time.weekday.2", Reader::person, {}},
        {"time.weekday.3", Reader::person, {}},
        {"time.weekday.4", Reader::person, {}},
        {"time.weekday.5", Reader::person, {}},
        {"time.weekday.6", Reader::person, {}},
        {"time.format", Reader::person, {"month", "day", "weekday", "hour", "minute"}},
        {"event.queued", Reader::counselor, {"reason"}},
        {"event.claimed", Reader::counselor, {"name"}},
        {"event.transferred", Reader::counselor, {"from", "to", "reason"}},
        {"event.requeued", Reader::counselor, {"from", "reason"}},
        {"event.returned", Reader::counselor, {"name"}},
        {"event.closed", Reader::counselor, {"name", "outcome"}},
        {"event.followed", Reader::counselor, {}},
        {"event.unfollowed", Reader::counselor, {}},
        {"event.unsent", Reader::counselor, {"message_id"}},
        {"event.language", Reader::counselor, {"language"}},
        {"event.language_heard", Reader::counselor, {"language"}},
        {"event.offered_human", Reader::counselor, {}},
        {"event.flow_failed", Reader::counselor, {"flow", "node", "why"}},
        {"event.old_button", Reader::counselor, {}},
        {"event.standby", Reader::counselor, {}},
        {"on_call.mail.subject", Reader::counselor, {}},
        {"on_call.mail.body", Reader::counselor, {"desk", "level", "link"}},
        {"handoff.reason.wish", Reader::counselor, {}},
        {"handoff.reason.not_understood", Reader::counselor, {}},
        {"handoff.reason.flow_failed", Reader::counselor, {}},
        {"handoff.reason.transfer", Reader::counselor, {}},
        {"handoff.reason.came_back", Reader::counselor, {}},
    };
    return all;
}

/// The texts of a message with what a desk overrides, at the place of the last one written.
Value merged(const MessageSource& message)
{
    Value texts = message.at;
    for (const auto& [language, text] : message.texts) {
        if (texts.find(language)) continue;
        Value inherited = message.at;
        inherited.kind = Value::Kind::scalar;
        inherited.fields.clear();
        inherited.text = text;
        texts.fields.push_back({language, message.at.line, std::move(inherited)});
    }
    return texts;
}

std::vector<std::string> keys_of(const DeskSource& desk)
{
    std::vector<std::string> keys;
    for (const auto& [key, message] : desk.messages) keys.push_back(key);
    return keys;
}

void check_needed(const DeskSource& desk, const NeededMessage& needed, Problems& problems)
{
    const auto found = desk.messages.find(needed.key);
    if (found == desk.messages.end() && !desk.messages_sound) return;
    if (found == desk.messages.end())
        return problems.error(desk.messages_folder, 0,
                              "the message " + in_quotes(needed.key) + " is missing" +
                                  did_you_mean(needed.key, keys_of(desk)),
                              "write it in a file of messages/");
    std::vector<std::string> languages = desk.languages;
    if (needed.reader == Reader::counselor && languages.size() > 1) languages.resize(1);
    const Value texts = merged(found->second);
    check_text(texts, texts.line, {languages, nullptr, needed.reader == Reader::button, false, &needed.blanks}, problems);
}

void check_reasons(const DeskSource& desk, Problems& problems)
{
    for (const auto& flow : desk.flows) {
        if (!flow.sound) continue;
        for (const auto& node : nodes_of(flow)) {
            const auto* human = node.value.find("handoff");
            if (!human) continue;
            const Value reason = (*human)["reason"];
            if (desk.messages_sound && !desk.messages.count("handoff.reason." + reason.text))
                problems.error(reason, "the reason " + in_quotes(reason.text) + " has no words for counselors",
                               "write the message `handoff.reason." + reason.text + "`");
        }
    }
}

/// A text in a language that the desk does not speak is never said; more likely the language is misspelt.
void check_languages(const MessageSource& message, const DeskSource& desk, Problems& problems)
{
    for (const auto& field : message.at.fields) {
        const auto meant = nearest(field.key, desk.languages);
        const bool spoken = std::find(desk.languages.begin(), desk.languages.end(), field.key) != desk.languages.end();
        if (!spoken && !meant.empty() && !message.texts.count(meant))
            problems.error(message.at.file(), field.line,
                           "no desk speaks " + in_quotes(field.key) + " (did you mean " + in_quotes(meant) + "?)",
                           "write one of " + any_of(desk.languages));
    }
}

} // namespace

void check_messages(const DeskSource& desk, Problems& problems)
{
    for (const auto& needed : needed_messages()) check_needed(desk, needed, problems);
    for (const auto& [key, message] : desk.messages) {
        check_languages(message, desk, problems);
        find_phone_numbers(message.at, problems);
        const bool is_needed =
            std::any_of(needed_messages().begin(), needed_messages().end(),
                        [&, name = &key](const NeededMessage& needed) { return needed.key == *name; });
        if (!is_needed) check_text(message.at, message.at.line, {{}, nullptr, false, true, nullptr}, problems);
    }
    check_reasons(desk, problems);
}

} // namespace tsunagi::config
