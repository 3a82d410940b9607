#include "bot/risk/last_question.h"

#include "bot/base/text.h"
#include "bot/risk/view.h"

#include <unicode/uchar.h>

namespace tsunagi::bot {
namespace {

bool is_question_mark(char32_t letter) { return letter == '?' || letter == U'？'; }

/// Rules know no full stop in Latin letters (abbreviations); here a sentence too many does no harm.
bool ends_sentence(char32_t letter)
{
    const auto sort = sort_of(letter);
    return sort == Sort::stop || sort == Sort::newline || letter == '.' || letter == U'．' || letter == U'।';
}

}  // namespace

std::string_view told_before_last_question(std::string_view utf8)
{
    std::size_t before = 0;       // where the sentences before the last one end
    std::size_t last_end = 0;     // where the last end of a sentence seen so far stands, behind it
    char32_t last_letter = 0;     // of the sentence that goes on
    bool asks = false;            // whether the sentence that ended last is a question
    for (std::size_t at = 0; at < utf8.size();) {
        const auto letter = next_code_point(utf8, at);
        if (ends_sentence(letter)) {
            asks = (last_letter == 0 && asks) || is_question_mark(letter) || last_letter == U'か';
            last_end = at;
            last_letter = 0;
        } else if (!u_isUWhiteSpace(static_cast<UChar32>(letter))) {
            if (last_letter == 0) before = last_end;  // another sentence begins
            last_letter = letter;
        }
    }
    if (last_letter != 0) asks = last_letter == U'か';
    return asks ? utf8.substr(0, before) : std::string_view{};
}

}  // namespace tsunagi::bot
