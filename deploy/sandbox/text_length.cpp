#include "deploy/sandbox/text_length.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <memory>
#include <stdexcept>

namespace tsunagi::sandbox {
namespace {

icu::UnicodeString to_icu(std::string_view utf8)
{
    return icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
}

}  // namespace

std::size_t utf16_units(std::string_view utf8) { return static_cast<std::size_t>(to_icu(utf8).length()); }

std::size_t grapheme_clusters(std::string_view utf8)
{
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::BreakIterator> borders(
        icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
    if (U_FAILURE(status)) throw std::runtime_error("ICU has no rules for grapheme clusters");
    const icu::UnicodeString text = to_icu(utf8);
    borders->setText(text);
    std::size_t count = 0;
    while (borders->next() != icu::BreakIterator::DONE) ++count;
    return count;
}

bool is_blank(std::string_view utf8)
{
    const icu::UnicodeString text = to_icu(utf8);
    for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1))
        if (!u_isUWhiteSpace(text.char32At(i))) return false;
    return true;
}

}  // namespace tsunagi::sandbox
