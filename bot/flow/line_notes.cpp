#include "bot/flow/line_notes.h"

#include "bot/flow/decide.h"

#include <algorithm>

namespace tsunagi::bot {

std::vector<std::string> line_notes(const Hotline& line, const Language& language, const Playbook& playbook)
{
    std::vector<std::string> notes;
    const bool is_emergency = std::ranges::find(line.topics, "emergency") != line.topics.end();
    if (!is_emergency && !line.tel.empty() && !speaks(line, language) && speaks(line, "ja"))
        notes.push_back(message_text(playbook, language, "safety.line.japanese"));
    // After it: a limit may tell where other languages are spoken all the same.
    for (const auto* texts : {&line.required_notes, &line.limits})
        for (const auto& text : *texts) notes.emplace_back(in_language(text, language));
    return notes;
}

}  // namespace tsunagi::bot
