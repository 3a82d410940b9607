#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::line {

/// A LINE emoji's place in a text, in UTF-16 code units (facts.md 38).
struct EmojiPlace {
    std::int64_t index = 0;
    std::int64_t length = 0;
};

/// What stands for a LINE emoji whose name LINE does not tell. LINE's own word for it, neutral on purpose: a smile in
/// place of a crying face would change what she said.
constexpr std::string_view nameless_emoji = "(emoji)";

/// `text` with each LINE emoji shown by its name: `(brown)` stays, a placeholder without a name (`()`, `$`, nothing
/// readable) becomes nameless_emoji. Places that overlap, run out of the text or split a character are left alone:
/// whatever LINE says of it, her text is never lost. `text` must be valid UTF-8. Pure.
std::string name_emojis(std::string_view text, std::vector<EmojiPlace> places);

}  // namespace tsunagi::line
