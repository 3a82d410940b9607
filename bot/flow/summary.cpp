#include "bot/flow/summary.h"

#include "bot/base/text.h"
#include "bot/flow/texts.h"

namespace tsunagi::bot {
namespace {

constexpr std::string_view answer_mark = ": ";
constexpr std::string_view ellipsis = "…";

/// A long story is not sent back whole: she knows it, and the message must stay readable on a phone.
constexpr std::size_t shown_clusters_max = 200;

std::string shortened(const std::string& shown)
{
    const auto kept = prefix_graphemes(shown, shown_clusters_max);
    return kept.size() == shown.size() ? shown : std::string(kept) + std::string(ellipsis);
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
        lines += "・" + flow_text(title->second, conversation, playbook) + std::string(answer_mark) + shortened(answer.shown);
    }

    std::string text;
    if (!lines.empty()) {
        text = flow_text(summary.before, conversation, playbook);
        add_paragraph(text, lines);
    }
    add_paragraph(text, flow_text(summary.after, conversation, playbook));
    return text;
}

bool take_out_of_summary(std::string& text, const std::string& words)
{
    const auto shown = std::string(answer_mark) + shortened(words);
    bool taken = false;
    for (auto at = text.find(shown); at != std::string::npos; at = text.find(shown, at + answer_mark.size())) {
        const auto end = at + shown.size();
        if (words.empty() || (end < text.size() && text[end] != '\n')) continue;
        text.replace(at + answer_mark.size(), shown.size() - answer_mark.size(), ellipsis);
        taken = true;
    }
    return taken;
}

}  // namespace tsunagi::bot
