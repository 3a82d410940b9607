#pragma once
#include "bot/conversation/conversation.h"
#include "bot/flow/flow.h"

#include <cstdint>
#include <string>
#include <vector>

// What is said when danger is heard. All words come from the catalogue (config/messages/safety*.yaml), all numbers from
// config/hotlines.

namespace tsunagi::bot {

/// What help fits: the kinds of danger, and how near it is.
struct HelpWish {
    std::vector<std::string> categories;
    std::uint8_t level = 0;
    Language language;
};

/// One kind sentence about it.
std::string kind_words(const HelpWish& wish, const Playbook& playbook);

/// `key` (`safety.lines.*`) with at most three lines that are open at `now`; R4: police and ambulance first. Says that no
/// line is open when none is. `public_holiday` is the fact about the Japanese day of `now`.
std::string lines_words(const std::string& key, const HelpWish& wish, const Playbook& playbook, TimePoint now,
                        bool public_holiday);

/// One short line with the emergency number that fits, and nothing that tells why; empty when config has none.
std::string danger_now_words(const HelpWish& wish, const Playbook& playbook, TimePoint now);

/// The question whether somebody else may see her screen, with its three answers.
OutboundMessage screen_question(const Language& language, const Playbook& playbook);

}  // namespace tsunagi::bot
