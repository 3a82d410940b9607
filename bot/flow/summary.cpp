#include "bot/flow/summary.h"

#include "bot/base/text.h"
#include "bot/flow/texts.h"

namespace tsunagi::bot {
namespace {

/// A long story is not sent back whole: she knows it, and the message must stay readable on a phone.
constexpr std::size_t shown_clusters_max = 200;

std::string shortened(const std::string& shown)
{
    const auto kept = prefix_graphemes(shown, shown_clusters_max);
    return kept.size() == shown.size() ? shown : std::string(kept) + "…";
}

void add_paragraph(std::string& text, const std::string& paragraph)
{
    if (paragraph.empty()) return;
    if (!text.empty()) text += "\n\n";
    text += paragraph;
}

}  // namespace

std::string summary_text(const Summary& summary, const Conversation& conversation, const Playbook& playbook)
{
    std::string lines;
    for (const auto& answer : conversation.answers) {
        const auto title = summary.titles.find(answer.name);
        if (title == summary.titles.end() || answer.shown.empty()) continue;
        if (!lines.empty()) lines += '\n';
        lines += "・" + flow_text(title->second, conversation, playbook) + ": " + shortened(answer.shown);
    }

    std::string text;
    if (!lines.empty()) {
        text = flow_text(summary.before, conversation, playbook);
        add_paragraph(text, lines);
    }
    add_paragraph(text, flow_text(summary.after, conversation, playbook));
    return text;
}

}  // namespace tsunagi::bot
