#pragma once
#include "bot/risk/rules.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tsunagi::bot {

constexpr int high_level = 3;  ///< from here on a human is called now

/// A rule that was met: its place in the original, and the level left after modifiers.
struct Hit {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint32_t sentence = 0;
    std::uint32_t last_sentence = 0;
    int level = 0;
    Tags tags;
    const std::string* id = nullptr;
    const std::vector<RiskCategory>* categories = nullptr;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> parts;  ///< of a combination: what it was made of
    bool firm = false;
    bool softened = false;
    Likeness adds;
};

}  // namespace tsunagi::bot
