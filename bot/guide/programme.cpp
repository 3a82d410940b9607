#include "bot/guide/programme.h"

#include "bot/base/text.h"

#include <algorithm>

namespace tsunagi::bot {

std::string_view in_language(const GuideText& text, std::string_view language)
{
    if (const auto found = text.find(std::string(language)); found != text.end()) return found->second;
    const auto japanese = text.find("ja");
    return japanese == text.end() ? std::string_view{} : std::string_view(japanese->second);
}

bool is_question(std::string_view text, const GuideWords& words)
{
    const auto folded = " " + fold_for_matching(text) + " ";  // "how " stands at the beginning, too
    const auto in_it = [&](const std::string& word) { return folded.find(fold_for_matching(word)) != folded.npos; };
    return folded.find('?') != folded.npos || std::ranges::any_of(words.asking, in_it);
}

const Programme* GuideBook::find(std::string_view id) const
{
    const auto found = std::ranges::find(programmes, id, &Programme::id);
    return found == programmes.end() ? nullptr : &*found;
}

}  // namespace tsunagi::bot
