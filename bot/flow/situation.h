#pragma once
#include "bot/conversation/conversation.h"
#include "bot/guide/programme.h"
#include "bot/guide/suggest.h"

#include <string_view>
#include <vector>

namespace tsunagi::bot {

/// What her answers and the day tell the guide, by the words of config/guide/situation.yaml. Nothing in it decides who
/// gets anything. `listed` stays empty: it is the flow's to fill.
Situation situation_of(const Conversation& conversation, const SituationWords& words, TimePoint now);

/// The ages of children that a free text names, in years, in its order: 「3歳と10歳」「５才、８か月」「小6」 "5 and 8" 「3살」「५ वर्ष」.
/// Numbers of people, of months (under two years: a baby) and dates are no ages. What is unclear gives none.
std::vector<int> ages_in(std::string_view text);

}  // namespace tsunagi::bot
