#pragma once
#include "bot/guide/search.h"

#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::bot {

/// What triage learnt about her. Everything may be unknown (empty or 0); nothing here decides who gets anything.
struct Situation {
    std::vector<std::string> topics;      ///< as `Programme::topics`
    std::vector<std::string> audience;    ///< as `Programme::audience`
    std::vector<std::string> events;      ///< as `Programme::trigger_events`
    std::vector<int> children_ages;       ///< in years
    std::vector<std::string> named;       ///< ids of programmes that an answer of hers asks for by itself
    std::vector<std::string> listed;      ///< ids that the desk offers to whoever comes to this place of its flow
    int stage = 0;                        ///< 1 to 5; 0: unknown
    int month = 0;                        ///< 1 to 12, of the day of asking; 0: do not look at the season
};

/// Programmes for her situation, best first; of equals, those come first that are lost when begun before asking.
/// A programme for children of other ages, for other people (`audience`, `not_for`), or of another city alone, is left out; one that nothing speaks
/// for, too.
std::vector<GuideHit> suggest(const GuideBook& guide, const Situation& situation, std::size_t hits_max = 10);

/// The answer to a question by somebody whose situation is known: her words decide, the situation only reorders neighbours.
std::vector<GuideHit> answer(const GuideIndex& index, std::string_view question, const Situation& situation,
                             std::size_t hits_max = 3);

}  // namespace tsunagi::bot
