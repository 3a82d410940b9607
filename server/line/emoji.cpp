#include "server/line/emoji.h"

#include "bot/base/text.h"

#include <algorithm>
#include <optional>

namespace tsunagi::line {
namespace {

/// Walks a text once, from front to back, translating places in UTF-16 units into places in bytes.
class Utf16Walk {
public:
    explicit Utf16Walk(std::string_view text) : text_(text) {}

    /// The byte at which unit `unit` begins; nothing when it lies outside, behind us, or inside a surrogate pair.
    std::optional<std::size_t> byte_of(std::int64_t unit)
    {
        while (unit_ < unit && byte_ < text_.size()) unit_ += next_code_point(text_, byte_) > 0xFFFF ? 2 : 1;
        return unit_ == unit ? std::optional(byte_) : std::nullopt;
    }

private:
    std::string_view text_;
    std::size_t byte_ = 0;
    std::int64_t unit_ = 0;
};

bool has_name(std::string_view placeholder)
{
    return placeholder.size() > 2 && placeholder.front() == '(' && placeholder.back() == ')';
}

}  // namespace

std::string name_emojis(std::string_view text, std::vector<EmojiPlace> places)
{
    std::sort(places.begin(), places.end(), [](const EmojiPlace& a, const EmojiPlace& b) { return a.index < b.index; });
    std::string named;
    std::size_t copied = 0;
    Utf16Walk walk(text);
    for (const auto& place : places) {
        if (place.index < 0 || place.length <= 0 || place.length > static_cast<std::int64_t>(text.size())) continue;
        const auto begin = walk.byte_of(place.index);
        if (!begin || *begin < copied) continue;
        const auto end = walk.byte_of(place.index + place.length);
        if (!end) continue;
        const auto placeholder = text.substr(*begin, *end - *begin);
        named += text.substr(copied, *begin - copied);
        named += has_name(placeholder) ? placeholder : nameless_emoji;
        copied = *end;
    }
    named += text.substr(copied);
    return named;
}

}  // namespace tsunagi::line
