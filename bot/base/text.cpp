#include "bot/base/text.h"

#include "bot/base/normalizer.h"

#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>

// ICU's iterator costs microseconds to set up, and almost all our text is plain Japanese or ASCII, where one code point
// is one cluster and folding is a shift. So each function first walks the plain part by hand and asks ICU for the rest.

namespace tsunagi {
namespace {

constexpr char32_t replacement = 0xFFFD;
constexpr std::string_view replacement_utf8 = "\xEF\xBF\xBD";

/// ICU's text lengths are 32 bits. Callers' limits are thousands of characters; this one only keeps the cast honest.
constexpr auto bytes_max = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());

bool is_well_formed_at(std::string_view text, std::size_t& at)
{
    const auto before = at;
    if (next_code_point(text, at) != replacement) return true;
    return text.substr(before, at - before) == replacement_utf8;
}

/// Never joined with a plain neighbour to one cluster: not a mark, joiner, control, flag letter, Hangul or prepender.
bool is_plain_cluster(char32_t code_point)
{
    return between(code_point, 0x20, 0x7E) || between(code_point, 0x3041, 0x3096) ||
           between(code_point, 0x30A0, 0x30FF) || between(code_point, 0x4E00, 0x9FFF) ||
           between(code_point, 0x3000, 0x3029) || between(code_point, 0xFF01, 0xFF9D) || code_point == '\n';
}

/// How many bytes at the beginning of `text` are plain clusters, and how many of those there are (at most
/// `clusters_max`).
struct PlainPart {
    std::size_t bytes = 0;
    std::size_t clusters = 0;
};
PlainPart plain_part(std::string_view text, std::size_t clusters_max)
{
    PlainPart part;
    while (part.bytes < text.size() && part.clusters < clusters_max) {
        auto at = part.bytes;
        if (!is_plain_cluster(next_code_point(text, at))) break;
        part.bytes = at;
        ++part.clusters;
    }
    return part;
}

/// A grapheme iterator over UTF-8, made once a thread: ICU loads its rules at the first use only.
class GraphemeBreaks {
public:
    GraphemeBreaks()
    {
        UErrorCode status = U_ZERO_ERROR;
        iterator_.reset(icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
        if (U_FAILURE(status)) throw std::runtime_error(std::string("ICU: no grapheme rules: ") + u_errorName(status));
    }
    ~GraphemeBreaks() { utext_close(&text_); }
    GraphemeBreaks(const GraphemeBreaks&) = delete;
    GraphemeBreaks& operator=(const GraphemeBreaks&) = delete;

    /// Starts at the beginning of `text`, which must outlive the use of `next_border`.
    void begin(std::string_view text)
    {
        if (text.size() > bytes_max) throw std::length_error("text beyond 2 GiB");
        UErrorCode status = U_ZERO_ERROR;
        utext_openUTF8(&text_, text.data(), static_cast<std::int64_t>(text.size()), &status);
        iterator_->setText(&text_, status);
        if (U_FAILURE(status)) throw std::runtime_error(std::string("ICU: text refused: ") + u_errorName(status));
        iterator_->first();
    }

    /// The byte behind the next cluster; nothing more: npos.
    std::size_t next_border()
    {
        const auto border = iterator_->next();
        return border == icu::BreakIterator::DONE ? std::string_view::npos : static_cast<std::size_t>(border);
    }

private:
    UText text_ = UTEXT_INITIALIZER;
    std::unique_ptr<icu::BreakIterator> iterator_;
};

GraphemeBreaks& grapheme_breaks()
{
    thread_local GraphemeBreaks breaks;
    return breaks;
}

// ---------------------------------------------------------------------------- folding

constexpr char32_t long_vowel = 0x30FC;
constexpr char32_t katakana_to_hiragana = 0x60;

/// Whether folding this code point needs no tables: it neither decomposes nor composes with a plain neighbour.
bool folds_by_hand(char32_t code_point)
{
    return code_point < 0x80 || between(code_point, 0x3000, 0x3015) || code_point == 0x301C ||
           between(code_point, 0x3041, 0x3096) || between(code_point, 0x30A1, 0x30FE) ||
           between(code_point, 0x4E00, 0x9FFF) || between(code_point, 0xFF01, 0xFF5E);
}

std::string nfkc_casefold(std::string_view text)
{
    static const auto& casefolder = normalizer_of(icu::Normalizer2::getNFKCCasefoldInstance);
    UErrorCode status = U_ZERO_ERROR;
    std::string normal;
    icu::StringByteSink<std::string> sink(&normal, static_cast<std::int32_t>(text.size()));
    casefolder.normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink, nullptr, status);
    if (U_FAILURE(status)) throw std::runtime_error(std::string("ICU: NFKC failed: ") + u_errorName(status));
    return normal;
}

char32_t fold_code_point(char32_t code_point)
{
    if (between(code_point, 0xFF01, 0xFF5E)) code_point -= 0xFF01 - 0x21;  // full-width to ASCII
    if (between(code_point, 'A', 'Z')) return code_point + ('a' - 'A');
    if (between(code_point, 0x30A1, 0x30F6)) return code_point - katakana_to_hiragana;
    return code_point;
}

bool is_space(char32_t code_point)
{
    return code_point == ' ' || between(code_point, 0x09, 0x0D) || code_point == 0x3000;
}
bool is_kana(char32_t code_point) { return between(code_point, 0x3041, 0x3096) || code_point == long_vowel; }

/// Folds `text` up to the first code point that needs tables; `any_letter`: there are none such, it is NFKC already. Returns
/// whether it came to the end.
bool fold_plain(std::string_view text, bool any_letter, std::string& folded)
{
    folded.reserve(text.size());
    char32_t previous = ' ';  // so that white space at the beginning is dropped
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = at;
        const auto written = next_code_point(text, at);
        if (!any_letter && !folds_by_hand(written)) return false;
        auto code_point = fold_code_point(written);
        if (is_space(code_point)) code_point = ' ';
        // は〜い and は～い are typed for はーい.
        if ((code_point == 0x301C || code_point == '~') && is_kana(previous)) code_point = long_vowel;
        if (code_point == previous && (code_point == ' ' || code_point == long_vowel)) continue;
        if (code_point == written && code_point != replacement) folded.append(text, begin, at - begin);
        else append_code_point(folded, code_point);
        previous = code_point;
    }
    if (folded.ends_with(' ')) folded.pop_back();
    return true;
}

}  // namespace

char32_t next_rare_code_point(std::string_view utf8, std::size_t& at)
{
    // ICU's macro indexes a 32-bit length; a window of four bytes is all that a code point needs.
    const auto window = static_cast<std::int32_t>(std::min<std::size_t>(utf8.size() - at, U8_MAX_LENGTH));
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data() + at);
    std::int32_t read = 0;
    UChar32 code_point = 0;
    U8_NEXT(bytes, read, window, code_point);
    at += static_cast<std::size_t>(read);
    return code_point < 0 ? replacement : static_cast<char32_t>(code_point);
}

void append_code_point(std::string& text, char32_t code_point)
{
    char buffer[U8_MAX_LENGTH];
    std::int32_t length = 0;
    U8_APPEND_UNSAFE(buffer, length, static_cast<UChar32>(code_point));
    text.append(buffer, static_cast<std::size_t>(length));
}

std::size_t utf16_length(std::string_view utf8)
{
    std::size_t units = 0;
    for (std::size_t at = 0; at < utf8.size();) units += next_code_point(utf8, at) > 0xFFFF ? 2 : 1;
    return units;
}

std::size_t grapheme_length(std::string_view utf8)
{
    const auto plain = plain_part(utf8, utf8.size());
    if (plain.bytes == utf8.size()) return plain.clusters;

    auto& breaks = grapheme_breaks();
    breaks.begin(utf8);
    std::size_t clusters = 0;
    while (breaks.next_border() != std::string_view::npos) ++clusters;
    return clusters;
}

bool is_utf8(std::string_view bytes)
{
    for (std::size_t at = 0; at < bytes.size();)
        if (!is_well_formed_at(bytes, at)) return false;
    return true;
}

std::string to_valid_utf8(std::string_view bytes)
{
    if (is_utf8(bytes)) return std::string(bytes);
    std::string valid;
    valid.reserve(bytes.size() + replacement_utf8.size());
    for (std::size_t at = 0; at < bytes.size();) append_code_point(valid, next_code_point(bytes, at));
    return valid;
}

std::string fold_for_matching(std::string_view utf8)
{
    if (utf8.size() > bytes_max) throw std::length_error("text beyond 2 GiB");
    std::string folded;
    if (fold_plain(utf8, false, folded)) return folded;
    folded.clear();
    fold_plain(nfkc_casefold(utf8), true, folded);
    return folded;
}

std::string_view prefix_utf16(std::string_view utf8, std::size_t units)
{
    if (utf8.size() <= units || utf16_length(utf8) <= units) return utf8;

    auto& breaks = grapheme_breaks();
    breaks.begin(utf8);
    std::size_t end = 0;
    std::size_t used = 0;
    for (auto border = breaks.next_border(); border != std::string_view::npos; border = breaks.next_border()) {
        used += utf16_length(utf8.substr(end, border - end));
        if (used > units) break;
        end = border;
    }
    return utf8.substr(0, end);
}

std::string_view prefix_graphemes(std::string_view utf8, std::size_t clusters)
{
    if (utf8.size() <= clusters) return utf8;
    // One plain cluster beyond the limit: then what follows the cut cannot be a mark of its last cluster.
    const auto plain = plain_part(utf8, clusters + 1);
    if (plain.bytes == utf8.size() && plain.clusters <= clusters) return utf8;
    if (plain.clusters == clusters + 1) {
        const auto kept = plain_part(utf8, clusters);
        return utf8.substr(0, kept.bytes);
    }

    auto& breaks = grapheme_breaks();
    breaks.begin(utf8);
    std::size_t end = 0;
    for (std::size_t count = 0; count < clusters; ++count) {
        const auto border = breaks.next_border();
        if (border == std::string_view::npos) break;
        end = border;
    }
    return utf8.substr(0, end);
}

}  // namespace tsunagi
