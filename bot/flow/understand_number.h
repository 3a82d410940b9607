#pragma once
#include "bot/base/time.h"

#include <optional>
#include <string_view>

namespace tsunagi::bot {

/// The number that a key (words.h) says: `3`, `約3万円くらい`, `三人`, `ふたり`, `いません` (0). Of several numbers the
/// one that counts people (「2人です。5歳と3歳」); else nothing, for a guess would be a wrong answer in the record.
std::optional<double> read_number(std::string_view key);

/// The age in whole years that `text` says: `35さい`, `三十五歳`, `1歳半`, `8か月` (0), `30代` (30), or a birth date,
/// from which it is reckoned at `now` in Japan.
std::optional<double> read_age(std::string_view text, TimePoint now);

}  // namespace tsunagi::bot
