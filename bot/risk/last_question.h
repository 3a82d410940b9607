#pragma once
#include <string_view>

namespace tsunagi::bot {

/// What is told before the question that ends a message: 「泊まるところがありません。何時まで開いていますか」 -> 「泊まるところがありません。」. Empty when
/// the last sentence is no question (no question mark, no か at its end), or the only one. A view into `utf8`.
std::string_view told_before_last_question(std::string_view utf8);

}  // namespace tsunagi::bot
