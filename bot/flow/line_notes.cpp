#include "bot/flow/line_notes.h"

#include "bot/flow/decide.h"

#include <algorithm>

namespace tsunagi::bot {

std::vector<std::string> line_notes(const Hotline& line, const Language& language, const Playbook& playbook, NotesFor where)
{
    std::vector<std::string> notes;
    const auto add = [&](const GuideText& text) { notes.emplace_back(in_language(text, language)); };
    const bool is_emergency = std::ranges::find(line.topics, "emergency") != line.topics.end();
    const bool is_foreign = !speaks(line, language);
    const bool is_for_reading = where == NotesFor::reading;
    if (!is_emergency && !line.tel.empty() && is_foreign && speaks(line, "ja"))
        notes.push_back(message_text(playbook, language, "safety.line.japanese"));
    if (!line.other_languages.empty() && (is_foreign || is_for_reading)) add(line.other_languages);
    for (const auto* texts : {&line.required_notes, &line.limits}) std::ranges::for_each(*texts, add);
    if (is_for_reading) std::ranges::for_each(line.directions, add);
    return notes;
}

std::string phone_words(const Hotline& line, const Language& language, const Playbook& playbook)
{
    std::string notes;
    for (const auto& note : line_notes(line, language, playbook, NotesFor::reading)) notes += (notes.empty() ? "" : " ") + note;
    return message_text(playbook, language, "guide.phone",
                        {{"name", std::string(in_language(line.name, language))},
                         {"tel", line.tel},
                         {"hours", std::string(in_language(line.hours_text, language))},
                         {"cost", std::string(in_language(line.cost, language))},
                         {"notes", notes}});
}

}  // namespace tsunagi::bot
